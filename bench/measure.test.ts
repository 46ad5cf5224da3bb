import { describe, expect, it } from 'vitest';
import { interleaved, markdown, summarise } from './measure.ts';

describe('summarise', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    expect(summarise([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5, runs: 3 });
    expect(summarise([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4, runs: 4 });
    expect(() => summarise([])).toThrowError('No run');
  });
});

describe('interleaved', () => {
  it('takes turns', async () => {
    const order: string[] = [];
    const contender = (name: string) => async () => order.push(name);
    const result = await interleaved({ a: contender('a'), b: contender('b') }, 2);
    expect(order).toEqual(['a', 'b', 'a', 'b']);
    expect(result.a.runs).toBe(2);
  });
});

it('writes a table that Markdown reads', () => {
  expect(
    markdown([
      ['x', 'y'],
      ['1', '2'],
    ]),
  ).toBe('| x | y |\n| --- | --- |\n| 1 | 2 |');
});
