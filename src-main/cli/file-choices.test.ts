import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { noChoices } from '../contract/index.ts';
import { choicesWith, pathsToInclude, rememberedInWords } from './file-choices.ts';

describe('choicesWith', () => {
  it('adds the flags to what is remembered, each once', () => {
    const before = { include: ['.env'], exclude: ['/docs/'] };
    expect(choicesWith({ include: ['.env', 'dist'], exclude: ['*.md', '/docs/'] }, before)).toEqual({
      include: ['.env', 'dist'],
      exclude: ['/docs/', '*.md'],
    });
    expect(choicesWith({ include: [], exclude: [] }, noChoices)).toEqual(noChoices);
  });

  it('refuses an empty path or pattern by the name of its flag', () => {
    expect(() => choicesWith({ include: [''], exclude: [] }, noChoices)).toThrow(/--include/);
    expect(() => choicesWith({ include: [], exclude: [''] }, noChoices)).toThrow(/--exclude/);
  });
});

describe('pathsToInclude', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-include-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, '.env'), '');
  symlinkSync('dist', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'dist', 'broken'));

  it('are named as the window names them', async () => {
    const typed = ['./.env', 'dist/', join(folder, 'dist/broken'), 'link'];
    expect(await pathsToInclude(folder, typed)).toEqual(['.env', 'dist', 'dist/broken', 'link']);
  });

  it.each(['', './', '../x', '/etc/hostname', 'dst', '.env/x', '*', 'link/broken'])(
    'are refused where one is nothing in the folder: %j',
    async (path) => {
      await expect(pathsToInclude(folder, [path])).rejects.toThrow(/^--include: /);
    },
  );
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
