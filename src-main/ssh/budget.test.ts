import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';

describe('Budget', () => {
  it('lets the next one in when a place is given back, in order', async () => {
    const budget = new Budget(1);
    const order: string[] = [];
    const first = await budget.take();
    const second = budget.take().then((giveBack) => {
      order.push('second');
      giveBack();
    });
    const third = budget.take().then((giveBack) => {
      order.push('third');
      giveBack();
    });
    expect(order).toEqual([]);
    first();
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
    expect(budget.free).toBe(1);
  });

  it('counts a place that is given back twice once', async () => {
    const budget = new Budget(2);
    const giveBack = await budget.take();
    giveBack();
    giveBack();
    expect(budget.free).toBe(2);
  });

  it('forgets one who stopped waiting', async () => {
    const budget = new Budget(1);
    const giveBack = await budget.take();
    const stop = new AbortController();
    const waiting = budget.take(stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    giveBack();
    expect(budget.free).toBe(1);
  });
});
