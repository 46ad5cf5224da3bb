import { sleep } from '../base/wait.ts';
import { type AppSettings, ExpectedError, type ProbeResult } from '../contract/index.ts';
import type { Edge, Slot } from '../edge/types.ts';

const everyMs = 75;
/** Once the switch itself is long over: the watch time may be ten minutes. */
const laterEveryMs = 500;
const laterAfterMs = 5_000;
/** Slow apps must not pile requests up. */
const mostAtOnce = 8;

export interface EdgeAnswer {
  readonly status: number;
  readonly slot: Slot | null;
  readonly ms: number;
}

/**
 * A witness of the switch: requests through the edge, one each 75 ms, later fewer, counted until it is stopped. A request that the laptop's own
 * lost connection swallowed says nothing of the edge and is not counted.
 */
export class SwitchProbe {
  readonly #stop = new AbortController();
  readonly #abandoned = new AbortController();
  readonly #requests = new Set<Promise<void>>();
  readonly #loop: Promise<void>;
  #count = 0;
  #failed = 0;
  #slowestMs = 0;
  #onAnswer: (answer: EdgeAnswer) => void = () => undefined;

  constructor(
    private readonly edge: Edge,
    private readonly host: string,
    private readonly settings: AppSettings,
    /** Milliseconds after which a request counts as failed. */
    private readonly patienceMs = 30_000,
  ) {
    this.#loop = this.#run();
  }

  /** Tells each answer from now on, to one listener. */
  tell(onAnswer: (answer: EdgeAnswer) => void): void {
    this.#onAnswer = onAnswer;
  }

  /** Waits for the requests under way and says what was seen. Stopping twice gives the same. */
  async stop(): Promise<ProbeResult> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#requests);
    return { requests: this.#count, failed: this.#failed, slowestMs: Math.round(this.#slowestMs) };
  }

  /** Ends it at once, for requests of it may be waiting at the edge for what comes next. Nobody asks what was seen. */
  abandon(): void {
    this.#stop.abort();
    this.#abandoned.abort();
  }

  async #run(): Promise<void> {
    const begun = Date.now();
    while (!this.#stop.signal.aborted) {
      if (this.#requests.size < mostAtOnce) {
        const request = this.#request().finally(() => this.#requests.delete(request));
        this.#requests.add(request);
      }
      const pauseMs = Date.now() - begun < laterAfterMs ? everyMs : laterEveryMs;
      await sleep(pauseMs, this.#stop.signal).catch(() => undefined);
    }
  }

  async #request(): Promise<void> {
    try {
      // Not under the stop signal: a request that was sent is waited for, and counted.
      const answer = await this.edge.request(
        this.host,
        probePath(this.settings),
        AbortSignal.any([AbortSignal.timeout(this.patienceMs), this.#abandoned.signal]),
      );
      this.#count += 1;
      this.#slowestMs = Math.max(this.#slowestMs, answer.ms);
      if (isFailedAnswer(answer, this.settings)) this.#failed += 1;
      this.#onAnswer(answer);
    } catch (error) {
      if (this.#abandoned.signal.aborted) return;
      if (error instanceof ExpectedError && (error.code.startsWith('ssh-') || error.code === 'channel-refused')) return;
      this.#count += 1;
      this.#failed += 1;
    }
  }
}

export function probePath({ health }: Pick<AppSettings, 'health'>): string {
  return health.kind === 'http' ? health.path : '/';
}

/**
 * Whether the edge failed to have a request answered. Where a status below 500 is what makes the app healthy any higher one is a
 * failure; an app that is checked by its port only may well answer 500, but not in the edge's own name.
 */
export function isFailedAnswer(answer: EdgeAnswer, { health }: Pick<AppSettings, 'health'>): boolean {
  if (answer.slot === null) return true;
  return health.kind === 'http' ? answer.status >= 500 : answer.status >= 502 && answer.status <= 504;
}
