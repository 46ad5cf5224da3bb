import { describe, expect, it } from 'vitest';
import { entryOf, recordOf, running } from '../apps/test-data.ts';
import { reconcile } from './reconcile.ts';

const app = (change: Partial<Parameters<typeof reconcile>[0]>) => ({
  name: 'shop',
  services: [],
  records: [],
  lastNumber: 0,
  live: null,
  current: null,
  ...change,
});

describe('reconciling', () => {
  it('begins in slot a, and goes to the other one than serves', () => {
    expect(reconcile(app({}))).toEqual({ idle: 'a', leftovers: [], settle: [] });
    const current = running('shop', 1, 'a');
    expect(reconcile(app({ services: [current], live: 'a', current })).idle).toBe('b');
  });

  it('undoes a run that died before its switch', () => {
    const current = running('shop', 1, 'a');
    const dead = running('shop', 2, 'b');
    const unfinished = entryOf(recordOf('shop', 2), 'unfinished');
    const { idle, leftovers, settle } = reconcile(
      app({ services: [dead, current], records: [entryOf(recordOf('shop', 1), 'served'), unfinished], live: 'a', current }),
    );
    expect(idle).toBe('b');
    expect(leftovers).toEqual([dead]);
    expect(settle).toMatchObject([{ entry: unfinished, outcome: 'failed' }]);
  });

  it('finishes a run that died after its switch', () => {
    const old = running('shop', 1, 'a');
    const current = running('shop', 2, 'b');
    const unfinished = entryOf(recordOf('shop', 2), 'unfinished');
    const { idle, leftovers, settle } = reconcile(app({ services: [old, current], records: [unfinished], live: 'b', current }));
    expect(idle).toBe('a');
    expect(leftovers).toEqual([old]);
    expect(settle).toMatchObject([{ outcome: 'served' }]);
  });

  it('clears everything of a first deploy that never served', () => {
    const dead = running('shop', 1, 'a');
    expect(reconcile(app({ services: [dead], records: [entryOf(recordOf('shop', 1), 'unfinished')] }))).toMatchObject({
      idle: 'a',
      leftovers: [dead],
      settle: [{ outcome: 'failed' }],
    });
  });
});
