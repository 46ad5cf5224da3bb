import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { withDeadline } from './wait.ts';

describe('withDeadline', () => {
  it('fires although garbage was collected meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const collecting = setInterval(collect, 20);
    try {
      const reasons = await Promise.all(
        Array.from({ length: 20 }, () => {
          const signal = withDeadline(200);
          return new Promise<unknown>((resolve) => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }));
        }),
      );
      expect(reasons).toHaveLength(20);
      expect(reasons[0]).toHaveProperty('name', 'TimeoutError');
    } finally {
      clearInterval(collecting);
    }
  });

  it('takes over the reason of the signal that fires first', () => {
    const given = new AbortController();
    const signal = withDeadline(60_000, undefined, given.signal);
    expect(signal.aborted).toBe(false);
    given.abort(new Error('enough'));
    expect(signal.reason).toHaveProperty('message', 'enough');
    expect(withDeadline(60_000, given.signal).reason).toHaveProperty('message', 'enough');
  });
});
