import { sleep } from '../base/wait.ts';
import type { ProbeResult } from '../contract/index.ts';

/** Milliseconds between two requests. */
export const probeEveryMs = 75;
/** Slow apps must not pile requests up. */
const mostAtOnce = 8;

export interface ProbeAnswer {
  readonly ms: number;
  readonly failed: boolean;
}

export interface ProbeOptions {
  /** Sends one request; what it throws is a failed one. `turn` counts them from 0. */
  readonly ask: (turn: number, signal: AbortSignal) => Promise<ProbeAnswer>;
  /** Of what `ask` threw: it says nothing of the edge (the laptop's own lost connection), and is not counted. */
  readonly isOurs: (error: unknown) => boolean;
  /** Milliseconds after which a request counts as failed; 30,000 when not given. */
  readonly patienceMs?: number;
  /** Milliseconds until the next request, by those since the first. */
  readonly pauseMs?: (sinceMs: number) => number;
}

/** Sends requests at a steady pace, whether earlier ones were answered or not, from its making until it is stopped, and counts. */
export class RequestProbe {
  readonly #stop = new AbortController();
  readonly #abandoned = new AbortController();
  readonly #requests = new Set<Promise<void>>();
  readonly #loop: Promise<void>;
  #count = 0;
  #failed = 0;
  #slowestMs = 0;

  constructor(private readonly options: ProbeOptions) {
    this.#loop = this.#run();
  }

  /** Waits for the requests under way and says what was seen. Stopping twice gives the same. */
  async stop(): Promise<ProbeResult> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#requests);
    return { requests: this.#count, failed: this.#failed, slowestMs: Math.round(this.#slowestMs) };
  }

  /** Ends it at once: requests of it may be waiting for what comes next. Nobody asks what was seen. */
  abandon(): void {
    this.#stop.abort();
    this.#abandoned.abort();
  }

  async #run(): Promise<void> {
    const { pauseMs = () => probeEveryMs } = this.options;
    const begun = Date.now();
    for (let turn = 0; !this.#stop.signal.aborted; turn += 1) {
      if (this.#requests.size < mostAtOnce) {
        const request = this.#request(turn).finally(() => this.#requests.delete(request));
        this.#requests.add(request);
      }
      await sleep(pauseMs(Date.now() - begun), this.#stop.signal).catch(() => undefined);
    }
  }

  async #request(turn: number): Promise<void> {
    const { ask, isOurs, patienceMs = 30_000 } = this.options;
    try {
      // Not under the stop signal: a request that was sent is waited for, and counted.
      const { ms, failed } = await ask(turn, AbortSignal.any([AbortSignal.timeout(patienceMs), this.#abandoned.signal]));
      this.#slowestMs = Math.max(this.#slowestMs, ms);
      if (failed) this.#failed += 1;
    } catch (error) {
      if (this.#abandoned.signal.aborted || isOurs(error)) return;
      this.#failed += 1;
    }
    this.#count += 1;
  }
}
