import type { Duplex } from 'node:stream';
import { isBroken } from './errors.ts';

const HEADER_BYTES = 8;
/** What one exec may print before it is ended: the product runs small tools, and a container may be hostile. */
const LONGEST_OUTPUT = 32 * 1024 * 1024;

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Collects both outputs of a multiplexed stream until it ends. */
export async function collectFrames(stream: Duplex): Promise<Output> {
  const whole = await readToEnd(stream);
  const outputs: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  for (let at = 0; at + HEADER_BYTES <= whole.length; ) {
    const length = whole.readUInt32BE(at + 4);
    const bytes = whole.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
    (whole[at] === 2 ? outputs.stderr : outputs.stdout).push(bytes);
    at += HEADER_BYTES + length;
  }
  return { stdout: Buffer.concat(outputs.stdout).toString('utf8'), stderr: Buffer.concat(outputs.stderr).toString('utf8') };
}

async function readToEnd(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LONGEST_OUTPUT) throw new Error(`A program in a container printed more than ${LONGEST_OUTPUT} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    // A channel that Docker closes at once after the last byte may count as closed too early; the exit code tells whether all is well.
    if (!(error instanceof Error && isBroken(error))) throw error;
  }
  return Buffer.concat(chunks);
}
