import { toText } from './byte-path.ts';

export type EntryKind = 'file' | 'link' | 'directory';

const kinds = ['file', 'link', 'directory'] as const;
const SLASH = 0x2f;
const EXECUTABLE = 4;
const TRACKED_IGNORED = 8;

/** What a {@link FileTable} is made of. */
export interface FileColumns {
  readonly paths: Uint8Array;
  readonly ends: Float64Array;
  readonly sizes: Float64Array;
  readonly flags: Uint8Array;
}

/**
 * The files to send, in the order in which git lists them, each folder before what is in it. Kept in columns, since a
 * tree may have a million of them: about its path's length and 17 bytes an entry, and it crosses to another thread
 * without being copied.
 */
export class FileTable {
  #paths: Uint8Array = new Uint8Array(1 << 16);
  #ends: Float64Array = new Float64Array(1 << 10);
  #sizes: Float64Array = new Float64Array(1 << 10);
  #flags: Uint8Array = new Uint8Array(1 << 10);
  #length = 0;

  /** The table that {@link toShared} made the columns of, in whatever thread. */
  static from(columns: FileColumns): FileTable {
    const table = new FileTable();
    table.#paths = columns.paths;
    table.#ends = columns.ends;
    table.#sizes = columns.sizes;
    table.#flags = columns.flags;
    table.#length = columns.ends.length;
    return table;
  }

  /** The columns for another thread: in memory that both see, so that they are copied once whatever threads they go through. */
  toShared(): FileColumns {
    this.#paths = shared(this.#paths, this.#start(this.#length), Uint8Array);
    this.#ends = shared(this.#ends, this.#length, Float64Array);
    this.#sizes = shared(this.#sizes, this.#length, Float64Array);
    this.#flags = shared(this.#flags, this.#length, Uint8Array);
    return { paths: this.#paths, ends: this.#ends, sizes: this.#sizes, flags: this.#flags };
  }

  get length(): number {
    return this.#length;
  }

  /** `path` is a byte string relative to the folder. `trackedIgnored`: git tracks it although a rule ignores it. */
  add(path: string, kind: EntryKind, bytes: number, executable: boolean, trackedIgnored = false): void {
    const row = this.#length++;
    if (row === this.#flags.length) {
      this.#ends = grow(this.#ends, Float64Array);
      this.#sizes = grow(this.#sizes, Float64Array);
      this.#flags = grow(this.#flags, Uint8Array);
    }
    const start = this.#start(row);
    const end = start + path.length;
    while (end > this.#paths.length) this.#paths = grow(this.#paths, Uint8Array);
    for (let index = 0; index < path.length; index++) this.#paths[start + index] = path.charCodeAt(index);
    this.#ends[row] = end;
    this.#sizes[row] = bytes;
    this.#flags[row] = kinds.indexOf(kind) | (executable ? EXECUTABLE : 0) | (trackedIgnored ? TRACKED_IGNORED : 0);
  }

  pathAt(row: number): string {
    return Buffer.from(this.#paths.buffer, this.#start(row), (this.#ends[row] ?? 0) - this.#start(row)).toString('latin1');
  }

  /** How many folders it lies in. */
  depthAt(row: number): number {
    const end = this.#ends[row] ?? 0;
    let depth = 0;
    for (let at = this.#start(row); at < end; at++) if (this.#paths[at] === SLASH) depth++;
    return depth;
  }

  textAt(row: number): string {
    return toText(this.pathAt(row));
  }

  kindAt(row: number): EntryKind {
    return kinds[(this.#flags[row] ?? 0) & 3] ?? 'file';
  }

  /** Bytes as the scan saw them; 0 for links and folders. */
  bytesAt(row: number): number {
    return this.#sizes[row] ?? 0;
  }

  isExecutableAt(row: number): boolean {
    return ((this.#flags[row] ?? 0) & EXECUTABLE) !== 0;
  }

  isTrackedIgnoredAt(row: number): boolean {
    return ((this.#flags[row] ?? 0) & TRACKED_IGNORED) !== 0;
  }

  #start(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] ?? 0);
  }
}

function shared<T extends Uint8Array | Float64Array>(column: T, length: number, type: new (buffer: SharedArrayBuffer) => T): T {
  if (column.buffer instanceof SharedArrayBuffer && column.length === length) return column;
  const copy = new type(new SharedArrayBuffer(length * column.BYTES_PER_ELEMENT));
  copy.set(column.subarray(0, length));
  return copy;
}

function grow<T extends Uint8Array | Float64Array>(column: T, type: new (length: number) => T): T {
  const larger = new type(Math.max(column.length * 2, 1 << 10));
  larger.set(column);
  return larger;
}
