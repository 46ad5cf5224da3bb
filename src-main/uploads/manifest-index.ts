import { turn } from '../base/slices.ts';
import type { ManifestEntries } from './manifest.ts';

/** So many rows at a time, some 2 ms; then others have their turn. */
const ROWS_AT_ONCE = 16_384;
/**
 * How far an entry may lie from its place. What is looked for are digests, and so this is enough for millions. In a manifest that
 * somebody made up to collide the others are not found, and are sent.
 */
const MOST_PROBES = 64;

/**
 * Finds the entries of a manifest by their heads and by their paths, and keeps count of those that were met. Two tables of row numbers and
 * no string: with maps of strings the window stood still for a quarter of a second when a context had 200,000 files.
 */
export class ManifestIndex {
  readonly #entries: ManifestEntries;
  readonly #offsets: Float64Array;
  readonly #byHead: Int32Array;
  readonly #byPath: Int32Array;
  readonly #mask: number;
  readonly #met: Uint8Array;
  #unmet = 0;

  private constructor(entries: ManifestEntries) {
    const { length } = entries;
    const places = 2 ** Math.ceil(Math.log2(2 * length + 2));
    this.#entries = entries;
    this.#offsets = new Float64Array(length);
    this.#byHead = new Int32Array(places);
    this.#byPath = new Int32Array(places);
    this.#mask = places - 1;
    this.#met = new Uint8Array(length);
  }

  static async of(entries: ManifestEntries): Promise<ManifestIndex> {
    const index = new ManifestIndex(entries);
    let offset = 0;
    for (let row = 0; row < entries.length; row++) {
      if (row > 0 && row % ROWS_AT_ONCE === 0) await turn();
      offset = index.#take(row, offset);
    }
    return index;
  }

  /** Files and links that were not met. */
  get unmet(): number {
    return this.#unmet;
  }

  /** Where in its context an entry begins. */
  offsetAt(row: number): number {
    return this.#offsets[row] ?? 0;
  }

  /** The row of the entry with this head; -1 for none. */
  withHead(head: string): number {
    return this.#find(this.#byHead, head, (row) => this.#entries.headAt(row) === head);
  }

  /** The entry is still there. */
  meet(row: number): void {
    if (this.#met[row] !== 0 || this.#entries.kindAt(row) === 'directory') return;
    this.#met[row] = 1;
    this.#unmet -= 1;
  }

  /** As {@link meet} for the file or link with this path. Whether there is one that was not met before. */
  meetPath(path: string): boolean {
    const row = this.#find(this.#byPath, path, (row) => this.#met[row] === 0 && this.#entries.pathAt(row) === path);
    if (row >= 0) this.meet(row);
    return row >= 0;
  }

  /** Returns where the next entry begins. */
  #take(row: number, offset: number): number {
    this.#offsets[row] = offset;
    this.#put(this.#byHead, this.#entries.headKeyAt(row), row);
    if (this.#entries.kindAt(row) !== 'directory') {
      this.#put(this.#byPath, this.#entries.pathKeyAt(row), row);
      this.#unmet += 1;
    }
    return offset + this.#entries.bytesAt(row);
  }

  #put(table: Int32Array, key: number, row: number): void {
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const place = (key + probe) & this.#mask;
      if (table[place] !== 0) continue;
      // Zero stands for nothing.
      table[place] = row + 1;
      return;
    }
  }

  #find(table: Int32Array, digest: string, fits: (row: number) => boolean): number {
    const key = digest.charCodeAt(0) | (digest.charCodeAt(1) << 8) | (digest.charCodeAt(2) << 16) | (digest.charCodeAt(3) << 24);
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const row = (table[(key + probe) & this.#mask] ?? 0) - 1;
      if (row < 0) return -1;
      if (fits(row)) return row;
    }
    return -1;
  }
}
