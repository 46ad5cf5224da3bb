import { createHash } from 'node:crypto';
import type { EntryKind } from './tar-splitter.ts';

/** What a context holds: enough to say which parts of it a newer one has as well. */
export interface Manifest {
  /** sha256 of the context, which is its name on the server. */
  readonly hash: string;
  readonly bytes: number;
  readonly entries: ManifestEntries;
}

const HEAD = 12;
const PATH = 8;
/** Digest of the head, digest of the path, length in blocks of 512 bytes, kind. */
export const ROW = HEAD + PATH + 6 + 1;
const BLOCK = 512;
const SUM = 32;
const kinds = ['file', 'link', 'directory'] as const;
const MAGIC = Buffer.from('longshore context 1\n', 'latin1');
/** Bytes in front of the first row. */
export const MANIFEST_HEAD = MAGIC.length + 40;
/** A million and a half entries. */
export const LONGEST_MANIFEST = 40 * 1024 * 1024;

/** The entries of a context in their order, 27 bytes each: there may be a million. */
export class ManifestEntries {
  #rows: Buffer;
  #length: number;

  constructor(rows: Buffer = Buffer.alloc(ROW * 256)) {
    this.#rows = rows;
    this.#length = 0;
  }

  static from(rows: Buffer): ManifestEntries {
    const entries = new ManifestEntries(rows);
    entries.#length = rows.length / ROW;
    return entries;
  }

  get length(): number {
    return this.#length;
  }

  add(head: string, path: string, bytes: number, kind: EntryKind): void {
    const at = this.#length * ROW;
    if (at === this.#rows.length) this.#rows = Buffer.concat([this.#rows, Buffer.alloc(this.#rows.length)]);
    this.#rows.write(head, at, HEAD, 'latin1');
    this.#rows.write(path, at + HEAD, PATH, 'latin1');
    this.#rows.writeUIntBE(bytes / BLOCK, at + HEAD + PATH, 6);
    this.#rows[at + ROW - 1] = kinds.indexOf(kind);
    this.#length += 1;
  }

  headAt(row: number): string {
    return this.#rows.toString('latin1', row * ROW, row * ROW + HEAD);
  }

  pathAt(row: number): string {
    return this.#rows.toString('latin1', row * ROW + HEAD, row * ROW + HEAD + PATH);
  }

  bytesAt(row: number): number {
    return this.#rows.readUIntBE(row * ROW + HEAD + PATH, 6) * BLOCK;
  }

  kindAt(row: number): EntryKind {
    return kinds[this.#rows[row * ROW + ROW - 1] ?? 0] ?? 'file';
  }

  rows(): Buffer {
    return this.#rows.subarray(0, this.#length * ROW);
  }
}

/** Identifies an entry by everything in front of its content. */
export function headDigest(head: Buffer): string {
  return createHash('sha256').update(head).digest().toString('latin1', 0, HEAD);
}

/** `path` is a byte string. */
export function pathDigest(path: string): string {
  return createHash('sha256').update(path, 'latin1').digest().toString('latin1', 0, PATH);
}

export function encodeManifest({ hash, bytes, entries }: Manifest): Buffer {
  const head = Buffer.alloc(40);
  head.write(hash, 0, 'hex');
  head.writeUIntBE(bytes, 34, 6);
  const content = Buffer.concat([MAGIC, head, entries.rows()]);
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}

/** How long {@link encodeManifest} makes it. */
export function manifestBytes({ entries }: Manifest): number {
  return MANIFEST_HEAD + entries.length * ROW + SUM;
}

/** Null for anything that is not what {@link encodeManifest} wrote. */
export function decodeManifest(file: Buffer): Manifest | null {
  const rowsAt = MANIFEST_HEAD;
  const end = file.length - SUM;
  if (end < rowsAt || (end - rowsAt) % ROW !== 0 || !file.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const content = file.subarray(0, end);
  if (!createHash('sha256').update(content).digest().equals(file.subarray(end))) return null;
  return {
    hash: file.toString('hex', MAGIC.length, MAGIC.length + 32),
    bytes: file.readUIntBE(MAGIC.length + 34, 6),
    entries: ManifestEntries.from(Buffer.from(file.subarray(rowsAt, end))),
  };
}
