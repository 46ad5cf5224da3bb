import type { JobSummary } from '../contract/index.ts';

export interface QuitGuardOptions {
  /** The jobs that would end with the program. */
  readonly running: () => readonly JobSummary[];
  /** True when the user wants to quit all the same. */
  readonly ask: (message: string, detail: string) => Promise<boolean>;
  readonly quit: () => void;
}

const detail =
  'Quitting cancels what runs and undoes what it began on the server, which may take a few seconds. Where the server cannot be reached, the next run there does it.';

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
      this.#agreed = await this.options.ask(message, detail);
    } finally {
      this.#asking = false;
    }
    if (this.#agreed) this.options.quit();
  }
}
