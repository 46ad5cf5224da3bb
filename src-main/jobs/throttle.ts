import type { Disposable } from '../base/disposable.ts';

/** Calls `run` at once, then at most every `everyMs` while asked for; what was asked last is never lost. */
export class Throttle implements Disposable {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asked = false;

  constructor(
    private readonly everyMs: number,
    private readonly run: () => void,
  ) {}

  ask(): void {
    if (this.#timer) {
      this.#asked = true;
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.#asked) return;
      this.#asked = false;
      this.ask();
    }, this.everyMs);
    this.run();
  }

  /** Runs now, whatever the pace: for a change that nobody may learn late. */
  now(): void {
    this.dispose();
    this.ask();
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#asked = false;
  }
}
