import { ExpectedError } from '../contract/index.ts';

const BLOCK = 512;
/** A head is a header, and before it perhaps a record with names of at most 4,096 bytes each. More is not our archive. */
const LONGEST_HEAD = 64 * 1024;

export type EntryKind = 'file' | 'link' | 'directory';

/** One piece of a tar, in its order. */
export type TarPiece =
  | {
      readonly part: 'head';
      /** All blocks before the content: they hold path, size, mode, time and target, and so tell two entries apart. */
      readonly bytes: Buffer;
      readonly kind: EntryKind;
      /** Byte string. */
      readonly path: string;
      /** Bytes of content that follow, with their padding. */
      readonly contentBytes: number;
    }
  | { readonly part: 'content'; readonly bytes: Buffer }
  /** What marks the end of the archive. */
  | { readonly part: 'end'; readonly bytes: Buffer };

/**
 * Takes our own archives apart as they are made (ustar headers, before them pax records where names need them), without holding more than
 * a head. Not a reader of foreign archives.
 */
export class TarSplitter {
  #head: Buffer[] = [];
  #headBytes = 0;
  #wanted = BLOCK;
  #content = 0;
  #path: string | null = null;
  #ended = false;

  /** The pieces that `block` completes. They are views of it. */
  *take(block: Buffer): Generator<TarPiece, void, undefined> {
    let at = 0;
    while (at < block.length) {
      if (this.#ended) {
        yield { part: 'end', bytes: block.subarray(at) };
        return;
      }
      if (this.#content > 0) {
        const bytes = block.subarray(at, at + this.#content);
        this.#content -= bytes.length;
        at += bytes.length;
        yield { part: 'content', bytes };
        continue;
      }
      const bytes = block.subarray(at, at + this.#wanted - this.#headBytes);
      // Copied, for the block is the archive's own and the rest comes with another.
      this.#head.push(Buffer.from(bytes));
      this.#headBytes += bytes.length;
      at += bytes.length;
      if (this.#headBytes < this.#wanted) continue;
      const piece = this.#complete();
      if (piece) yield piece;
    }
  }

  /** Throws when the archive broke off. */
  finish(): void {
    if (!this.#ended) throw new Error('The archive broke off');
  }

  /** A header is there, or a record with its content. */
  #complete(): TarPiece | null {
    const bytes = this.#head.length === 1 && this.#head[0] ? this.#head[0] : Buffer.concat(this.#head, this.#headBytes);
    this.#head = [bytes];
    const recordAt = this.#path === null ? 0 : this.#headBytes - BLOCK;
    const header = bytes.subarray(recordAt, recordAt + BLOCK);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x' && this.#path === null) {
      const size = sizeOf(header);
      if (this.#headBytes === BLOCK) {
        this.#wanted = BLOCK + padded(size);
        if (this.#wanted > LONGEST_HEAD) throw strange();
        return null;
      }
      this.#path = recordedPath(bytes.subarray(BLOCK, BLOCK + size)) ?? '';
      this.#wanted = this.#headBytes + BLOCK;
      return null;
    }
    const recorded = this.#path;
    this.#path = null;
    this.#head = [];
    this.#headBytes = 0;
    this.#wanted = BLOCK;
    if (type === '\0' && header.every((byte) => byte === 0)) {
      this.#ended = true;
      return { part: 'end', bytes };
    }
    const kind = type === '0' ? 'file' : type === '2' ? 'link' : type === '5' ? 'directory' : null;
    if (kind === null) throw strange();
    this.#content = kind === 'file' ? padded(sizeOf(header)) : 0;
    const path = recorded === null || recorded === '' ? text(header.subarray(0, 100)) : recorded;
    return { part: 'head', bytes, kind, path, contentBytes: this.#content };
  }
}

function strange(): Error {
  return new ExpectedError('command-failed', 'The packed folder could not be read back', {
    next: 'Please report this: an archive that Longshore writes must be one that it can read.',
  });
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Octal digits, or from 8 GiB on a number of 11 bytes after a byte of 0x80. */
function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  if (field[0] === 0x80) return Number(field.readBigUInt64BE(4));
  const size = Number.parseInt(text(field).trim(), 8);
  if (!Number.isSafeInteger(size)) throw strange();
  return size;
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? field.length : end);
}

/** The path in the records `LENGTH KEY=VALUE` of a pax header; null where they hold only a link's target. */
function recordedPath(records: Buffer): string | null {
  for (let at = 0; at < records.length; ) {
    const space = records.indexOf(0x20, at);
    const length = Number(records.toString('latin1', at, space));
    if (space < 0 || !(length > 0)) throw strange();
    const record = records.toString('latin1', space + 1, at + length - 1);
    if (record.startsWith('path=')) return record.slice(5);
    at += length;
  }
  return null;
}
