import { describe, expect, it } from 'vitest';
import type { DifferenceLine } from '../../contract/index.ts';
import { changedPieces, lineDifference } from './line-difference.ts';

const written = (lines: readonly DifferenceLine[]): string[] => lines.map(({ sign, text }) => `${sign}${text}`);
const side = (lines: readonly DifferenceLine[], sign: '-' | '+'): string[] =>
  lines.flatMap((line) => (line.sign === ' ' || line.sign === sign ? [line.text] : []));

describe('the difference of two texts', () => {
  it('is the shortest way from one to the other', () => {
    expect(written(lineDifference('a\nb\nc\nd\n', 'a\nc\nx\nd\n'))).toEqual([' a', '-b', ' c', '+x', ' d']);
    expect(written(lineDifference('', 'a\nb\n'))).toEqual(['+a', '+b']);
    expect(written(lineDifference('a\nb\n', ''))).toEqual(['-a', '-b']);
    expect(written(lineDifference('a\n', 'a\n'))).toEqual([' a']);
    expect(written(lineDifference('a\na\n', 'a\n'))).toHaveLength(2);
  });

  it('has both texts in it, whatever they are', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return (seed >> 8) % below;
    };
    for (let round = 0; round < 500; round += 1) {
      const text = (): string[] => Array.from({ length: random(30) }, () => 'abcdef'[random(6)] ?? '');
      const [one, other] = [text(), text()];
      const lines = lineDifference(one.map((line) => `${line}\n`).join(''), other.map((line) => `${line}\n`).join(''));
      expect(side(lines, '-'), `round ${round}`).toEqual(one);
      expect(side(lines, '+'), `round ${round}`).toEqual(other);
    }
  });

  it('is all of both where nearly everything changed', () => {
    const many = (word: string): string => Array.from({ length: 2_000 }, (_, at) => `${word}${at}\n`).join('');
    const lines = lineDifference(many('a'), many('b'));
    expect(lines).toHaveLength(4_000);
    expect(lines[0]).toEqual({ sign: '-', text: 'a0' });
  });
});

describe('the pieces that changed', () => {
  it('name the section they are in, and leave out what lies between', () => {
    const before = 'global\n  a\n  b\nfrontend http\n  c\n  d\n  e\n  f\n  g\nbackend x\n  h\n';
    const after = before.replace('  e\n', '  E\n').replace('  h\n', '');
    expect(written(changedPieces(lineDifference(before, after), 1, true))).toEqual([
      '@frontend http',
      '   d',
      '-  e',
      '+  E',
      '   f',
      ' backend x',
      '-  h',
    ]);
    expect(changedPieces(lineDifference(before, before), 2, true)).toEqual([]);
  });
});
