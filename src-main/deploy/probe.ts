import { type AppSettings, ExpectedError, type ProbeResult } from '../contract/index.ts';
import type { Edge, Slot } from '../edge/types.ts';
import { probeEveryMs, RequestProbe } from './request-probe.ts';

/** Once the switch itself is long over: the watch time may be ten minutes. */
const laterEveryMs = 500;
const laterAfterMs = 5_000;

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
  readonly #probe: RequestProbe;
  #onAnswer: (answer: EdgeAnswer) => void = () => undefined;

  /** `patienceMs`: after so many milliseconds a request counts as failed. */
  constructor(edge: Edge, host: string, settings: AppSettings, patienceMs?: number) {
    this.#probe = new RequestProbe({
      ask: async (_, signal) => {
        const answer = await edge.request(host, probePath(settings), signal);
        this.#onAnswer(answer);
        return { ms: answer.ms, failed: isFailedAnswer(answer, settings) };
      },
      isOurs: (error) => error instanceof ExpectedError && (error.code.startsWith('ssh-') || error.code === 'channel-refused'),
      pauseMs: (sinceMs) => (sinceMs < laterAfterMs ? probeEveryMs : laterEveryMs),
      ...(patienceMs === undefined ? {} : { patienceMs }),
    });
  }

  /** Tells each answer from now on, to one listener. */
  tell(onAnswer: (answer: EdgeAnswer) => void): void {
    this.#onAnswer = onAnswer;
  }

  /** Waits for the requests under way and says what was seen. Stopping twice gives the same. */
  stop(): Promise<ProbeResult> {
    return this.#probe.stop();
  }

  /** Ends it at once, for requests of it may be waiting at the edge for what comes next. Nobody asks what was seen. */
  abandon(): void {
    this.#probe.abandon();
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
