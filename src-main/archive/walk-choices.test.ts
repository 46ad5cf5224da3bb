import { describe, expect, test } from 'vitest';
import { patternOf } from '../contract/choice-rule.ts';
import { type Scan, scanEntries } from './scan.ts';
import { git, pathsOf, scanQuietly, temporaryFolder, writeTree } from './test-tree.ts';

/** `path file:line` of all that a rule left out. */
function rulesOf(scan: Scan): string[] {
  return scan.leftOut
    .filter(({ reason }) => reason === 'ignored')
    .map(({ path, kind, rule }) => `${path}${kind === 'directory' ? '/' : ''} ${rule?.file}:${rule?.line}`);
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  writeTree(root, files);
  return root;
}

describe('.longshoreignore', () => {
  test('leaves out more, at the root and nested, tracked or not, and brings back only what it left out', async () => {
    const root = folderWith({
      '.gitignore': '*.log\n',
      '.longshoreignore': '*.psd\n!*.log\ndocs/\n',
      'a.log': 'x',
      'a.psd': 'x',
      'docs/a': 'x',
      'web/.longshoreignore': '# nearer\n!hero.psd\n/raw\n',
      'web/hero.psd': 'x',
      'web/raw/x': 'x',
      'web/sub/raw': 'x',
    });
    git(root, 'init', '--quiet');
    git(root, 'add', '.');
    const scan = await scanQuietly(root);
    expect(pathsOf(scan)).toEqual(['.gitignore', '.longshoreignore', 'web/.longshoreignore', 'web/hero.psd', 'web/sub/raw']);
    expect(rulesOf(scan)).toEqual([
      'a.log .gitignore:1',
      'a.psd .longshoreignore:1',
      'docs/ .longshoreignore:3',
      'web/raw/ web/.longshoreignore:3',
    ]);
  });

  test('reaches into repositories inside, and holds in a folder outside git', async () => {
    const root = folderWith({ '.longshoreignore': '*.psd\n', 'a.psd': 'x', 'lib/b.psd': 'x', 'lib/c': 'x' });
    expect(pathsOf(await scanQuietly(root))).toEqual(['.longshoreignore', 'lib/c']);
    git(`${root}/lib`, 'init', '--quiet');
    expect(pathsOf(await scanQuietly(root))).toEqual(['.longshoreignore', 'lib/c']);
  });
});

describe('patterns of the app', () => {
  test('leave out on top and name themselves', async () => {
    const root = folderWith({ 'a.md': 'x', 'docs/b': 'x', 'docs/c': 'x', 'src/docs': 'x', 'x y*': 'x', 'x yz': 'x' });
    const scan = await scanQuietly(root, { exclude: ['*.md', '/docs', patternOf('x y*', false)] });
    expect(pathsOf(scan)).toEqual(['src/docs', 'x yz']);
    expect(rulesOf(scan)).toEqual(['a.md choice:1', 'docs/ choice:2', 'x y* choice:3']);
  });

  test('are stronger than .longshoreignore and weaker than git', async () => {
    const root = folderWith({ '.gitignore': '*.log\n', '.longshoreignore': '*.psd\n', 'a.log': 'x', 'a.psd': 'x', 'b.psd': 'x' });
    const scan = await scanQuietly(root, { exclude: ['!a.*'] });
    expect(pathsOf(scan)).toEqual(['.gitignore', '.longshoreignore', 'a.psd']);
  });

  test.each(['plain', 'a b', ' a ', '#a', '!a', '[a]', 'a*?', 'a\\b', 'a\nb', 'é', 'a\r'])('one names exactly %j', async (name) => {
    const bytes = Buffer.from(name).toString('latin1');
    const root = folderWith({ [bytes]: 'x', [`${bytes}2`]: 'x', [`sub/${bytes}`]: 'x' });
    expect(rulesOf(await scanQuietly(root, { exclude: [patternOf(name, false)] }))).toEqual([`${bytes} choice:1`]);
  });

  test('one names a file whose name is no text as well as it is shown', async () => {
    const root = folderWith({ 'a\xffb': 'x', ab: 'x' });
    expect(rulesOf(await scanQuietly(root, { exclude: [patternOf('a\ufffdb', false)] }))).toEqual(['ab choice:1', 'a\xffb choice:1']);
  });
});

describe('paths forced in', () => {
  const project = {
    '.gitignore': '/dist\n*.gen\n.env\n',
    '.env': 'A=1',
    'a.gen': 'x',
    'b.gen': 'x',
    'dist/app.js': 'x',
    'dist/.env': 'A=1',
    'dist/.gitignore': '*.map\n',
    'dist/app.map': 'x',
    'dist/deep/x.gen': 'x',
    'index.js': 'x',
  };

  test('a file that is ignored, also one deep in an ignored folder', async () => {
    const scan = await scanQuietly(folderWith(project), { include: ['a.gen', 'dist/deep/x.gen'] });
    expect(pathsOf(scan)).toEqual(['.gitignore', 'a.gen', 'dist/deep/x.gen', 'index.js']);
    expect(rulesOf(scan)).toContain('dist/app.js .gitignore:1');
  });

  test('a folder with all that is in it, but its secrets only when they are named', async () => {
    const root = folderWith(project);
    const scan = await scanQuietly(root, { include: ['dist/'] });
    expect(pathsOf(scan)).toEqual(['.gitignore', 'dist/.gitignore', 'dist/app.js', 'dist/app.map', 'dist/deep/x.gen', 'index.js']);
    expect(scan.leftOut.filter(({ reason }) => reason === 'secret').map(({ path }) => path)).toEqual(['dist/.env']);
    expect(pathsOf(await scanQuietly(root, { include: ['dist', 'dist/.env', '.env'] }))).toEqual([
      '.env',
      '.gitignore',
      'dist/.env',
      'dist/.gitignore',
      'dist/app.js',
      'dist/app.map',
      'dist/deep/x.gen',
      'index.js',
    ]);
  });

  test('are weaker than a pattern of the app below them, and stronger than one for themselves', async () => {
    const root = folderWith(project);
    const scan = await scanQuietly(root, { include: ['dist', 'dist/deep/x.gen', 'index.js'], exclude: ['*.map', 'deep/', 'index.js'] });
    expect(pathsOf(scan)).toEqual(['.gitignore', 'dist/.gitignore', 'dist/app.js', 'dist/deep/x.gen', 'index.js']);
  });

  test('go past .longshoreignore and .dockerignore too', async () => {
    const root = folderWith({ '.longshoreignore': 'a/\n', '.dockerignore': 'b\n', 'a/x': 'x', 'a/y': 'x', 'b/x': 'x', 'b/y': 'x' });
    const scan = await scanQuietly(root, { include: ['a/x', 'b/x'], dockerignore: true });
    expect(pathsOf(scan)).toEqual(['.dockerignore', '.longshoreignore', 'a/x', 'b/x']);
    expect(rulesOf(scan)).toEqual(['a/y .longshoreignore:1', 'b/y .dockerignore:1']);
  });

  test('never bring a repository along, nor what lies beside them in an ignored one', async () => {
    const root = folderWith({ '.gitignore': 'vendor\n', 'vendor/lib/x': 'x', 'vendor/lib/y': 'x' });
    git(root, 'init', '--quiet');
    git(`${root}/vendor/lib`, 'init', '--quiet');
    expect(pathsOf(await scanQuietly(root, { include: ['vendor/lib/x', '.git', 'vendor/lib/.git'] }))).toEqual([
      '.gitignore',
      'vendor/lib/x',
    ]);
    expect(pathsOf(await scanQuietly(root, { include: ['vendor'] }))).toEqual(['.gitignore', 'vendor/lib/x', 'vendor/lib/y']);
  });
});

test('what git tracks although a rule ignores it is marked', async () => {
  const root = folderWith({ '.gitignore': '*.gen\nout/\n', 'a.gen': 'x', 'b.gen': 'x', 'out/c': 'x', 'out/d': 'x', e: 'x' });
  git(root, 'init', '--quiet');
  git(root, 'add', '--force', 'a.gen', 'out/c', 'e');
  const scan = await scanQuietly(root);
  expect([...scanEntries(scan)].map(({ path, trackedIgnored }) => [path, trackedIgnored])).toEqual([
    ['.gitignore', false],
    ['a.gen', true],
    ['e', false],
    ['out', false],
    ['out/c', true],
  ]);
  expect(pathsOf(await scanQuietly(root, { exclude: ['a.gen', 'out'] }))).toEqual(['.gitignore', 'e']);
});
