import type { JobLogLine } from '../contract/index.ts';

/** How much of a job's output is kept. A chatty build prints some ten thousand lines. */
const mostLines = 20_000;
const mostCharacters = 8 * 1024 * 1024;
/** Lines given to a reader at once. */
const batchLines = 1000;

/** The output of one job: kept from its beginning up to a bound, read by any number of readers from its beginning, live until it ends. */
export class JobLog {
  #lines: JobLogLine[] = [];
  #characters = 0;
  /** How many of the oldest lines were let go. */
  #dropped = 0;
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly limits = { lines: mostLines, characters: mostCharacters }) {}

  append(line: JobLogLine): void {
    if (this.#ended) return;
    this.#lines.push(line);
    this.#characters += line.text.length;
    this.#trim();
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *read(signal: AbortSignal): AsyncGenerator<readonly JobLogLine[], void, undefined> {
    let next = 0;
    while (!signal.aborted) {
      if (next < this.#dropped) {
        const oldest = this.#lines[0];
        yield [missingNote(this.#dropped - next, oldest)];
        next = this.#dropped;
        continue;
      }
      const from = next - this.#dropped;
      if (from < this.#lines.length) {
        const batch = this.#lines.slice(from, from + batchLines);
        next += batch.length;
        yield batch;
        continue;
      }
      if (this.#ended) return;
      await this.#more(signal);
    }
  }

  /** Lets go of a tenth at a time, so that a flood does not move the array on every line. */
  #trim(): void {
    if (this.#lines.length <= this.limits.lines && this.#characters <= this.limits.characters) return;
    let count = Math.max(1, Math.floor(this.#lines.length / 10));
    for (let characters = this.#count(count); this.#characters - characters > this.limits.characters && count < this.#lines.length - 1; ) {
      count += 1;
      characters += this.#lines[count - 1]?.text.length ?? 0;
    }
    this.#characters -= this.#count(count);
    this.#lines = this.#lines.slice(count);
    this.#dropped += count;
  }

  #count(lines: number): number {
    return this.#lines.slice(0, lines).reduce((sum, line) => sum + line.text.length, 0);
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  async #more(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function missingNote(count: number, oldest: JobLogLine | undefined): JobLogLine {
  return {
    at: oldest?.at ?? 0,
    stage: oldest?.stage ?? '',
    stream: 'note',
    text: `${count} earlier ${count === 1 ? 'line is' : 'lines are'} no longer kept`,
  };
}
