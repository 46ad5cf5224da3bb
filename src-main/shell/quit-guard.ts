import { endEarlyWords, type JobSummary, tooLateWords } from '../contract/index.ts';

export interface QuitGuardOptions {
  /** The jobs that would end with the program. */
  readonly running: () => readonly JobSummary[];
  /** True when the user wants to quit all the same. */
  readonly ask: (message: string, detail: string) => Promise<boolean>;
  readonly quit: () => void;
}

const undoes =
  'Quitting cancels what runs and undoes what it began on the server, which may take a few seconds. Where the server cannot be reached, the next run there does it.';
const finishes =
  'Quitting does not undo it: Longshore waits some seconds for its end, and what is left then is cleared up by the next deploy of the app there.';

/** What quitting means for the jobs that run, the ones that can be undone first. */
function detailOf(running: readonly JobSummary[]): string {
  const tooLate = running.flatMap((job) => {
    const words = tooLateWords(job) ?? endEarlyWords(job);
    return words === null ? [] : [running.length === 1 ? words : `"${job.title}": ${words}`];
  });
  const parts = tooLate.length < running.length ? [undoes] : [];
  if (tooLate.length > 0) parts.push([...tooLate, finishes].join(' '));
  return parts.join('\n\n');
}

/** Asks once before the program ends in the middle of a job. Knows no Electron, so that it can be tried without. */
export class QuitGuard {
  #agreed = false;
  #asking = false;

  constructor(private readonly options: QuitGuardOptions) {}

  /** True when nothing speaks against ending now. Otherwise the user is asked, and a yes quits. */
  mayQuit(): boolean {
    const running = this.options.running();
    if (this.#agreed || running.length === 0) return true;
    if (!this.#asking) void this.#ask(running);
    return false;
  }

  async #ask(running: readonly JobSummary[]): Promise<void> {
    this.#asking = true;
    const [first] = running;
    const message = running.length === 1 && first ? `"${first.title}" is still running` : `${running.length} jobs are still running`;
    try {
      this.#agreed = await this.options.ask(message, detailOf(running));
    } finally {
      this.#asking = false;
    }
    if (this.#agreed) this.options.quit();
  }
}
