import { describe, expect, it } from 'vitest';
import { losses, mixes } from './invariants.ts';
import type { Visit } from './visitors.ts';

const before = { release: 4, edition: 'e4' };

function visit(change: Partial<Visit>): Visit {
  return { what: 'GET', beganAt: 1_000, endedAt: 1_020, failed: null, release: 4, image: 'e4', setting: 'e4', ...change };
}

describe('a mix', () => {
  const of = (change: Partial<Visit>): string[] => mixes([visit({}), visit(change)], { before, edition: 'e5' });

  it('is neither the old release nor any new one of this deploy', () => {
    expect(of({})).toEqual([]);
    expect(of({ release: 5, image: 'e5', setting: 'e5' })).toEqual([]);
    expect(of({ release: 6, image: 'e5', setting: 'e5' })).toEqual([]);
  });

  it.each<[string, Partial<Visit>]>([
    ['new code with old settings', { release: 5, image: 'e5', setting: 'e4' }],
    ['old code with new settings', { release: 5, image: 'e4', setting: 'e5' }],
    ['the old release with new code', { image: 'e5', setting: 'e5' }],
    ['a release before the old one', { release: 3, image: 'e3', setting: 'e3' }],
  ])('is %s', (_, change) => expect(of(change)).toHaveLength(1));

  it('is no request that failed', () => expect(of({ failed: 'status 503', release: 0, image: '', setting: '' })).toEqual([]));
});

describe('a loss', () => {
  const failed = visit({ failed: 'status 503', beganAt: 2_000, endedAt: 3_000 });

  it('is every failed request where the server was there all the time', () => {
    expect(losses([visit({})], null)).toEqual([]);
    expect(losses([visit({}), failed], null)).toEqual(['GET: status 503, after 1000 ms, 1.0 s into the cell']);
  });

  it.each([
    ['ended before the server went away', { from: 3_500, to: 9_000 }, 1],
    ['was under way when it went', { from: 2_500, to: 9_000 }, 0],
    ['began while it was away', { from: 1_000, to: 2_000 }, 0],
    ['began when it was back', { from: 1_000, to: 1_999 }, 1],
  ])('or one that %s', (_, away, count) => expect(losses([failed], away)).toHaveLength(count));
});
