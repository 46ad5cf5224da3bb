import { toText } from './byte-path.ts';

export type EntryKind = 'file' | 'link' | 'directory';

const kinds = ['file', 'link', 'directory'] as const;
const EXECUTABLE = 4;
const TRACKED_IGNORED = 8;

/**
 * The files to send, in the order in which git lists them, each folder before what is in it. Kept in columns, since a
 * tree may have a million of them: about its path's length and 17 bytes an entry, and it crosses to another thread
 * without being copied.
 */
export class FileTable {
  #paths = new Uint8Array(1 << 16);
  #ends = new Float64Array(1 << 10);
  #sizes = new Float64Array(1 << 10);
  #flags = new Uint8Array(1 << 10);
  #length = 0;

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

function grow<T extends Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(column: T, type: new (length: number) => T): T {
  const larger = new type(column.length * 2);
  larger.set(column);
  return larger;
}
