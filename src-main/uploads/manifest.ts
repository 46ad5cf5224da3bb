import { createHash, hash as hashOf } from 'node:crypto';
import { turn } from '../base/slices.ts';
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
/** So much of a manifest is hashed at a time, some 2 ms; then others have their turn. */
const HASHED_AT_ONCE = 1024 * 1024;
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
    const rows = this.#rows;
    const at = this.#length * ROW;
    if (at === this.#rows.length) {
      this.#rows = Buffer.allocUnsafeSlow(2 * at);
      rows.copy(this.#rows);
    }
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

  /** Four bytes of the digest, as a number of 32 bits. */
  headKeyAt(row: number): number {
    return this.#rows.readInt32LE(row * ROW);
  }

  pathKeyAt(row: number): number {
    return this.#rows.readInt32LE(row * ROW + HEAD);
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
  return hashOf('sha256', head, 'binary').slice(0, HEAD);
}

/** `path` is a byte string. */
export function pathDigest(path: string): string {
  return hashOf('sha256', Buffer.from(path, 'latin1'), 'binary').slice(0, PATH);
}

export async function encodeManifest({ hash, bytes, entries }: Manifest): Promise<Buffer> {
  const rows = entries.rows();
  const file = Buffer.alloc(MANIFEST_HEAD + rows.length + SUM);
  MAGIC.copy(file);
  file.write(hash, MAGIC.length, 'hex');
  file.writeUIntBE(bytes, MAGIC.length + 34, 6);
  rows.copy(file, MANIFEST_HEAD);
  (await sumOf(file.subarray(0, -SUM))).copy(file, file.length - SUM);
  return file;
}

/** How long {@link encodeManifest} makes it. */
export function manifestBytes({ entries }: Manifest): number {
  return MANIFEST_HEAD + entries.length * ROW + SUM;
}

/** Null for anything that is not what {@link encodeManifest} wrote. The entries are a part of `file`. */
export async function decodeManifest(file: Buffer): Promise<Manifest | null> {
  const rowsAt = MANIFEST_HEAD;
  const end = file.length - SUM;
  if (end < rowsAt || (end - rowsAt) % ROW !== 0 || !file.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  if (!(await sumOf(file.subarray(0, end))).equals(file.subarray(end))) return null;
  return {
    hash: file.toString('hex', MAGIC.length, MAGIC.length + 32),
    bytes: file.readUIntBE(MAGIC.length + 34, 6),
    entries: ManifestEntries.from(file.subarray(rowsAt, end)),
  };
}

/** sha256. */
async function sumOf(content: Buffer): Promise<Buffer> {
  const sum = createHash('sha256');
  for (let at = 0; at < content.length; at += HASHED_AT_ONCE) {
    if (at > 0) await turn();
    sum.update(content.subarray(at, at + HASHED_AT_ONCE));
  }
  return sum.digest();
}
