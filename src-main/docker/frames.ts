import type { Duplex } from 'node:stream';
import { isBroken } from './errors.ts';

const HEADER_BYTES = 8;
/** What one exec may print before it is ended: the product runs small tools, and a container may be hostile. */
const LONGEST_OUTPUT = 32 * 1024 * 1024;

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/** The outputs of a multiplexed stream as they come, until it ends. */
export async function* readFrames(stream: Duplex): AsyncGenerator<Frame, void, undefined> {
  let waiting: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
      while (waiting.length >= HEADER_BYTES) {
        const end = HEADER_BYTES + waiting.readUInt32BE(4);
        if (waiting.length < end) break;
        yield { stream: waiting[0] === 2 ? 'stderr' : 'stdout', bytes: waiting.subarray(HEADER_BYTES, end) };
        waiting = waiting.subarray(end);
      }
    }
  } catch (error) {
    // A channel that Docker closes at once after the last byte may count as closed too early; the exit code tells whether all is well.
    if (!(error instanceof Error && isBroken(error))) throw error;
  }
}

/** Collects both outputs of a multiplexed stream until it ends. */
export async function collectFrames(stream: Duplex): Promise<Output> {
  const outputs: Record<Frame['stream'], Buffer[]> = { stdout: [], stderr: [] };
  let length = 0;
  for await (const frame of readFrames(stream)) {
    length += frame.bytes.length;
    if (length > LONGEST_OUTPUT) throw new Error(`A program in a container printed more than ${LONGEST_OUTPUT} bytes`);
    outputs[frame.stream].push(frame.bytes);
  }
  return { stdout: Buffer.concat(outputs.stdout).toString('utf8'), stderr: Buffer.concat(outputs.stderr).toString('utf8') };
}

/** Hands both outputs on as they come; nothing is kept. */
export async function passFrames(stream: Duplex, onOutput: (frame: Frame) => void): Promise<Output> {
  for await (const frame of readFrames(stream)) onOutput(frame);
  return { stdout: '', stderr: '' };
}
