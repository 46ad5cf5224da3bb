import type { JobSummary } from '../contract/index.ts';

/** Milliseconds within which a second signal is the same key press: npm and npx pass on what the terminal has sent to everybody. */
const samePressMs = 300;

/** Ctrl-C and SIGTERM: the first asks the command to stop, the next one does not wait for that. */
export class Interrupts {
  readonly #controller = new AbortController();
  #firstAt: number | null = null;

  constructor(
    private readonly endAtOnce: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly take = (): void => {
    if (this.#firstAt === null) {
      this.#firstAt = this.now();
      this.#controller.abort();
    } else if (this.now() - this.#firstAt >= samePressMs) this.endAtOnce();
  };
}

/** What the end of the program leaves on the servers: a sentence or two for each of the jobs that still run in it. */
export function leftWords(jobs: readonly JobSummary[]): string {
  return ['Ended at once.', ...jobs.map(leftBy)].join(' ');
}

function leftBy({ title, kind, app, stays }: JobSummary): string {
  if (kind === 'setup' || app === null) return `"${title}" was cut off; start it again, and it does what is missing.`;
  const cut = stays === null ? 'was not undone, and what it began stays on the server' : `was cut off: ${stays}`;
  // The lease of a program that ended so lives for 90 s (see deploy/lease.ts).
  return `"${title}" ${cut}. The next deploy of ${app} there clears up; it may first wait up to 90 s for this one.`;
}
