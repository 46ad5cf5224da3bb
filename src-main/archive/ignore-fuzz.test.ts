import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromText } from './byte-path.ts';
import { git, gitWith, keptByGit, noGitHome, pathsOf, scanQuietly, seededRandom, temporaryFolder, writeTree } from './test-tree.ts';
import { type Decision, Walk } from './walk.ts';

/**
 * Random ignore files against git itself. LONGSHORE_FUZZ_RULE_SETS and LONGSHORE_FUZZ_SEED widen it; a difference
 * prints the seed that shows it.
 */
const ruleSets = Number(process.env['LONGSHORE_FUZZ_RULE_SETS'] ?? 2000);
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

/** So many rule sets are tried in one repository at a time, each in a folder with a tree of its own: git starts once for all. */
const TREES = 40;
/** So many times, with other rule sets, before it is thrown away for one with another tree. */
const BATCHES = 4;
/** Rule sets of a repository's root, where `.git/info/exclude` counts too: one start of git each. */
const ROOT_SHARE = 0.05;
/** So far are the seeds of one kind from those of the next, so that no rule set is tried twice. */
const KIND_SEEDS = 10_000_000;

describe(`${ruleSets} random rule sets keep what git keeps`, () => {
  test.each([
    ['bytes as they are', 0, false, 0, 0.45],
    ['with tracked files', 1, false, 12, 0.25],
    ['core.ignorecase', 2, true, 0, 0.25],
  ] as const)(
    '%s',
    async (_, kind, ignoreCase, tracked, share) => {
      const wanted = Math.ceil(ruleSets * share);
      const begin = firstSeed + kind * KIND_SEEDS;
      const end = begin + wanted;
      let decided = 0;
      let tried = 0;
      for (let group = begin; group < end; group += TREES * BATCHES) {
        const random = seededRandom(group * 104_729);
        const tree = makeTree(random);
        const root = makeRepository(ignoreCase);
        const places = Array.from({ length: Math.min(TREES, end - group) }, (_place, index) => `s${String(index).padStart(2, '0')}/`);
        for (const place of places) writeTree(root, Object.fromEntries(tree.files.map((path) => [place + path, 'x'])));
        track(
          root,
          places.flatMap((place) => Array.from({ length: tracked }, () => place + pick(random, tree.files))),
        );
        for (let first = group; first < Math.min(group + TREES * BATCHES, end); first += TREES) {
          const sets = places.slice(0, end - first).map((place, index) => ({
            place,
            files: makeIgnoreFiles(seededRandom((first + index) * 7919), tree.folders),
          }));
          for (const { place, files } of sets) writeTree(root, prefixed(place, files));
          const expected = keptByGit(root);
          const found = pathsOf(await scanQuietly(root)).sort();
          const same = expected.length === found.length && expected.every((path, index) => path === found[index]);
          // With this seed the same tree comes first again.
          for (const { place, files } of same ? [] : sets) expectSame(place, group - kind * KIND_SEEDS, files, expected, found);
          expect(same).toBe(true);
          for (const { place, files } of sets) {
            tried++;
            if (expected.filter((path) => path.startsWith(place)).length < tree.files.length + Object.keys(files).length) decided++;
            for (const path of Object.keys(files)) rmSync(Buffer.from(`${fromText(root)}/${place}${path}`, 'latin1'));
          }
        }
        rmSync(root, { recursive: true, force: true });
      }
      expect(tried).toBe(wanted);
      // Rules that match nothing would prove nothing.
      expect(decided).toBeGreaterThan(wanted / 4);
    },
    120_000 + ruleSets * 100,
  );

  test(
    'at the root, with .git/info/exclude',
    async () => {
      const begin = firstSeed + 3 * KIND_SEEDS;
      for (let seed = begin; seed < begin + ruleSets * ROOT_SHARE; seed++) {
        const random = seededRandom(seed * 7919);
        const tree = makeTree(random);
        const root = makeRepository(false);
        const files = { ...makeIgnoreFiles(random, tree.folders), '.git/info/exclude': `${makePattern(random)}\n${makePattern(random)}\n` };
        writeTree(root, { ...Object.fromEntries(tree.files.map((path) => [path, 'x'])), ...files });
        expectSame('', seed - 3 * KIND_SEEDS, files, keptByGit(root), pathsOf(await scanQuietly(root)).sort());
        rmSync(root, { recursive: true, force: true });
      }
    },
    120_000 + ruleSets * 100,
  );
});

test('the rule that is named is the one that git names, also for what is brought back', () => {
  const tree = makeTree(seededRandom(2));
  const root = makeRepository(false);
  for (let seed = firstSeed; seed < firstSeed + 60; seed++) {
    const place = `s${seed - firstSeed}/`;
    writeTree(root, Object.fromEntries(tree.files.map((path) => [place + path, 'x'])));
    writeTree(root, prefixed(place, makeIgnoreFiles(seededRandom(seed * 7919), tree.folders)));
  }
  const named = new Map<string, string>();
  const onDecision = ({ path, verdict }: Decision): void => {
    named.set(path, verdict === null ? ':' : `${fromText(verdict.rule.file)}:${verdict.rule.line}`);
  };
  new Walk(root, { home: noGitHome, onDecision }).run(() => false);
  const said = new Map<string, string>();
  const asked = [...named.keys()].map((path) => `${path}\0`).join('');
  const fields = gitWith(asked, root, 'check-ignore', '-z', '--stdin', '--verbose', '--non-matching', '--no-index').split('\0');
  for (let at = 0; at + 3 < fields.length; at += 4) said.set(fields[at + 3] ?? '', `${fields[at]}:${fields[at + 1]}`);
  expect([...named.values()].filter((rule) => rule !== ':').length).toBeGreaterThan(100);
  expect(named).toEqual(said);
});

test.each([
  ['b**/**/[a][!a]', ['bar', 'b/ar', 'b/x/ar', 'bx/ar', 'bxar', 'x/bar']],
  ['b**/**', ['b', 'bx', 'b/c', 'bx/c', 'bx/c/d']],
  ['b**/**/**/c', ['bc', 'b/c', 'bx/c', 'bx/y/c', 'bxc']],
])('%s, which once differed, matches as in git', async (pattern, paths) => {
  const root = makeRepository(false);
  const places = paths.map((path, index) => `${index}/${path}`);
  writeTree(root, Object.fromEntries(places.map((path) => [path, 'x'])));
  for (const index of paths.keys()) writeTree(root, { [`${index}/.gitignore`]: pattern });
  expect(pathsOf(await scanQuietly(root))).toEqual(keptByGit(root));
});

function makeRepository(ignoreCase: boolean): string {
  const root = temporaryFolder();
  git(root, 'init', '--quiet');
  git(root, 'config', 'core.ignorecase', String(ignoreCase));
  return root;
}

function track(root: string, paths: readonly string[]): void {
  if (paths.length === 0) return;
  const list = join(temporaryFolder(), 'paths');
  writeFileSync(list, paths.map((path) => `${path}\0`).join(''), 'latin1');
  git(root, '--literal-pathspecs', 'add', '--force', `--pathspec-from-file=${list}`, '--pathspec-file-nul');
}

function prefixed(place: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [place + path, content]));
}

/** Compares what lies in `place`; a difference prints the seed and the rules. */
function expectSame(place: string, seed: number, files: object, expected: readonly string[], found: readonly string[]): void {
  const here = (paths: readonly string[]): string[] => paths.filter((path) => path.startsWith(place));
  const ignoreText = JSON.stringify(files);
  const extra = difference(here(found), here(expected));
  const missing = difference(here(expected), here(found));
  expect({ seed, extra, missing, ignoreText }).toEqual({ seed, extra: [], missing: [], ignoreText });
}

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
