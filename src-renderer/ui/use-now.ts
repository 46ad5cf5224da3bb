import { useSyncExternalStore } from 'react';

/** The present, for count-downs and relative times: one timer for all who ask for the same step, none when nobody does. */
const clocks = new Map<number, Clock>();

class Clock {
  now = Date.now();
  readonly #listeners = new Set<() => void>();
  readonly #stepMs: number;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      this.now = Date.now();
      for (const one of this.#listeners) one();
    }, this.#stepMs);
    this.now = Date.now();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  };
}

/** Milliseconds since 1970, renewed every `stepMs`. */
export function useNow(stepMs = 1000): number {
  let clock = clocks.get(stepMs);
  if (clock === undefined) {
    clock = new Clock(stepMs);
    clocks.set(stepMs, clock);
  }
  const { subscribe } = clock;
  const current = clock;
  return useSyncExternalStore(subscribe, () => current.now);
}
