import { LogRow, type LogRowInput } from './log-row.ts';

export const defaultLineLimit = 50_000;
/** Characters kept at most, however few lines they are. */
export const defaultCharacterLimit = 48_000_000;

/**
 * The newest lines of a log, bounded in lines and characters. Every line has a number that never changes (`seq`, from 0), so that a
 * view can hold on to a line while older ones are dropped.
 */
export class LogBuffer {
  readonly #lineLimit: number;
  readonly #characterLimit: number;
  #rows: LogRow[] = [];
  /** Index in `#rows` of the first kept line; the ones before it wait to be cut off together, which makes dropping cheap. */
  #start = 0;
  #dropped = 0;
  #characters = 0;

  constructor(lineLimit: number = defaultLineLimit, characterLimit: number = defaultCharacterLimit) {
    this.#lineLimit = lineLimit;
    this.#characterLimit = characterLimit;
  }

  append(inputs: readonly LogRowInput[]): void {
    for (const input of inputs) {
      const row = new LogRow(input);
      this.#rows.push(row);
      this.#characters += row.text.length;
    }
    while (this.count > this.#lineLimit || (this.#characters > this.#characterLimit && this.count > 1)) this.#dropFirst();
    if (this.#start > this.#lineLimit) this.#compact();
  }

  clear(): void {
    this.#dropped += this.count;
    this.#rows = [];
    this.#start = 0;
    this.#characters = 0;
  }

  /** Lines that are kept. */
  get count(): number {
    return this.#rows.length - this.#start;
  }

  /** Lines that were dropped to make room; also the number of the first kept line. */
  get first(): number {
    return this.#dropped;
  }

  /** One past the number of the newest line. */
  get end(): number {
    return this.#dropped + this.count;
  }

  row(seq: number): LogRow | undefined {
    return seq < this.#dropped ? undefined : this.#rows[this.#start + seq - this.#dropped];
  }

  get last(): LogRow | undefined {
    return this.row(this.end - 1);
  }

  #dropFirst(): void {
    this.#characters -= this.#rows[this.#start]?.text.length ?? 0;
    this.#start += 1;
    this.#dropped += 1;
  }

  #compact(): void {
    this.#rows = this.#rows.slice(this.#start);
    this.#start = 0;
  }
}
