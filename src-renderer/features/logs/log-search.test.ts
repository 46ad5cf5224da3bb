import { describe, expect, it } from 'vitest';
import { findAll, matches, searchPattern, splitByFound } from './log-search.ts';

const pattern = (query: string): RegExp => {
  const made = searchPattern(query);
  if (made === null) throw new Error('no pattern');
  return made;
};

describe('log search', () => {
  it('takes the query literally and without regard to case', () => {
    expect(matches(pattern('a.b('), 'xA.B(y')).toBe(true);
    expect(matches(pattern('a.b('), 'axb(')).toBe(false);
    expect(matches(pattern('[err]'), '[ERR] no')).toBe(true);
    expect(matches(pattern('a-b/c'), 'a-b/c')).toBe(true);
    expect(searchPattern('')).toBeNull();
  });

  it('finds every occurrence, and gives the same answer twice', () => {
    const ab = pattern('ab');
    expect(findAll(ab, 'abxAB')).toEqual([
      [0, 2],
      [3, 5],
    ]);
    expect(matches(ab, 'ab')).toBe(true);
    expect(matches(ab, 'ab')).toBe(true);
  });

  it('splits pieces at what was found, also across two pieces', () => {
    const found = findAll(pattern('lo wo'), 'hello world');
    expect(splitByFound('hello', 0, found)).toEqual([
      { text: 'hel', hit: false },
      { text: 'lo', hit: true },
    ]);
    expect(splitByFound(' world', 5, found)).toEqual([
      { text: ' wo', hit: true },
      { text: 'rld', hit: false },
    ]);
    expect(splitByFound('none', 0, [])).toEqual([{ text: 'none', hit: false }]);
  });
});
