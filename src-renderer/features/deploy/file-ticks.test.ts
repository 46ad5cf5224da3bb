import { describe, expect, it } from 'vitest';
import { type FileChoices, noChoices, patternOf } from '../../../src-main/contract/index.ts';
import { withPending, withTick } from './file-ticks.ts';

const file = (path: string) => ({ path, isFolder: false });
const folder = (path: string) => ({ path, isFolder: true });
const leaveOut = (...patterns: string[]): FileChoices => ({ include: [], exclude: patterns });

describe('patternOf', () => {
  it.each([
    ['a.txt', false, '/a.txt'],
    ['docs/old', true, '/docs/old/'],
    ['!#x', false, '/!#x'],
    ['[a]*?\\', false, '/\\[a\\]\\*\\?\\\\'],
    ['two  ', false, '/two\\ \\ '],
    ['bad\uFFFD\uFFFDname', false, '/bad*name'],
  ])('of %j, folder %j, is %s', (path, isFolder, pattern) => {
    expect(patternOf(path, isFolder)).toBe(pattern);
  });
});

describe('withTick', () => {
  it('leaves out a file or folder by a pattern of its own, and takes it back', () => {
    const out = withTick(noChoices, file('src/a.ts'), false);
    expect(out).toEqual(leaveOut('/src/a.ts'));
    expect(withTick(out, file('src/a.ts'), true)).toEqual(noChoices);
    expect(withTick(noChoices, folder('docs'), false)).toEqual(leaveOut('/docs/'));
  });

  it('needs one pattern for a folder in which something was unticked before, and takes all of that back with it', () => {
    const some = leaveOut('*.md', '/docs/a', '/docs/sub/b', '/docs2/c');
    expect(withTick(some, folder('docs'), false)).toEqual(leaveOut('*.md', '/docs2/c', '/docs/'));
    expect(withTick(some, folder('docs'), true)).toEqual(leaveOut('*.md', '/docs2/c'));
  });

  it('forces in what a rule leaves out, and no longer', () => {
    const sent = withTick(noChoices, folder('dist'), true);
    expect(sent).toEqual({ include: ['dist'], exclude: [] });
    expect(withTick(sent, folder('dist'), false)).toEqual(noChoices);
  });

  it('leaves out a part of a folder that was forced in', () => {
    const sent: FileChoices = { include: ['dist'], exclude: [] };
    expect(withTick(sent, file('dist/a.map'), false)).toEqual({ include: ['dist'], exclude: ['/dist/a.map'] });
    expect(withTick({ include: ['dist', 'dist/key.pem'], exclude: [] }, folder('dist'), false)).toEqual(noChoices);
  });

  it('sends a secret by its path, and holds it back again without a pattern', () => {
    const sent = withTick(noChoices, file('.env'), true);
    expect(sent).toEqual({ include: ['.env'], exclude: [] });
    expect(withTick(sent, file('.env'), false)).toEqual(noChoices);
  });

  it('overrules a pattern that was written by hand by the path', () => {
    expect(withTick(leaveOut('*.md'), file('README.md'), true)).toEqual({ include: ['README.md'], exclude: ['*.md'] });
  });
});

describe('withPending', () => {
  it('lets the tick of a folder replace those below it', () => {
    const before = new Map([
      ['src/a', false],
      ['src2/a', false],
    ]);
    expect([...withPending(before, folder('src'), true)]).toEqual([
      ['src2/a', false],
      ['src', true],
    ]);
  });
});
