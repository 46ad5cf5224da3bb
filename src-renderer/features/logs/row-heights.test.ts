import { describe, expect, it } from 'vitest';
import { RowHeights } from './row-heights.ts';

describe('RowHeights', () => {
  it('is a plain multiple without measurements', () => {
    const heights = new RowHeights(20);
    expect([heights.top(0), heights.top(10), heights.at(0), heights.at(19), heights.at(20), heights.at(1e6)]).toEqual([
      0, 200, 0, 0, 1, 50_000,
    ]);
  });

  it('moves the rows below a taller one', () => {
    const heights = new RowHeights(20);
    expect(heights.set(3, 60)).toBe(true);
    expect(heights.set(3, 60)).toBe(false);
    expect([heights.top(3), heights.top(4)]).toEqual([60, 120]);
    expect([heights.at(59), heights.at(60), heights.at(119), heights.at(120)]).toEqual([2, 3, 3, 4]);
    expect(heights.set(3, 20)).toBe(true);
    expect(heights.top(4)).toBe(80);
  });

  it('forgets measured heights when cleared', () => {
    const heights = new RowHeights(20);
    heights.dropBefore(5);
    heights.set(7, 100);
    heights.clear();
    expect(heights.top(8)).toBe(60);
  });

  it('agrees with adding up by hand, while rows come, are measured and dropped', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    const heights = new RowHeights(20);
    const known = new Map<number, number>();
    let first = 0;
    let end = 50;
    for (let round = 0; round < 3000; round += 1) {
      end += random(40);
      if (random(10) === 0) {
        first += random(end - first);
        heights.dropBefore(first);
      }
      const ordinal = first + random(end - first);
      const height = 20 * (1 + random(6));
      known.set(ordinal, height);
      heights.set(ordinal, height);
      if (round % 50 !== 0) continue;
      let top = 0;
      for (let at = first; at < end; at += 1) {
        expect(heights.top(at)).toBe(top);
        expect(heights.at(top)).toBe(at);
        top += known.get(at) ?? 20;
        expect(heights.at(top - 1)).toBe(at);
      }
    }
  });
});
