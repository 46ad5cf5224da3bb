import { copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git, keptByGit, pathsOf, scanQuietly, temporaryFolder } from './test-tree.ts';

/**
 * Real projects with rules that people wrote: packages that came with their ignore files (`.npmignore` is `.gitignore` by
 * another name and in the same dialect). What those rules are about was not published, so it is made up from the patterns.
 */
const top = resolve(import.meta.dirname, '../..');
const modules = join(top, 'node_modules');
/** Copying thousands of files proves no more than copying a hundred. */
const LARGEST = 1000;
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
      let rules = 0;
      for (const file of ignoreFilesIn(folder)) {
        const target = join(root, dirname(relative(folder, file)), '.gitignore');
        mkdirSync(dirname(target), { recursive: true });
        copyFileSync(file, target);
        for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
          if (line.trim() === '' || line.startsWith('#')) continue;
          rules++;
          plant(dirname(target), line);
          plant(join(dirname(target), 'some/folder'), line);
        }
      }
      const expected = keptByGit(root);
      const secrets = (await scanQuietly(root)).leftOut.filter(({ reason }) => reason === 'secret').map(({ path }) => path);
      const found = pathsOf(await scanQuietly(root, { include: secrets })).sort();
      expect(found).toEqual(expected);
      // Something has to be ignored for this to mean anything.
      expect(rules).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(filesBelow(root));
    },
    60_000,
  );
});

/** Makes what a rule may be about, as a file or as a folder, and something that has only its beginning in common. */
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
  for (const made of [path, `${path}x`]) {
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
