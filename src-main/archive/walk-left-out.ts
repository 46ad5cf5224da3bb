import type { Rule } from './ignore-rules.ts';
import type { EntryType } from './walk-folder.ts';

/** How many of the things left out are remembered one by one. */
const LISTED = 20_000;

/** One thing that is not sent. `path` is a byte string relative to the scanned folder. */
export interface LeftOutEntry {
  readonly path: string;
  readonly kind: EntryType;
  readonly reason: 'ignored' | 'secret' | 'special' | 'repository' | 'unreadable';
  /** For a secret, `pattern` says what it looks like. */
  readonly rule: Rule | null;
  readonly bytes: number | null;
}

/** What a walk leaves out. */
export class LeftOut {
  readonly #listed: LeftOutEntry[] = [];
  #count = 0;

  get listed(): readonly LeftOutEntry[] {
    return this.#listed;
  }

  /** All of them, also those that are not listed. */
  get count(): number {
    return this.#count;
  }

  add(entry: LeftOutEntry): void {
    this.#count++;
    if (this.#listed.length < LISTED) this.#listed.push(entry);
    // What the user has to know or to tick is never pushed out by ignored files.
    else if (entry.reason !== 'ignored') this.#replaceIgnored(entry);
  }

  #replaceIgnored(entry: LeftOutEntry): void {
    const last = this.#listed.findLastIndex((one) => one.reason === 'ignored');
    if (last < 0) return;
    this.#listed.splice(last, 1);
    this.#listed.push(entry);
  }
}
