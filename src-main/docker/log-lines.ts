import { StringDecoder } from 'node:string_decoder';
import type { LogChunk } from './types.ts';

type Stream = LogChunk['stream'];

/** Characters of one line that are kept; the rest of it is left out and a mark says so. */
export const LONGEST_LOG_LINE = 64 * 1024;
const CUT_MARK = ' … [line cut: longer than 64 KiB]';

const HEADER_BYTES = 8;
/** "2006-01-02T15:04:05.999999999Z" and a space; Docker drops trailing zeros, so that the length varies. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) /;
/** A line without a time of its own (a terminal's redraw, an old daemon) keeps the one before it. */
const NO_TIME = '1970-01-01T00:00:00Z';

/**
 * Turns the body of Docker's logs answer into lines. Without a terminal it is frames (one byte stream, three zero, four length,
 * then the message, each with its time when times were asked for); a message over 16 KiB comes as several frames, each with a time again,
 * of which only the last ends with a newline. With a terminal it is the bare text.
 */
export async function* logLines(chunks: AsyncIterable<Uint8Array>, tty: boolean): AsyncGenerator<LogChunk, void, undefined> {
  const assemblers = { stdout: new LineAssembler('stdout'), stderr: new LineAssembler('stderr') };
  if (tty) {
    for await (const chunk of chunks) yield* assemblers.stdout.add(chunk);
  } else {
    for await (const frame of frames(chunks)) yield* assemblers[frame.stream].add(frame.bytes, frame.first);
  }
  yield* assemblers.stdout.end();
  yield* assemblers.stderr.end();
}

interface Frame {
  readonly stream: Stream;
  readonly bytes: Uint8Array;
  /** Whether the bytes begin a frame, and so begin with a time. */
  readonly first: boolean;
}

/** Pieces of frames as they arrive: a frame of any length is passed on without being collected. */
async function* frames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void, undefined> {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerLength = 0;
  let left = 0;
  let first = false;
  /** A time may be split between two chunks: so much of a frame's beginning is kept together. */
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      if (left === 0) {
        const taken = Math.min(HEADER_BYTES - headerLength, chunk.length - at);
        header.set(chunk.subarray(at, at + taken), headerLength);
        headerLength += taken;
        at += taken;
        if (headerLength < HEADER_BYTES) break;
        headerLength = 0;
        left = header.readUInt32BE(4);
        first = true;
        held = new Uint8Array();
        continue;
      }
      const piece = chunk.subarray(at, at + left);
      at += piece.length;
      left -= piece.length;
      const stream: Stream = header[0] === 2 ? 'stderr' : 'stdout';
      if (!first) {
        yield { stream, bytes: piece, first: false };
        continue;
      }
      held = held.length === 0 ? piece : Buffer.concat([held, piece]);
      if (held.length < 40 && left > 0) continue;
      yield { stream, bytes: held, first: true };
      first = false;
    }
  }
}

class LineAssembler {
  readonly #stream: Stream;
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #cut = false;
  #at: string | null = null;
  #lastAt = NO_TIME;
  /** Whether anything of the present line was seen, be it only its time. */
  #begun = false;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** `first`: the bytes begin a frame, whose time is dropped when it goes on with a line that has one. */
  *add(bytes: Uint8Array, first = false): Generator<LogChunk, void, undefined> {
    let raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Taken off before decoding: a character may be split between the frame before and the bytes after this time.
    if (first && this.#begun) raw = raw.subarray(TIME.exec(raw.subarray(0, 40).toString('latin1'))?.[0].length ?? 0);
    const text = this.#decoder.write(raw);
    let from = 0;
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', from)) {
      this.#append(text.slice(from, newline));
      yield this.#take();
      from = newline + 1;
    }
    if (from < text.length) this.#append(text.slice(from));
  }

  *end(): Generator<LogChunk, void, undefined> {
    const rest = this.#decoder.end();
    if (rest !== '') this.#append(rest);
    if (this.#begun) yield this.#take();
  }

  #append(text: string): void {
    this.#begun = true;
    if (this.#cut) return;
    this.#text += text;
    if (this.#at === null) {
      const time = TIME.exec(this.#text);
      if (time?.[1]) {
        this.#at = time[1];
        this.#text = this.#text.slice(time[0].length);
      }
    }
    if (this.#text.length > LONGEST_LOG_LINE) {
      this.#text = this.#text.slice(0, LONGEST_LOG_LINE) + CUT_MARK;
      this.#cut = true;
    }
  }

  #take(): LogChunk {
    this.#lastAt = this.#at ?? this.#lastAt;
    const chunk: LogChunk = { at: this.#lastAt, stream: this.#stream, text: this.#text.replace(/\r$/, '') };
    this.#text = '';
    this.#at = null;
    this.#cut = false;
    this.#begun = false;
    return chunk;
  }
}

/** RFC 3339 with nanoseconds as Docker's `since` wants it: seconds, a dot, nine digits. Null for what is no time. */
export function sinceParameter(time: string): string | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (!match) return null;
  const seconds = Date.parse(`${match[1]}${match[3]}`) / 1000;
  return Number.isNaN(seconds) ? null : `${seconds}.${(match[2] ?? '').padEnd(9, '0')}`;
}
