import type { Disposable } from '../base/disposable.ts';

/** Milliseconds between questions to the server, and the silence after which it counts as gone: three of them and a little time to answer. */
const everyMs = 5_000;
const silenceMs = 18_000;
const tickMs = 1_000;
/** Every third answer is told as the latency. */
const latencyEvery = 3;

export interface PulseOptions {
  /** Asks the server something small; resolves with the milliseconds until its answer. May never settle. */
  readonly roundTrip: () => Promise<number>;
  readonly onLatency: (ms: number) => void;
  readonly onSilence: () => void;
}

/**
 * Notices within 20 s that the other side is gone. Any byte counts as a sign of life, not only an answer: behind a long upload on
 * a slow line an answer can be late by more than that, which ssh2's own keepalive takes for a loss.
 */
export class Pulse implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #heardAt = performance.now();
  #askedAt = 0;
  #tickedAt = performance.now();
  #answers = 0;
  #disposed = false;

  constructor(private readonly options: PulseOptions) {
    this.#ask();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  readonly heard = (): void => {
    this.#heardAt = performance.now();
  };

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    // This computer slept, or was busy: the silence was ours. The server gets the time of one more question.
    if (now - this.#tickedAt > everyMs) {
      this.#heardAt = now - (silenceMs - everyMs);
      this.#ask();
    }
    this.#tickedAt = now;
    if (now - this.#heardAt >= silenceMs) this.options.onSilence();
    else if (now - this.#askedAt >= everyMs) this.#ask();
  }

  #ask(): void {
    this.#askedAt = performance.now();
    void this.options.roundTrip().then((ms) => {
      if (this.#disposed) return;
      if (this.#answers % latencyEvery === 0) this.options.onLatency(ms);
      this.#answers += 1;
    });
  }
}
