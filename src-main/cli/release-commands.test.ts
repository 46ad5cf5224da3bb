import { describe, expect, it } from 'vitest';
import { parseRange } from './release-commands.ts';

describe('a range of releases', () => {
  it('is two numbers, with or without the r, in either direction', () => {
    expect(parseRange('1..3', 'shop')).toEqual({ from: 1, to: 3 });
    expect(parseRange('r12..r7', 'shop')).toEqual({ from: 12, to: 7 });
  });

  it.each(['', '3', '..', '1..', '..3', '0..1', '1...3', '1-3', 'a..b', '1..3 ', '1..99999999999'])('is not %j', (text) => {
    expect(() => parseRange(text, 'shop')).toThrowError(/which two releases/);
  });
});
