import { describe, expect, it } from 'vitest';
import { noChoices } from '../contract/index.ts';
import { choicesWith, rememberedInWords } from './file-choices.ts';

describe('choicesWith', () => {
  it('adds the flags to what is remembered, each once, with paths as the window names them', () => {
    const before = { include: ['.env'], exclude: ['/docs/'] };
    expect(choicesWith({ include: ['./.env', 'dist/'], exclude: ['*.md', '/docs/'] }, before)).toEqual({
      include: ['.env', 'dist'],
      exclude: ['/docs/', '*.md'],
    });
    expect(choicesWith({ include: [], exclude: [] }, noChoices)).toEqual(noChoices);
  });

  it('refuses an empty path or pattern by the name of its flag', () => {
    expect(() => choicesWith({ include: ['./'], exclude: [] }, noChoices)).toThrow(/--include/);
    expect(() => choicesWith({ include: [], exclude: [''] }, noChoices)).toThrow(/--exclude/);
  });
});

describe('rememberedInWords', () => {
  it('names every secret and pattern that nobody has typed now', () => {
    expect(rememberedInWords(noChoices)).toEqual([]);
    expect(rememberedInWords({ include: ['.env', 'key.pem'], exclude: ['*.md'] })).toEqual([
      'As chosen before, sent all the same: .env, key.pem',
      'As chosen before, left out: *.md',
      '--forget-choices goes without them.',
    ]);
  });
});
