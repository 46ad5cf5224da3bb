import { describe, expect, it } from 'vitest';
import { rank, typedPath } from './rank.ts';

const best = (typed: string, choices: readonly (readonly string[])[]): string | undefined =>
  [...choices].sort((a, b) => rank('', typed, b) - rank('', typed, a))[0]?.[0];

describe('rank', () => {
  it('prefers the beginning of a label to a part of it, and a label to a keyword', () => {
    expect(best('shop', [['Open shop in the browser'], ['shop-db'], ['shop'], ['pawnshop']])).toBe('shop');
    expect(best('log', [['Dialog'], ['Terminal', 'login'], ['Logs of shop']])).toBe('Logs of shop');
  });

  it('wants every word, in any order', () => {
    expect(rank('', 'shop logs', ['Logs of shop'])).toBeGreaterThan(0);
    expect(rank('', 'shop restart', ['Logs of shop'])).toBe(0);
  });

  it('does not find things by their ids', () => {
    expect(rank('action server.remove', 'action', ['Forget harbor-1…'])).toBe(0);
  });

  it('shows all before anything is typed', () => {
    expect(rank('', '  ', ['x'])).toBe(1);
  });
});

describe('typedPath', () => {
  it.each(['/home/me/blog', '~/code/blog', '~', 'C:\\code\\blog', 'c:/code', '\\\\nas\\code'])('takes %s as a path', (text) => {
    expect(typedPath(` ${text} `)).toBe(text);
  });
  it.each(['blog', 'code/blog', '', '~blog'])('does not take %s as one', (text) => {
    expect(typedPath(text)).toBeNull();
  });
});
