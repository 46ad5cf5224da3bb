/** Waiting for a condition of the outside world, always with a deadline. */
import { setTimeout as delay } from 'node:timers/promises';

/** Asks `probe` every `everyMs` until it gives something other than undefined; undefined when `deadlineMs` has passed. */
export async function pollUntil<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  deadlineMs: number,
  everyMs = 50,
): Promise<T | undefined> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) {
      return found;
    }
    if (performance.now() >= end) {
      return undefined;
    }
    await delay(everyMs);
  }
}
