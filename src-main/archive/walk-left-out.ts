import type { Rule } from './ignore-rules.ts';
import type { EntryType } from './walk-folder.ts';

/** How many of the things left out are remembered one by one. */
const LISTED = 20_000;

/** One thing that is not sent. `path` is a byte string relative to the scanned folder. */
export interface LeftOutEntry {
  readonly path: string;
  readonly kind: EntryType;
  readonly reason: 'ignored' | 'secret' | 'special' | 'repository' | 'unreadable' | 'submodule';
  /** For a secret, `pattern` says what it looks like. */
  readonly rule: Rule | null;
  readonly bytes: number | null;
}

interface Numbered {
  readonly number: number;
  readonly entry: LeftOutEntry;
}

/** What a walk leaves out. */
export class LeftOut {
  /** Apart from the others, so that the last of them is found at once when it has to make room. */
  readonly #ignored: Numbered[] = [];
  readonly #others: Numbered[] = [];
  #count = 0;

  /** In the order in which they came. Put together each time. */
  get listed(): readonly LeftOutEntry[] {
    return [...this.#ignored, ...this.#others].sort((one, other) => one.number - other.number).map(({ entry }) => entry);
  }

  /** All of them, also those that are not listed. */
  get count(): number {
    return this.#count;
  }

  add(entry: LeftOutEntry): void {
    const number = this.#count++;
    const isFull = this.#ignored.length + this.#others.length >= LISTED;
    if (entry.reason === 'ignored') {
      if (!isFull) this.#ignored.push({ number, entry });
      return;
    }
    // What the user has to know or to tick is never pushed out by ignored files.
    if (!isFull || this.#ignored.pop() !== undefined) this.#others.push({ number, entry });
  }
}
