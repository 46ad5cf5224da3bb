import type { LogChunk } from '../docker/types.ts';
import { nanosecondsOf, timeOf } from './time.ts';

/**
 * How far back a resumed log is read again. Docker writes stdout and stderr by two writers, so that a line may stand a little after
 * one with a later time; with the last time alone it would be lost.
 */
const readAgain = 250_000_000n;

/**
 * Where to go on with the log of one container after the connection was lost, with nothing lost or doubled: remembers the lines of the
 * last quarter of a second, asks for that much again, and knows which of it was given out.
 */
export class ResumePoint {
  #last: bigint | null = null;
  /** Lines since `#last - readAgain`, oldest first. */
  #recent: { readonly at: bigint; readonly key: string }[] = [];
  /** After a resume: how many lines of each key were given out before and will come again. */
  #again = new Map<string, number>();
  /** After a resume: whether the lines that come are older than the first that was ever given out, as where only the last ones were. */
  #before = false;

  /** For Docker's `since`; undefined when no line was seen yet. */
  get since(): string | undefined {
    return this.#last === null ? undefined : timeOf(this.#last - readAgain);
  }

  /** To be called before the log is read again from {@link since}. */
  resume(): void {
    this.#again = new Map();
    this.#before = this.#recent.length > 0;
    for (const { key } of this.#recent) this.#again.set(key, (this.#again.get(key) ?? 0) + 1);
  }

  /** Whether the line is new. */
  take(chunk: LogChunk): boolean {
    const at = nanosecondsOf(chunk.at) ?? 0n;
    const key = `${chunk.stream} ${at}`;
    const again = this.#again.get(key) ?? 0;
    if (again > 0) {
      this.#again.set(key, again - 1);
      this.#before = false;
      return false;
    }
    // Docker gives lines in the order it wrote them. A later time ends it, too: the known lines may be gone with a rotated log.
    if (this.#before && this.#last !== null && at <= this.#last) return false;
    this.#before = false;
    if (this.#last === null || at > this.#last) this.#last = at;
    const from = this.#last - readAgain;
    if (at >= from) this.#recent.push({ at, key });
    // Cut off now and then: an array shortened at every line of a flood would be moved each time.
    if (this.#recent.length % 256 === 0) this.#recent = this.#recent.filter((line) => line.at >= from);
    return true;
  }
}
