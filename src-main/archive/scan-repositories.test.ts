import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git, keptByGit, leftOut, pathsOf, scanQuietly, temporaryFolder, writeTree } from './test-tree.ts';

describe('repositories', () => {
  test('a nested one has rules of its own, and its .gitignore does not reach out', async () => {
    const root = temporaryFolder();
    writeTree(root, { '.gitignore': '*.tmp\n', 'a.tmp': 'x', 'lib/a.tmp': 'x', 'lib/b.o': 'x', 'lib/.gitignore': '*.o\n', 'b.o': 'x' });
    for (const path of [root, join(root, 'lib')]) git(path, 'init', '--quiet');
    writeTree(root, { 'lib/.git/info/exclude': 'secretly\n', 'lib/secretly': 'x', secretly: 'x' });
    expect(pathsOf(await scanQuietly(root))).toEqual(['.gitignore', 'b.o', 'lib/.gitignore', 'lib/a.tmp', 'secretly']);
  });

  test('a folder inside one obeys the rules above it, as git run in that folder does', async () => {
    const top = temporaryFolder();
    git(top, 'init', '--quiet');
    writeTree(top, {
      '.gitignore': '*.log\n/apps/api/local\n',
      'apps/.gitignore': '!keep.log\napi/generated/\n',
      'apps/api/a.js': 'x',
      'apps/api/x.log': 'x',
      'apps/api/keep.log': 'x',
      'apps/api/local': 'x',
      'apps/api/generated/b': 'x',
      'apps/api/generated/forced': 'x',
    });
    git(top, 'add', '--force', 'apps/api/generated/forced');
    const root = join(top, 'apps/api');
    const scan = await scanQuietly(root);
    expect(pathsOf(scan)).toEqual(keptByGit(root));
    expect(pathsOf(scan)).toEqual(['a.js', 'generated/forced', 'keep.log']);
    expect(scan.leftOut.find((entry) => entry.path === 'x.log')?.rule).toEqual({ file: '../../.gitignore', line: 1, pattern: '*.log' });
  });

  test('an ignored folder that was picked itself is sent: that is what was asked for', async () => {
    const top = temporaryFolder();
    git(top, 'init', '--quiet');
    writeTree(top, { '.gitignore': 'dist\n', 'dist/index.html': 'x', 'dist/a.log': 'x' });
    expect(pathsOf(await scanQuietly(join(top, 'dist')))).toEqual(['a.log', 'index.html']);
  });

  test('a worktree uses its own index and the exclude file of the main one', async () => {
    const main = temporaryFolder();
    git(main, 'init', '--quiet');
    writeTree(main, { '.gitignore': '*.gen\n', 'kept.gen': 'x', a: 'x' });
    git(main, 'add', '--force', '.');
    git(main, 'commit', '--quiet', '--message', 'first');
    writeTree(main, { '.git/info/exclude': 'private\n' });
    const tree = join(temporaryFolder(), 'tree');
    git(main, 'worktree', 'add', '--quiet', tree);
    writeTree(tree, { 'other.gen': 'x', private: 'x', new: 'x' });
    expect(pathsOf(await scanQuietly(tree))).toEqual(['.gitignore', 'a', 'kept.gen', 'new']);
    expect(pathsOf(await scanQuietly(tree))).toEqual(keptByGit(tree));
  });

  test.each(['2', '3', '4'])('tracked files are found in an index of version %s', async (version) => {
    const root = temporaryFolder();
    git(root, 'init', '--quiet');
    writeTree(root, {
      '.gitignore': 'out\n*.gen\n',
      'out/a/deep': 'x',
      'out/b': 'x',
      'out/loose': 'x',
      'x.gen': 'x',
      'y.gen': 'x',
      [`long${'g'.repeat(200)}.gen`]: 'x',
    });
    git(root, 'add', '--force', 'out/a/deep', 'out/b', 'x.gen', `long${'g'.repeat(200)}.gen`);
    writeTree(root, { later: 'x' });
    git(root, 'add', '--intent-to-add', 'later');
    git(root, 'update-index', '--index-version', version);
    const scan = await scanQuietly(root);
    expect(pathsOf(scan)).toEqual(keptByGit(root));
    expect(leftOut(scan, 'ignored')).toEqual(['out/loose', 'y.gen']);
  });

  test('a repository with SHA-256 names is read as well', async () => {
    const root = temporaryFolder();
    git(root, 'init', '--quiet', '--object-format=sha256');
    writeTree(root, { '.gitignore': '*.gen\n', 'x.gen': 'x', 'y.gen': 'x' });
    git(root, 'add', '--force', 'x.gen');
    expect(pathsOf(await scanQuietly(root))).toEqual(keptByGit(root));
  });

  test("the user's own settings count: core.excludesFile, and the default place without it", async () => {
    const home = temporaryFolder();
    const root = temporaryFolder();
    writeTree(root, { a: 'x', '.DS_Store': 'x', 'b.swp': 'x' });
    const gitHome = { system: '', global: [join(home, '.gitconfig')], defaultExcludes: join(home, 'default'), home };
    writeTree(home, { default: '.DS_Store\n', mine: '*.swp\n' });
    const byDefault = await scanQuietly(root, { home: gitHome });
    expect(pathsOf(byDefault)).toEqual(['a', 'b.swp']);
    expect(byDefault.leftOut[0]?.rule).toEqual({ file: '~/default', line: 1, pattern: '.DS_Store' });
    writeTree(home, { '.gitconfig': '[include]\n\tpath = more.inc\n', 'more.inc': '[core]\n\texcludesFile = "~/mine" ; a comment\n' });
    expect(pathsOf(await scanQuietly(root, { home: gitHome }))).toEqual(['.DS_Store', 'a']);
  });
});
