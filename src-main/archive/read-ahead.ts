import type { FileTable } from './file-table.ts';
import { type ReadableFile, readForArchive } from './read-file.ts';

/** Most of the time of a small file is waiting for the file system, so several wait at once. */
const FILES_AHEAD = 16;
const BYTES_AHEAD = 8 * 1024 * 1024;
/** Larger files are read when it is their turn. */
const SMALL_BYTES = 1024 * 1024;

/** Reads the files of a table in order, the next small ones before they are asked for. */
export class ReadAhead {
  readonly #root: string;
  readonly #kept: FileTable;
  readonly #wanted: (path: string) => boolean;
  readonly #stopped: () => boolean;
  readonly #reading = new Map<number, Promise<ReadableFile>>();
  #next = 0;
  #bytes = 0;

  /** `root` and paths are byte strings; what is not `wanted` is not read, and nothing any more once it is `stopped`. */
  constructor(root: string, kept: FileTable, wanted: (path: string) => boolean, stopped: () => boolean) {
    this.#root = root;
    this.#kept = kept;
    this.#wanted = wanted;
    this.#stopped = stopped;
  }

  /** Rows have to be asked for in order, each once. Throws as {@link readForArchive} does. */
  async take(row: number): Promise<ReadableFile> {
    this.#fill(row);
    const reading = this.#reading.get(row);
    if (!reading) return readForArchive(this.#root, this.#kept.pathAt(row), this.#stopped);
    this.#reading.delete(row);
    this.#bytes -= this.#kept.bytesAt(row);
    return reading;
  }

  #fill(from: number): void {
    this.#next = Math.max(this.#next, from);
    while (this.#next < this.#kept.length && this.#reading.size < FILES_AHEAD && this.#bytes < BYTES_AHEAD) {
      const row = this.#next++;
      const bytes = this.#kept.bytesAt(row);
      if (this.#kept.kindAt(row) !== 'file' || bytes > SMALL_BYTES) continue;
      const path = this.#kept.pathAt(row);
      if (!this.#wanted(path)) continue;
      const reading = readForArchive(this.#root, path, this.#stopped);
      // Whoever asks for it hears of a failure; nobody may, when the archive ends before.
      reading.catch(() => undefined);
      this.#reading.set(row, reading);
      this.#bytes += bytes;
    }
  }
}
