import type { LogBuffer } from './log-buffer.ts';
import type { LogRow } from './log-row.ts';

/**
 * The lines of a buffer that fulfil a condition, in order. Each line is looked at once, also while the buffer grows and drops, so a
 * search over 50,000 lines costs nothing per new line.
 */
export class RowIndex {
  readonly #buffer: LogBuffer;
  /** Null takes every line, and then nothing is stored. */
  readonly #accepts: ((row: LogRow) => boolean) | null;
  #seqs: number[] = [];
  #seen: number;
  #dropped = 0;

  constructor(buffer: LogBuffer, accepts: ((row: LogRow) => boolean) | null) {
    this.#buffer = buffer;
    this.#accepts = accepts;
    this.#seen = buffer.first;
    this.update();
  }

  /** Takes in what the buffer gained and lost since the last time. */
  update(): void {
    if (this.#accepts === null) return;
    const { first, end } = this.#buffer;
    const gone = this.#firstAtLeast(first);
    if (gone > 0) this.#seqs.splice(0, gone);
    this.#dropped += gone;
    for (let seq = Math.max(this.#seen, first); seq < end; seq += 1) {
      const row = this.#buffer.row(seq);
      if (row !== undefined && this.#accepts(row)) this.#seqs.push(seq);
    }
    this.#seen = end;
  }

  get count(): number {
    return this.#accepts === null ? this.#buffer.count : this.#seqs.length;
  }

  /** How many accepted lines were dropped: with a position it makes an ordinal that never changes. */
  get dropped(): number {
    return this.#accepts === null ? this.#buffer.first : this.#dropped;
  }

  /** The number of the line at a position; undefined past the end. */
  seqAt(position: number): number | undefined {
    if (this.#accepts !== null) return this.#seqs[position];
    return position >= 0 && position < this.#buffer.count ? this.#buffer.first + position : undefined;
  }

  /** The position of the first line whose number is `seq` or more; `count` when there is none. */
  positionFrom(seq: number): number {
    if (this.#accepts !== null) return this.#firstAtLeast(seq);
    return Math.min(this.#buffer.count, Math.max(0, seq - this.#buffer.first));
  }

  #firstAtLeast(seq: number): number {
    let low = 0;
    let high = this.#seqs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seqs[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
