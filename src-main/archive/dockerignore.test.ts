import { describe, expect, test } from 'vitest';
import { Dockerignore } from './dockerignore.ts';
import { pathsOf, scanQuietly, temporaryFolder, writeLink, writeTree } from './test-tree.ts';

/** Expectations from moby's own patternmatcher_test.go and from Docker's reference of .dockerignore. */
test.each([
  ['**', 'file', true],
  ['**/', 'dir/file', true],
  ['**/**', 'dir/file', true],
  ['dir/**', 'dir/file', true],
  ['dir/**', 'dir', false],
  ['dir/**', 'dir2/file', false],
  ['**/dir', 'dir', true],
  ['**/dir', 'a/dir/file', true],
  ['**/dir2/*', 'dir/dir2/file', true],
  ['**/file', 'dir/dir2/file', true],
  ['**file', 'dir/file', true],
  ['**/*.txt', 'dir/a.txt', true],
  ['a**/*.txt', 'a/dir/file.txt', true],
  ['a/*.txt', 'a/file.txt', true],
  ['a/*.txt', 'a/dir/file.txt', false],
  ['a[b-d]e', 'ace', true],
  ['a[b-d]e', 'aae', false],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['.*', '.foo', true],
  ['.*', 'foo', false],
  ['*.md', 'README.md', true],
  ['*.md', 'docs/a.md', false],
  ['/foo', 'foo', true],
  ['foo/', 'foo', true],
  ['foo', 'foo/bar/baz', true],
  ['node_modules', 'web/node_modules', false],
  ['./a/../b', 'b', true],
  ['  foo  ', 'foo', true],
  ['# foo', '# foo', false],
  ['a.b', 'axb', false],
  ['caf?', 'café', true],
  ['**.pem', 'certs/a.pem', true],
  ['**.local.json', 'web/settings.local.json', true],
  ['**/b.pem', 'b.pem', true],
  ['**a', 'web/aa', true],
  ['a|b', 'a|b', true],
  ['/../a', 'a', true],
] as const)('%j over %j', (pattern, path, ignored) => {
  expect(new Dockerignore(Buffer.from(`${pattern}\n`)).decide(Buffer.from(path).toString('latin1'))?.ignored ?? false).toBe(ignored);
});

describe('several rules', () => {
  test('the last that matches decides, also below an excluded folder', () => {
    const rules = new Dockerignore(Buffer.from('docs\n!docs/README.md\n*.md\n!README*.md\nREADME-secret.md\n'));
    const answers = ['docs/a.js', 'docs/README.md', 'a.md', 'README.md', 'README-secret.md'].map(
      (path) => rules.decide(path)?.ignored ?? false,
    );
    expect(answers).toEqual([true, false, true, false, true]);
    expect(rules.decide('docs/a.js')).toEqual({ ignored: true, rule: { file: '.dockerignore', line: 1, pattern: 'docs' } });
  });

  test('one that was not tried on a folder does not hold for what is in it', () => {
    const rules = new Dockerignore(Buffer.from('web\n!web/a\nw*\n'));
    expect(['web/a', 'web/b', 'wide/b'].map((path) => rules.decide(path)?.ignored ?? false)).toEqual([false, true, true]);
  });

  test.each(['[', 'a\n!', '!/', 'a[', '\\', '/!'])('%j is refused, as Docker refuses it', async (rules) => {
    const root = temporaryFolder();
    writeTree(root, { '.dockerignore': rules, a: 'x' });
    const refused = { code: 'invalid-input', message: expect.stringMatching(/^Line [12] of \.dockerignore is /) as string };
    await expect(scanQuietly(root, { dockerignore: true })).rejects.toMatchObject(refused);
    await expect(scanQuietly(root)).resolves.toMatchObject({ files: 2 });
  });

  test('are also read through a link, which Docker follows', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'conf/ignored': 'a\n', a: 'x', b: 'x' });
    writeLink(root, '.dockerignore', 'conf/ignored');
    expect(pathsOf(await scanQuietly(root, { dockerignore: true }))).toEqual(['.dockerignore', 'b', 'conf/ignored']);
  });

  test('hold only where asked for, with the Dockerfile in the folder or another, and never hide it', async () => {
    const root = temporaryFolder();
    writeTree(root, { '.dockerignore': '*\n!src\nsrc/*.test.js\n', 'src/a.js': 'x', 'src/a.test.js': 'x', 'README.md': 'x' });
    expect(pathsOf(await scanQuietly(root))).toHaveLength(4);
    expect(pathsOf(await scanQuietly(root, { dockerignore: true }))).toEqual(['.dockerignore', 'src/a.js']);
    writeTree(root, { Dockerfile: 'FROM scratch' });
    const scan = await scanQuietly(root, { dockerignore: true });
    expect(pathsOf(scan)).toEqual(['.dockerignore', 'Dockerfile', 'src/a.js']);
    expect(scan.leftOut.map(({ path, rule }) => `${path} ${rule?.file}:${rule?.line}`)).toEqual([
      'README.md .dockerignore:1',
      'src/a.test.js .dockerignore:3',
    ]);
  });

  test("that belong to the Dockerfile alone take the others' place", async () => {
    const root = temporaryFolder();
    writeTree(root, { '.dockerignore': 'a\n', 'Dockerfile.dockerignore': 'b\n', Dockerfile: 'x', a: 'x', b: 'x' });
    const scan = await scanQuietly(root, { dockerignore: true });
    expect(scan.leftOut.map(({ path, rule }) => `${path} ${rule?.file}`)).toEqual(['b Dockerfile.dockerignore']);
  });

  test('an excluded folder is one entry when nothing brings back what is in it', async () => {
    const root = temporaryFolder();
    writeTree(root, { '.dockerignore': 'docs\n', Dockerfile: 'x', 'docs/a': 'x', 'docs/b': 'x' });
    const scan = await scanQuietly(root, { dockerignore: true });
    expect(scan.leftOut).toEqual([
      { path: 'docs', kind: 'directory', reason: 'ignored', rule: { file: '.dockerignore', line: 1, pattern: 'docs' }, bytes: null },
    ]);
  });
});
