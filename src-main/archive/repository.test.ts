import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reasonOfCode, splitPaths } from '../contract/index.ts';
import { setBits } from './git-ewah.ts';
import { type GitHome, readSettings } from './git-settings.ts';
import { toScanPreview } from './preview.ts';
import { scanFolder } from './scan.ts';
import { notCheckedOut } from './scan-held-back.ts';
import { git, keptByGit, leftOut, noGitHome, pathsOf, scanQuietly, temporaryFolder, writeLink, writeTree } from './test-tree.ts';

/** A repository, committed so that branches and worktrees can be made. */
function repositoryWith(files: Readonly<Record<string, string>>, add: readonly string[] = ['.']): string {
  const root = temporaryFolder();
  git(root, 'init', '--quiet', '--initial-branch=main');
  writeTree(root, files);
  git(root, 'add', '--force', '--', ...add);
  git(root, 'commit', '--quiet', '--allow-empty', '--message', 'first');
  return root;
}

/** What git keeps, but for what is in the index only: there is nothing of it to pack. */
function keptHere(root: string): string[] {
  return keptByGit(root).filter((path) => existsSync(join(root, path)));
}

async function expectSame(root: string): Promise<string[]> {
  const found = pathsOf(await scanQuietly(root)).sort();
  expect(found).toEqual(keptHere(root));
  return found;
}

describe('conditional includes are decided as git decides them', () => {
  const cases: readonly (readonly [condition: (home: string, root: string) => string, holds: boolean])[] = [
    [(_, root) => `gitdir:${root}/`, true],
    [(_, root) => `gitdir:${root}/.git`, true],
    [(_, root) => `gitdir:${root}`, false],
    [(_, root) => `gitdir/i:${root.toUpperCase()}/`, true],
    [(_, root) => `gitdir:${root.toUpperCase()}/`, false],
    [(_, root) => `gitdir:${basename(root)}/`, true],
    [(_, root) => `gitdir:**/${basename(root)}/**`, true],
    [(_, root) => `gitdir:${basename(root).slice(0, 12)}*/.git`, true],
    [() => 'gitdir:nothing/', false],
    [() => 'gitdir:~/', false],
    [() => 'gitdir:~/linked/', false],
    [() => 'gitdir:./', false],
    [() => 'onbranch:main', true],
    [() => 'onbranch:ma[i]?', true],
    [() => 'onbranch:main/', false],
    [() => 'onbranch:*', true],
    [() => 'onbranch:feature/**', false],
    [() => 'hasconfig:remote.*.url:https://example.com/**', true],
    [() => 'hasconfig:remote.*.url:https://example.org/**', false],
    [() => 'unheard-of:x', false],
  ];
  test.each(cases.map(([condition, holds], index) => [condition('~', '/r'), index, holds] as const))('%s', (_, index, holds) => {
    const home = temporaryFolder();
    const root = repositoryWith({ a: 'x' });
    git(root, 'config', 'remote.origin.url', 'https://example.com/x.git');
    const condition = cases[index]?.[0](home, root) ?? '';
    writeTree(home, {
      '.gitconfig': `[core]\n\texcludesFile = before\n[includeIf "${condition}"]\n\tpath = more.inc\n`,
      'more.inc': '[include]\n\tpath = sub/deeper.inc\n',
      'sub/deeper.inc': '[core]\n\texcludesFile = after\n',
    });
    const environment = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_SYSTEM: '/dev/null', XDG_CONFIG_HOME: '/nonexistent' };
    const said = execFileSync('git', ['-C', root, 'config', 'core.excludesFile'], { env: environment }).toString().trim();
    const gitHome: GitHome = { system: '', global: [join(home, '.gitconfig')], defaultExcludes: '', home };
    const found = readSettings(join(root, '.git'), join(root, '.git'), gitHome).get('core.excludesfile');
    expect([found, found]).toEqual([said, holds ? 'after' : 'before']);
  });

  test('in the home folder, by ./ and through a link', () => {
    const home = temporaryFolder();
    git(home, 'init', '--quiet', 'work');
    symlinkSync('work', join(home, 'linked'));
    for (const [condition, place, holds] of [
      ['gitdir:~/work/', 'work', true],
      ['gitdir:./work/', 'work', true],
      ['gitdir:./w*/', 'work', true],
      ['gitdir:~/linked/', 'work', false],
      ['gitdir:~/', 'work', true],
    ] as const) {
      writeTree(home, { '.gitconfig': `[includeIf "${condition}"]\n\tpath = more.inc\n`, 'more.inc': '[core]\n\tignoreCase = yes\n' });
      const environment = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_SYSTEM: '/dev/null', XDG_CONFIG_HOME: '/nonexistent' };
      const said = execFileSync('git', ['-C', join(home, place), 'config', '--default', 'unset', 'core.ignoreCase'], { env: environment });
      const directory = join(home, place, '.git');
      const found = readSettings(directory, directory, { system: '', global: [join(home, '.gitconfig')], defaultExcludes: '', home });
      expect([condition, found.get('core.ignorecase') ?? 'unset']).toEqual([condition, said.toString().trim()]);
      expect(found.has('core.ignorecase')).toBe(holds);
    }
  });

  test('a relative core.excludesFile starts at the top of the repository', async () => {
    const root = repositoryWith({ 'conf/ignored': '*.tmp\n', 'a.tmp': 'x', 'sub/b.tmp': 'x', 'sub/c': 'x' }, ['conf']);
    git(root, 'config', 'core.excludesFile', 'conf/ignored');
    expect(await expectSame(root)).toEqual(['conf/ignored', 'sub/c']);
    expect(await expectSame(join(root, 'sub'))).toEqual(['c']);
  });
});

describe('the index', () => {
  const files = { '.gitignore': 'out\n*.gen\n', 'out/b': 'x', 'out/c': 'x', 'x.gen': 'x', 'y.gen': 'x', 'z.gen': 'x', a: 'x' };

  test.each(['2', '4'])('split in two, with entries added, changed and removed since (version %s)', async (version) => {
    const root = repositoryWith(files, ['out/b', 'x.gen', 'y.gen']);
    git(root, 'config', 'splitIndex.maxPercentChange', '100');
    git(root, 'update-index', '--index-version', version);
    git(root, 'update-index', '--split-index');
    writeTree(root, { 'x.gen': 'changed' });
    git(root, 'add', '--force', 'x.gen', 'out/c', 'a');
    git(root, 'rm', '--quiet', '--cached', 'y.gen');
    // It proves nothing unless both halves matter.
    expect(readdirSync(join(root, '.git')).filter((name) => name.startsWith('sharedindex.'))).toHaveLength(1);
    expect(readFileSync(join(root, '.git/index')).includes('link')).toBe(true);
    expect(await expectSame(root)).toEqual(['.gitignore', 'a', 'out/b', 'out/c', 'x.gen']);
    git(root, 'update-index', '--no-split-index');
    await expectSame(root);
  });

  test('split in two over hundreds of entries', async () => {
    const many: Record<string, string> = { '.gitignore': '*.gen\n' };
    for (let file = 0; file < 700; file++) many[`${file % 7}/${file}.gen`] = 'x';
    const root = repositoryWith(many, ['.gitignore', ...Array.from({ length: 600 }, (_, file) => `${file % 7}/${file}.gen`)]);
    git(root, 'config', 'splitIndex.maxPercentChange', '100');
    git(root, 'update-index', '--split-index');
    const removed = Array.from({ length: 300 }, (_, file) => file + (file < 150 ? 0 : 200)).map((file) => `${file % 7}/${file}.gen`);
    git(root, 'rm', '--quiet', '--cached', '--', ...removed);
    expect(await expectSame(root)).toHaveLength(301);
  });

  test('sparse: whole folders are one entry', async () => {
    const root = repositoryWith({ ...files, 'in/a.gen': 'x', 'far/a.gen': 'x', 'far/deep/b': 'x' });
    git(root, 'sparse-checkout', 'set', '--cone', '--sparse-index', 'in', 'out');
    expect(git(root, 'ls-files', '--sparse')).toContain('far/\n');
    expect(await expectSame(root)).toContain('in/a.gen');
  });

  test('in the middle of a merge', async () => {
    const root = repositoryWith({ '.gitignore': '*.gen\n', 'x.gen': 'one', 'y.gen': 'one' });
    git(root, 'checkout', '--quiet', '-b', 'other');
    writeTree(root, { 'x.gen': 'two' });
    git(root, 'commit', '--quiet', '--all', '--message', 'two');
    git(root, 'checkout', '--quiet', 'main');
    writeTree(root, { 'x.gen': 'three', 'z.gen': 'x' });
    git(root, 'commit', '--quiet', '--all', '--message', 'three');
    expect(() => git(root, 'merge', 'other')).toThrow();
    expect(git(root, 'ls-files', '--unmerged')).toContain('x.gen');
    expect(await expectSame(root)).toEqual(['.gitignore', 'x.gen', 'y.gen']);
  });

  test.each(['file', 'link'])('that tracks a %s keeps nothing of an ignored folder which took its place', async (kind) => {
    const root = repositoryWith({ '.gitignore': 'x', other: 'x' });
    if (kind === 'file') writeTree(root, { node_modules: 'x', 'web/out': 'x' });
    else for (const path of ['node_modules', 'web/out']) writeLink(root, path, 'other');
    writeTree(root, { '.gitignore': 'node_modules\nout\n' });
    git(root, 'add', '--force', '.');
    for (const path of ['node_modules', 'web/out']) rmSync(join(root, path));
    writeTree(root, { 'node_modules/a/b': 'x', 'web/out/c': 'x', 'web/d': 'x' });
    // Git still names the two, but nothing in them.
    expect(keptByGit(root)).toEqual(['.gitignore', 'node_modules', 'other', 'web/d', 'web/out']);
    expect(pathsOf(await scanQuietly(root))).toEqual(['.gitignore', 'other', 'web/d']);
  });

  test.each([false, true])('keeps an ignored folder that is another repository (split in two: %s)', async (split) => {
    const root = repositoryWith({ '.gitignore': 'lib\nlate\nwas\n', 'late/x': 'x', was: 'x' }, ['.gitignore', 'late/x', 'was']);
    const library = (path: string): void => {
      git(root, 'init', '--quiet', path);
      writeTree(root, { [`${path}/.gitignore`]: '*.o\n', [`${path}/x.c`]: 'x', [`${path}/y.o`]: 'x' });
      git(join(root, path), 'add', '.');
      git(join(root, path), 'commit', '--quiet', '--message', 'first');
      git(root, 'add', '--force', path);
    };
    library('lib');
    git(root, 'config', 'splitIndex.maxPercentChange', '100');
    if (split) git(root, 'update-index', '--split-index');
    rmSync(join(root, 'was'));
    library('was');
    library('other');
    writeTree(root, { 'late/y': 'x' });
    const found = pathsOf(await scanQuietly(root));
    expect(found).toEqual([
      '.gitignore',
      'late/x',
      'lib/.gitignore',
      'lib/x.c',
      'other/.gitignore',
      'other/x.c',
      'was/.gitignore',
      'was/x.c',
    ]);
  });

  test('that git would die of is named, since files would be missing without it', async () => {
    const root = repositoryWith(files, ['x.gen']);
    const index = join(root, '.git/index');
    for (const content of ['', 'DIRC', 'DIRC\0\0\0\x09\0\0\0\x01', readFileSync(index).subarray(0, 60)]) {
      writeFileSync(index, content);
      // Of one that is cut off behind its head git 2.39 reads what happens to lie in memory.
      if (content.length < 60) expect(() => keptByGit(root)).toThrow();
      await expect(scanQuietly(root)).rejects.toMatchObject({
        code: 'file-unreadable',
        message: expect.stringContaining('.git/index') as string,
        next: expect.stringContaining('git reset') as string,
      });
    }
    // As the words say.
    rmSync(index);
    git(root, 'reset', '--quiet');
    expect(await expectSame(root)).toContain('x.gen');
  });

  test('that is not there yet tracks nothing', async () => {
    const root = temporaryFolder();
    git(root, 'init', '--quiet');
    writeTree(root, files);
    expect(await expectSame(root)).toEqual(['.gitignore', 'a']);
  });

  test('of which the other half is gone is named', async () => {
    const root = repositoryWith(files, ['x.gen']);
    git(root, 'update-index', '--split-index');
    const shared = readdirSync(join(root, '.git')).find((name) => name.startsWith('sharedindex.')) ?? '';
    rmSync(join(root, '.git', shared));
    expect(() => keptByGit(root)).toThrow();
    await expect(scanQuietly(root)).rejects.toMatchObject({ message: expect.stringContaining(shared) as string });
  });

  test('a run of set bits and single ones are read from a compressed bitmap', () => {
    const word = (high: number, low: number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(high, 0);
      bytes.writeUInt32BE(low, 4);
      return bytes;
    };
    const header = Buffer.alloc(8);
    header.writeUInt32BE(256, 0);
    header.writeUInt32BE(4, 4);
    // One word of ones, then a literal; one word of zeros, then a literal.
    const bitmap = Buffer.concat([header, word(2, 0b11), word(0x80000000, 0b101), word(2, 0b10), word(0, 1)]);
    expect([...setBits(bitmap)]).toEqual([...Array.from({ length: 64 }, (_, bit) => bit), 64, 66, 127, 192]);
  });
});

describe('where a repository keeps its files', () => {
  test('a linked worktree has an index and settings of its own', async () => {
    const main = repositoryWith({ '.gitignore': '*.gen\n', 'kept.gen': 'x', a: 'x' });
    git(main, 'config', 'extensions.worktreeConfig', 'true');
    const tree = join(temporaryFolder(), 'tree');
    git(main, 'worktree', 'add', '--quiet', tree);
    const folder = temporaryFolder();
    writeTree(folder, { excludes: '*.tmp\n' });
    git(tree, 'config', '--worktree', 'core.excludesFile', join(folder, 'excludes'));
    writeTree(tree, { 'other.gen': 'x', 'b.tmp': 'x', 'sub/new': 'x' });
    writeTree(main, { 'b.tmp': 'x' });
    git(tree, 'rm', '--quiet', '--cached', 'kept.gen');
    git(tree, 'update-index', '--split-index');
    expect(await expectSame(tree)).toEqual(['.gitignore', 'a', 'sub/new']);
    expect(await expectSame(main)).toEqual(['.gitignore', 'a', 'b.tmp', 'kept.gen']);
    expect(await expectSame(join(tree, 'sub'))).toEqual(['new']);
  });

  test('core.worktree may lead upwards', async () => {
    const top = temporaryFolder();
    writeTree(top, { '.gitignore': '*.log\n', 'repo/a.log': 'x', 'repo/b': 'x', 'repo/c.log': 'x', elsewhere: 'x' });
    git(join(top, 'repo'), 'init', '--quiet');
    git(join(top, 'repo'), 'config', 'core.worktree', '../..');
    git(join(top, 'repo'), 'add', '--force', 'c.log');
    expect(await expectSame(join(top, 'repo'))).toEqual(['b', 'c.log']);
  });

  test('a submodule says by core.worktree where it is', async () => {
    const lib = repositoryWith({ '.gitignore': '*.o\n', 'x.c': 'x', 'y.o': 'x' });
    const root = repositoryWith({ '.gitignore': '*.c\n' });
    git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib, 'lib');
    writeTree(root, { 'lib/z.o': 'x', 'lib/w.c': 'x' });
    expect(readFileSync(join(root, 'lib/.git'), 'utf8')).toContain('gitdir:');
    expect(pathsOf(await scanQuietly(join(root, 'lib')))).toEqual(keptHere(join(root, 'lib')));
    expect(pathsOf(await scanQuietly(root))).toEqual([
      '.gitignore',
      '.gitmodules',
      ...keptHere(join(root, 'lib')).map((path) => `lib/${path}`),
    ]);
  });

  test('of another repository that is not there itself, nothing is sent but what is named', async () => {
    const root = repositoryWith({ '.gitignore': '*.o\n' });
    for (const path of ['lib', 'deep/er/lib', 'broken', 'alive']) {
      git(root, 'init', '--quiet', path);
      writeTree(root, { [`${path}/x.c`]: 'x' });
      git(join(root, path), 'add', '.');
      git(join(root, path), 'commit', '--quiet', '--message', 'first');
      git(root, 'add', '--force', path);
    }
    for (const path of ['lib', 'deep/er/lib']) rmSync(join(root, path, '.git'), { recursive: true });
    rmSync(join(root, 'broken/.git/HEAD'));
    // Git names the four places, and nothing in them.
    expect(keptByGit(root)).toEqual(['.gitignore', 'alive', 'broken', 'deep/er/lib', 'lib']);
    const scan = await scanQuietly(root);
    expect(pathsOf(scan)).toEqual(['.gitignore', 'alive/x.c']);
    expect(scan.leftOut.filter((entry) => !entry.path.endsWith('.git')).map(({ path, reason }) => [path, reason])).toEqual([
      ['broken', 'submodule'],
      ['deep/er/lib', 'submodule'],
      ['lib', 'submodule'],
    ]);
    expect(pathsOf(await scanQuietly(root, { include: ['lib'] }))).toEqual(['.gitignore', 'alive/x.c', 'lib/x.c']);
  });

  test('a submodule that was cloned without is told apart from what git keeps for itself, and nothing else is there to send', async () => {
    const lib = repositoryWith({ 'x.c': 'x' });
    const main = repositoryWith({ a: 'x' });
    git(main, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib, 'vendor/lib');
    git(main, 'commit', '--quiet', '--message', 'second');
    const clone = join(temporaryFolder(), 'clone');
    git(main, 'clone', '--quiet', main, clone);
    expect(keptByGit(clone)).toEqual(['.gitmodules', 'a', 'vendor/lib']);
    const scan = await scanQuietly(clone);
    expect(pathsOf(scan)).toEqual(['.gitmodules', 'a']);
    expect(leftOut(scan, 'repository')).toEqual(['.git']);
    expect(leftOut(scan, 'submodule')).toEqual(['vendor/lib']);
    expect(notCheckedOut(scan)).toEqual(['vendor/lib']);
    const crossed = (await toScanPreview(scan, [])).leftOut;
    expect(splitPaths(crossed.paths).map((path, row) => [path, reasonOfCode(crossed.codes[row] ?? 0)])).toEqual([
      ['.git', 'repository'],
      ['vendor/lib', 'submodule'],
    ]);
    await expect(scanFolder(join(clone, 'vendor'), { home: noGitHome })).rejects.toMatchObject({
      code: 'folder-empty',
      next: 'Check out the submodule lib by git submodule update --init.',
    });
    git(clone, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
    expect(pathsOf(await scanQuietly(clone))).toEqual(['.gitmodules', 'a', 'vendor/lib/x.c']);
    expect(leftOut(await scanQuietly(clone), 'submodule')).toEqual([]);
  });

  test('a bare one has no files here', async () => {
    const root = temporaryFolder();
    git(root, 'init', '--quiet');
    writeTree(root, { '.git/info/exclude': 'a\n', a: 'x' });
    expect(pathsOf(await scanQuietly(root))).toEqual([]);
    git(root, 'config', 'core.bare', 'true');
    expect(() => git(root, 'ls-files', '-co', '--exclude-standard')).toThrow(/work tree/);
    expect(pathsOf(await scanQuietly(root))).toEqual(['a']);
  });

  test('one whose files are elsewhere says nothing about these', async () => {
    const root = temporaryFolder();
    git(root, 'init', '--quiet');
    writeTree(root, { '.git/info/exclude': 'a\n', a: 'x' });
    git(root, 'config', 'core.worktree', temporaryFolder());
    expect(git(root, 'ls-files', '-co')).toBe('');
    expect(pathsOf(await scanQuietly(root))).toEqual(['a']);
  });
});
