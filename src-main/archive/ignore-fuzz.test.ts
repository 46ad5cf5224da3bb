import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromText, isAscii } from './byte-path.ts';
import { git, keptByGit, pathsOf, scanQuietly, seededRandom, temporaryFolder, writeTree } from './test-tree.ts';

/**
 * Random ignore files against git itself. LONGSHORE_FUZZ_RULE_SETS and LONGSHORE_FUZZ_SEED widen it; a difference
 * prints the seed that shows it.
 */
const ruleSets = Number(process.env['LONGSHORE_FUZZ_RULE_SETS'] ?? 300);
const firstSeed = Number(process.env['LONGSHORE_FUZZ_SEED'] ?? 1);

const names = [
  'a',
  'b',
  'ab',
  'foo',
  'bar',
  'foo.c',
  'a b',
  '.x',
  'A',
  'Foo',
  '#x',
  '!y',
  'a\\b',
  '[a]',
  'x-y',
  fromText('é'),
  '\xff',
  'a\nb',
  'a*',
  'a?b',
  ' ',
  'b.o',
  '...',
  'z~',
  '0',
] as const;
const pieces = [
  'a',
  'b',
  'foo',
  'bar',
  '.c',
  '.o',
  'A',
  'x',
  'y',
  '-',
  '*',
  '*',
  '*',
  '**',
  '**',
  '***',
  '?',
  '?',
  '/',
  '/',
  '/',
  '/**/',
  '**/',
  '/**',
  '\\',
  '\\*',
  '\\?',
  '\\/',
  '\\a',
  '[a]',
  '[ab]',
  '[!a]',
  '[^b]',
  '[a-z]',
  '[z-a]',
  '[[:alpha:]]',
  '[[:upper:]]',
  '[[:punct:]]',
  '[[:nope:]]',
  '[]a]',
  '[!]a]',
  '[a-]',
  '[\\]]',
  '[',
  ']',
  '[[:',
  '[a\\-z]',
  '[*]',
  '[?]',
  '[/]',
  '[!-z]',
  ' ',
  '\\ ',
  '!',
  '#',
  '\\!',
  '\\#',
  fromText('é'),
  '\xff',
  '\xc3',
  '[\xc0-\xff]',
  '\t',
  '\r',
  '.',
  '~',
  '0',
] as const;

describe('random ignore files', () => {
  test.each([
    ['bytes as they are', false, 0],
    ['with tracked files', false, 12],
    ['core.ignorecase', true, 0],
  ] as const)(
    'keep what git keeps: %s',
    async (_, ignoreCase, tracked) => {
      const root = temporaryFolder();
      git(root, 'init', '--quiet');
      git(root, 'config', 'core.ignorecase', String(ignoreCase));
      const random = seededRandom(20_261_124);
      const tree = makeTree(random);
      writeTree(root, Object.fromEntries(tree.files.map((path) => [path, 'x'])));
      for (let count = 0; count < tracked; count++) {
        git(root, '--literal-pathspecs', 'add', '--force', '--', pick(random, tree.files.filter(isAscii)));
      }
      let decided = 0;
      for (let seed = firstSeed; seed < firstSeed + ruleSets / 3; seed++) {
        const ignore = makeIgnoreFiles(seededRandom(seed * 7919), tree.folders);
        writeTree(root, ignore);
        const expected = keptByGit(root);
        const found = pathsOf(await scanQuietly(root)).sort();
        const ignoreText = JSON.stringify(ignore);
        expect({ seed, extra: difference(found, expected), missing: difference(expected, found), ignoreText }).toEqual({
          seed,
          extra: [],
          missing: [],
          ignoreText,
        });
        if (expected.length < tree.files.length + Object.keys(ignore).length) decided++;
        for (const path of Object.keys(ignore)) rmSync(Buffer.from(`${fromText(root)}/${path}`, 'latin1'));
      }
      // Rules that match nothing would prove nothing.
      expect(decided).toBeGreaterThan(ruleSets / 12);
    },
    120_000 + ruleSets * 100,
  );
});

function makeTree(random: () => number): { files: string[]; folders: string[] } {
  const folders = [''];
  for (let count = 0; count < 24; count++) {
    const parent = pick(random, folders);
    const folder = `${parent}${pick(random, names)}/`;
    if (parent.split('/').length <= 4 && !folders.includes(folder)) folders.push(folder);
  }
  const taken = new Set(folders);
  const files = new Set<string>();
  for (const folder of folders) {
    for (let count = 0; count < 9; count++) {
      const path = folder + pick(random, names);
      if (!taken.has(`${path}/`)) files.add(path);
    }
  }
  return { files: [...files], folders };
}

function makeIgnoreFiles(random: () => number, folders: readonly string[]): Record<string, string> {
  const files: Record<string, string> = {};
  const count = 1 + Math.floor(random() * 3);
  for (let file = 0; file < count; file++) {
    const folder = file === 0 ? '' : pick(random, folders);
    const lines: string[] = [];
    for (let line = 0; line < 1 + random() * 5; line++) lines.push(makePattern(random));
    files[`${folder}.gitignore`] = lines.join(random() < 0.1 ? '\r\n' : '\n') + (random() < 0.8 ? '\n' : '');
  }
  if (random() < 0.2) files['.git/info/exclude'] = `${makePattern(random)}\n${makePattern(random)}\n`;
  return files;
}

function makePattern(random: () => number): string {
  let pattern = random() < 0.3 ? '!' : '';
  const length = 1 + Math.floor(random() * 5);
  for (let piece = 0; piece < length; piece++) pattern += random() < 0.35 ? pick(random, names) : pick(random, pieces);
  return pattern + (random() < 0.2 ? '/' : '') + (random() < 0.05 ? '  ' : '');
}

function pick<T>(random: () => number, from: readonly T[]): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new Error('Nothing to pick from');
  return picked;
}

function difference(a: readonly string[], b: readonly string[]): string[] {
  const other = new Set(b);
  return a.filter((path) => !other.has(path));
}
