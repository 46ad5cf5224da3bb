import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromText } from './byte-path.ts';
import { git, gitWith, keptByGit, noGitHome, pathsOf, scanQuietly, seededRandom, temporaryFolder, track, writeTree } from './test-tree.ts';
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

interface Kind {
  /** Of all rule sets. */
  readonly share: number;
  readonly ignoreCase: boolean;
  /**
   * So many files of each tree are tracked, whatever the rules say of them. None where case is ignored: git then takes another file
   * whose name differs in case alone for the tracked one, as it would be where both cannot be there (docs/what-is-sent.md).
   */
  readonly tracked: number;
  /** Where the rule sets lie, each with a tree of its own: git starts once for all of them. */
  readonly places: readonly string[];
  /** So many times, with other rule sets, before the repository is thrown away for one with another tree. */
  readonly rounds: number;
  /** Files with rules that only a repository's root has, beside `.gitignore`. */
  readonly ofRoot: readonly string[];
}

const EXCLUDES_FILE = '.git/excludes of core.excludesFile';
const inFolders = { places: Array.from({ length: 8 }, (_, index) => `s${index}/`), rounds: 20, ofRoot: [] };
/** Where projects have most of their rules: nothing stands in front of a path, and two more files count. */
const atRoot = { places: [''], rounds: 25, ofRoot: ['.git/info/exclude', EXCLUDES_FILE] };

const kinds: Readonly<Record<string, Kind>> = {
  'bytes as they are': { ...inFolders, share: 0.3, ignoreCase: false, tracked: 0 },
  'with tracked files': { ...inFolders, share: 0.2, ignoreCase: false, tracked: 12 },
  'core.ignorecase': { ...inFolders, share: 0.2, ignoreCase: true, tracked: 0 },
  'at the root': { ...atRoot, share: 0.15, ignoreCase: false, tracked: 0 },
  'at the root, with tracked files': { ...atRoot, share: 0.1, ignoreCase: false, tracked: 12 },
  'at the root, core.ignorecase': { ...atRoot, share: 0.05, ignoreCase: true, tracked: 0 },
};
/** So far are the seeds of one kind from those of the next, so that no rule set is tried twice. */
const KIND_SEEDS = 10_000_000;

describe(`${ruleSets} random rule sets keep what git keeps`, () => {
  test.each(Object.entries(kinds).map(([name, kind], index) => [name, kind, index] as const))(
    '%s',
    async (_, { share, ignoreCase, tracked, places, rounds, ofRoot }, index) => {
      const wanted = Math.ceil(ruleSets * share);
      const begin = firstSeed + index * KIND_SEEDS;
      const end = begin + wanted;
      const ofGroup = places.length * rounds;
      let decided = 0;
      let tried = 0;
      for (let group = begin; group < end; group += ofGroup) {
        const random = seededRandom(group * 104_729);
        const tree = makeTree(random);
        const root = makeRepository(ignoreCase);
        const used = places.slice(0, end - group);
        for (const place of used) writeTree(root, Object.fromEntries(tree.files.map((path) => [place + path, 'x'])));
        track(
          root,
          used.flatMap((place) => Array.from({ length: tracked }, () => place + pick(random, tree.files))),
        );
        for (let first = group; first < Math.min(group + ofGroup, end); first += places.length) {
          const sets = places.slice(0, end - first).map((place, at) => {
            const ofSet = seededRandom((first + at) * 7919);
            const files = makeIgnoreFiles(ofSet, tree.folders);
            for (const path of ofRoot) files[path] = makeLines(ofSet, 2);
            return { place, files };
          });
          for (const { place, files } of sets) writeTree(root, prefixed(place, files));
          const expected = keptByGit(root);
          const found = pathsOf(await scanQuietly(root)).sort();
          const same = expected.length === found.length && expected.every((path, at) => path === found[at]);
          // With this seed the same tree comes first again.
          for (const { place, files } of same ? [] : sets) expectSame(place, group - index * KIND_SEEDS, files, expected, found);
          expect(same).toBe(true);
          for (const { place, files } of sets) {
            tried++;
            const listed = Object.keys(files).filter((path) => !ofRoot.includes(path));
            if (expected.filter((path) => path.startsWith(place)).length < tree.files.length + listed.length) decided++;
            for (const path of listed) rmSync(Buffer.from(`${fromText(root)}/${place}${path}`, 'latin1'));
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
});

test('the rule that is named is the one that git names, also for what is brought back', () => {
  const tree = makeTree(seededRandom(2));
  const root = makeRepository(false);
  // With something that is ignored whatever the other rules are: where nothing is, check-ignore fails.
  writeTree(root, { ...Object.fromEntries(tree.files.map((path) => [path, 'x'])), 'surely/.gitignore': '*\n', 'surely/x': 'x' });
  let byRule = 0;
  for (let seed = firstSeed; seed < firstSeed + 60; seed++) {
    const random = seededRandom(seed * 7919);
    const files = makeIgnoreFiles(random, tree.folders);
    writeTree(root, files);
    for (const path of atRoot.ofRoot) writeTree(root, { [path]: makeLines(random, 2) });
    const named = new Map<string, string>();
    const onDecision = ({ path, verdict }: Decision): void => {
      named.set(path, verdict === null ? ':' : `${fromText(verdict.rule.file)}:${verdict.rule.line}`);
    };
    new Walk(root, { home: noGitHome, onDecision }).run(() => false);
    const said = new Map<string, string>();
    const asked = [...named.keys()].map((path) => `${path}\0`).join('');
    const fields = gitWith(asked, root, 'check-ignore', '-z', '--stdin', '--verbose', '--non-matching', '--no-index').split('\0');
    for (let at = 0; at + 3 < fields.length; at += 4) said.set(fields[at + 3] ?? '', `${fields[at]}:${fields[at + 1]}`);
    byRule += [...named.values()].filter((rule) => rule !== ':').length;
    expect({ seed, named }).toEqual({ seed, named: said });
    for (const path of Object.keys(files)) rmSync(Buffer.from(`${fromText(root)}/${path}`, 'latin1'));
  }
  expect(byRule).toBeGreaterThan(300);
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
  git(root, 'config', 'core.excludesFile', join(root, EXCLUDES_FILE));
  return root;
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
    files[`${folder}.gitignore`] = makeLines(random, 5);
  }
  return files;
}

function makeLines(random: () => number, most: number): string {
  const lines: string[] = [];
  for (let line = 0; line < 1 + random() * most; line++) lines.push(makePattern(random));
  return lines.join(random() < 0.1 ? '\r\n' : '\n') + (random() < 0.8 ? '\n' : '');
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
