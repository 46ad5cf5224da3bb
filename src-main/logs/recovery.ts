import { backoffDelay } from '../base/backoff.ts';
import { sleep } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';

/** Who watches a log overnight finds it going on in the morning. */
const reconnectMs = 24 * 3_600_000;
/** A Docker on its way down or up refuses what it is asked for some seconds; one that goes on refusing is not waited for. */
const refusals = 6;
const pause = { firstMs: 500, longestMs: 8_000, jitter: 0.2 };

/** What one reader of a server's Docker does when its stream breaks: waits until it is worth another try. */
export class Recovery {
  #refused = 0;

  constructor(
    private readonly session: ServerSession,
    private readonly signal: AbortSignal,
    private readonly wait: typeof sleep = sleep,
  ) {}

  /** To be called when something was read: what fails after it fails for the first time. */
  worked(): void {
    this.#refused = 0;
  }

  /** Resolves when the stream may be opened again after `error`; throws it when it is not of a kind that passes. */
  async after(error: unknown): Promise<void> {
    if (!(error instanceof ExpectedError)) throw error;
    const lost = error.code.startsWith('ssh-') || error.code === 'docker-unavailable';
    if (!lost && (error.code !== 'docker-failed' || this.#refused >= refusals)) throw error;
    this.#refused = lost ? 0 : this.#refused + 1;
    await this.session.connection.ready(this.signal, reconnectMs);
    // Connected, but Docker may be on its way up.
    await this.wait(backoffDelay(Math.max(1, this.#refused), pause), this.signal);
  }
}
