import { copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git, keptByGit, leftOut, pathsOf, readTree, scanQuietly, temporaryFolder, track } from './test-tree.ts';

/**
 * Real projects with rules that people wrote: packages that came with their ignore files (`.npmignore` is `.gitignore` by
 * another name and in the same dialect). Each is tried as it was published; then with what those rules are about, which was not
 * published and is made up from the patterns, in all its folders; then with some of that tracked.
 */
const top = resolve(import.meta.dirname, '../..');
const modules = join(top, 'node_modules');
/** Copying thousands of files proves no more than copying a hundred. */
const LARGEST = 1000;
/** Of the folders that a package has, so many get what its rules are about. */
const MOST_PLACES = 20;
const projects = [top, ...packagesBelow(modules).filter((folder) => ignoreFilesIn(folder).length > 0 && filesBelow(folder) <= LARGEST)];

describe('the ignore files of real projects', () => {
  test('are there in numbers', () => {
    expect(projects.length).toBeGreaterThanOrEqual(10);
  });

  test.each(projects.map((folder) => [relative(dirname(modules), folder) || '.', folder] as const))(
    '%s is kept as git keeps it',
    async (_, folder) => {
      const root = temporaryFolder();
      if (folder !== top) cpSync(folder, root, { recursive: true, verbatimSymlinks: true });
      git(root, 'init', '--quiet');
      const lines: { readonly below: string; readonly line: string }[] = [];
      for (const file of ignoreFilesIn(folder)) {
        const target = join(root, dirname(relative(folder, file)), '.gitignore');
        mkdirSync(dirname(target), { recursive: true });
        copyFileSync(file, target);
        for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
          if (line.trim() !== '' && !line.startsWith('#')) lines.push({ below: dirname(target), line });
        }
      }
      expect(lines.length).toBeGreaterThan(0);
      // As it was published.
      await expectSame(root);
      for (const { below, line } of lines) {
        const places = [below, join(below, 'some/folder'), ...foldersBelow(below).slice(0, MOST_PLACES)];
        for (const place of places) plant(place, line);
      }
      const planted = await expectSame(root);
      // Something has to be ignored for this to mean anything.
      const ignored = allBelow(root).filter((path) => !planted.includes(path));
      expect(ignored.length).toBeGreaterThan(0);
      track(
        root,
        ignored.filter((_path, index) => index % 3 === 0),
      );
      expect((await expectSame(root)).length).toBeGreaterThan(planted.length);
    },
    60_000,
  );
});

/** What is kept, which is what git keeps. */
async function expectSame(root: string): Promise<string[]> {
  const expected = keptByGit(root);
  const secrets = leftOut(await scanQuietly(root), 'secret');
  expect(pathsOf(await scanQuietly(root, { include: secrets })).sort()).toEqual(expected);
  return expected;
}

/** Makes what a rule may be about, as a file or as a folder, and something that has only its beginning or its end in common. */
function plant(folder: string, rule: string): void {
  const path = rule
    .replace(/^[!\\]?\/?/, '')
    .trim()
    .replace(/\/+$/, '')
    .replace(/\*\*/g, 'any/depth')
    .replaceAll('*', 'star')
    .replaceAll('?', 'q')
    .replace(/\[[!^]?\\?(.)[^\]]*\]/g, '$1');
  if (path === '' || path.split('/').some((part) => part === '' || part === '..' || part === '.git')) return;
  for (const made of [path, `${path}x`, `x${path}`, path.toUpperCase()]) {
    const absolute = join(folder, made);
    try {
      mkdirSync(dirname(absolute), { recursive: true });
      if (existsSync(absolute)) continue;
      if (rule.endsWith('/')) mkdirSync(absolute);
      writeFileSync(rule.endsWith('/') ? join(absolute, 'inside') : absolute, 'x');
    } catch (error) {
      // Two rules may want a file and a folder of the same name; the first one has it.
      if (!['ENOTDIR', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

function packagesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    return entry.name.startsWith('@') ? packagesBelow(path) : [path];
  });
}

/** Without those of packages inside the package, and of this project only its own. */
function ignoreFilesIn(folder: string): string[] {
  const own = ['.gitignore', '.npmignore'].map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (folder === top) return own.slice(0, 1);
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'node_modules');
  return [...own.slice(0, 1), ...below.flatMap((entry) => ignoreFilesIn(join(folder, entry.name)))];
}

function filesBelow(folder: string): number {
  let files = 0;
  for (const name of readdirSync(folder)) {
    if (name === '.git') continue;
    const path = join(folder, name);
    files += lstatSync(path).isDirectory() ? filesBelow(path) : 1;
  }
  return files;
}

/** The paths of all files and links, as byte strings. */
function allBelow(root: string): string[] {
  return Object.entries(readTree(root, () => ''))
    .filter(([path, what]) => path !== '' && !what.startsWith('directory') && !/^\.git\/|\/\.git\//.test(path))
    .map(([path]) => path);
}

function foldersBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== '.git')
    .flatMap((entry) => [join(folder, entry.name), ...foldersBelow(join(folder, entry.name))]);
}
