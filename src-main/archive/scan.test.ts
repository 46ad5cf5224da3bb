import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packFolderHere as packFolder } from './pack.ts';
import { toScanPreview } from './preview.ts';
import { scanEntries, scanFolder, scanFolderToChoose } from './scan.ts';
import { leftOut, makeDevice, makeFifo, noGitHome, pathsOf, scanQuietly, temporaryFolder, writeLink, writeTree } from './test-tree.ts';

describe('a folder that cannot be sent', () => {
  test.each([
    ['does not exist', 'not-a-folder', 'nowhere', {}],
    ['is a file', 'not-a-folder', 'file', { file: 'x' }],
    ['is empty', 'folder-empty', 'empty', {}],
    ['holds only folders', 'folder-empty', 'full', { 'full/.git/HEAD': 'x' }],
  ])('because it %s', async (_, code, name, files) => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'empty/a/b'), { recursive: true });
    writeTree(root, files);
    const path = join(root, name);
    await expect(scanFolder(path, { home: noGitHome })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path) as string,
      next: expect.stringMatching(/\.$/) as string,
    });
  });

  test('because all of it is ignored, and the rule is named', async () => {
    const root = temporaryFolder();
    writeTree(root, { '.gitignore': '# everything\n*\n', 'a.txt': 'x' });
    await expect(scanFolder(root, { home: noGitHome })).rejects.toMatchObject({
      code: 'everything-ignored',
      message: `Every file in ${root} is ignored, so there is nothing to send.`,
      next: 'Look at line 2 of .gitignore, which says *.',
    });
  });

  test('because a pattern of the app leaves all of it out', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'a.txt': 'x' });
    await expect(scanFolder(root, { home: noGitHome, exclude: ['*.md', '*.txt'] })).rejects.toMatchObject({
      code: 'everything-ignored',
      next: 'Take back the pattern *.txt, which was chosen for this app.',
    });
  });

  test('because all of it is held back', async () => {
    const root = temporaryFolder();
    writeTree(root, { '.env': 'TOKEN=x' });
    await expect(scanFolder(root, { home: noGitHome })).rejects.toMatchObject({
      code: 'everything-ignored',
      message: expect.stringContaining('held back') as string,
    });
  });

  test('but what is held back can be offered for ticking, and nothing else is', async () => {
    const root = temporaryFolder();
    writeTree(root, { '.env': 'TOKEN=x' });
    const scan = await scanFolderToChoose(root, { home: noGitHome });
    expect([scan.files, leftOut(scan, 'secret')]).toEqual([0, ['.env']]);
    expect(pathsOf(await scanFolderToChoose(root, { home: noGitHome, include: ['.env'] }))).toEqual(['.env']);
    writeTree(root, { '.gitignore': '*\n' });
    await expect(scanFolderToChoose(root, { home: noGitHome })).rejects.toMatchObject({ code: 'everything-ignored' });
    await expect(scanFolderToChoose(temporaryFolder(), { home: noGitHome })).rejects.toMatchObject({ code: 'folder-empty' });
  });

  test('a link to a folder is that folder', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'real/a': 'x' });
    symlinkSync('real', join(root, 'link'));
    expect(pathsOf(await scanFolder(join(root, 'link'), { home: noGitHome }))).toEqual(['a']);
  });
});

describe('what is left out', () => {
  test('names the rule by file, line and pattern', async () => {
    const root = temporaryFolder();
    writeTree(root, {
      '.gitignore': '\n*.log\n',
      'web/.gitignore': '# built\n/dist/  \n',
      'web/dist/a': 'x',
      'web/keep': 'x',
      'debug.log': 'x',
    });
    const scan = await scanQuietly(root);
    expect(scan.leftOut).toEqual([
      { path: 'debug.log', kind: 'file', reason: 'ignored', rule: { file: '.gitignore', line: 2, pattern: '*.log' }, bytes: null },
      { path: 'web/dist', kind: 'directory', reason: 'ignored', rule: { file: 'web/.gitignore', line: 2, pattern: '/dist/' }, bytes: null },
    ]);
  });

  test('lists FIFOs, sockets and repositories, and keeps links as links', async () => {
    const root = temporaryFolder();
    writeTree(root, { a: 'x', '.git/HEAD': 'x', 'sub/.git/HEAD': 'x', 'sub/b': 'x' });
    makeFifo(join(root, 'pipe'));
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(root, 'socket'), done));
    onTestFinished(() => new Promise((done) => server.close(() => done(undefined))));
    writeLink(root, 'outside', '/etc');
    writeLink(root, 'loop', '.');
    const scan = await scanQuietly(root);
    expect(pathsOf(scan)).toEqual(['a', 'loop', 'outside', 'sub/b']);
    expect(leftOut(scan, 'special')).toEqual(['pipe', 'socket']);
    expect(leftOut(scan, 'repository')).toEqual(['.git', 'sub/.git']);
    expect([...scanEntries(scan)]).toEqual([
      { path: 'a', kind: 'file', bytes: 1, trackedIgnored: false },
      { path: 'loop', kind: 'link', bytes: 0, trackedIgnored: false },
      { path: 'outside', kind: 'link', bytes: 0, trackedIgnored: false },
      { path: 'sub', kind: 'directory', bytes: 0, trackedIgnored: false },
      { path: 'sub/b', kind: 'file', bytes: 1, trackedIgnored: false },
    ]);
  });

  test('lists character and block devices, and opens none, also where a file becomes one', async (context) => {
    const root = temporaryFolder();
    writeTree(root, { a: 'x', 'dev/z': 'x' });
    try {
      // The numbers of /dev/zero and /dev/loop0: who read the first would never come to its end.
      makeDevice(join(root, 'dev/endless'), 'c', 1, 5);
      makeDevice(join(root, 'disk'), 'b', 7, 0);
    } catch (error) {
      context.skip(`no device can be made here: ${error instanceof Error ? error.message.trim() : String(error)}`);
    }
    const scan = await scanQuietly(root);
    expect(pathsOf(scan)).toEqual(['a', 'dev/z']);
    expect(scan.leftOut).toEqual([
      { path: 'dev/endless', kind: 'other', reason: 'special', rule: null, bytes: null },
      { path: 'disk', kind: 'other', reason: 'special', rule: null, bytes: null },
    ]);
    // Not even by name.
    const named = await scanQuietly(root, { include: ['dev', 'dev/endless', 'disk'] });
    expect([pathsOf(named), leftOut(named, 'special')]).toEqual([
      ['a', 'dev/z'],
      ['dev/endless', 'disk'],
    ]);
    renameSync(join(root, 'dev/endless'), join(root, 'dev/z'));
    await expect(packFolder(scan).finished).rejects.toMatchObject({
      code: 'file-changed',
      message: expect.stringContaining('dev/z') as string,
    });
  });

  test('holds secrets back until they are named', async () => {
    const root = temporaryFolder();
    writeTree(root, {
      '.env': 'A=1',
      '.env.example': 'A=',
      'conf/server.p8': 'x',
      'index.js': 'x',
      '.npmrc': 'registry=https://registry.example.com/\n',
      'sub/.npmrc': '//registry.example.com/:_authToken=abc\n',
    });
    const scan = await scanQuietly(root);
    expect(leftOut(scan, 'secret')).toEqual(['.env', 'conf/server.p8', 'sub/.npmrc']);
    expect(scan.leftOut[0]).toEqual({
      path: '.env',
      kind: 'file',
      reason: 'secret',
      rule: { file: '', line: 0, pattern: 'environment file' },
      bytes: 3,
    });
    expect(pathsOf(scan)).toEqual(['.env.example', '.npmrc', 'index.js']);
    const ticked = await scanQuietly(root, { include: ['.env', 'sub/.npmrc'] });
    expect(leftOut(ticked, 'secret')).toEqual(['conf/server.p8']);
    expect(pathsOf(ticked)).toEqual(['.env', '.env.example', '.npmrc', 'index.js', 'sub/.npmrc']);
  });

  test('an ignored secret is ignored, and sent only when it is named', async () => {
    const root = temporaryFolder();
    writeTree(root, { '.gitignore': '.env\n', '.env': 'A=1' });
    const scan = await scanQuietly(root);
    expect(pathsOf(scan)).toEqual(['.gitignore']);
    expect(leftOut(scan, 'ignored')).toEqual(['.env']);
    expect(pathsOf(await scanQuietly(root, { include: ['.env'] }))).toEqual(['.env', '.gitignore']);
  });

  test('lists what lies too deep for the kernel to be named, and all else is found', async () => {
    const root = temporaryFolder();
    const half = Array.from({ length: 45 }, (_, step) => [...Array.from({ length: step }, () => 'd'.repeat(50)), 'file'].join('/'));
    writeTree(
      root,
      Object.fromEntries(
        half.flatMap((path) => [
          [`a/${path}`, 'x'],
          [`b/${path}`, 'x'],
        ]),
      ),
    );
    // No path leads there: one half is put below the other.
    const deepest = join(root, 'a', dirname(half.at(-1) ?? ''), 'b');
    renameSync(join(root, 'b'), deepest);
    onTestFinished(() => renameSync(deepest, join(root, 'b')));
    const scan = await scanQuietly(root);
    expect(scan.files).toBeGreaterThan(70);
    expect(scan.files).toBeLessThan(90);
    expect(leftOut(scan, 'unreadable').length).toBeGreaterThan(0);
    for (const path of scan.unreadable) expect(root.length + 1 + path.length).toBeGreaterThan(4000);
  });

  test.runIf(process.getuid?.() === 0)(
    'lists what cannot be read, and packing refuses to go without it (needs root, to become someone else)',
    async () => {
      const root = mkdtempSync(join(tmpdir(), 'longshore-archive-'));
      onTestFinished(() => rmSync(root, { recursive: true }));
      writeTree(root, {
        'a.txt': 'x',
        'private.txt': 'x',
        'locked/b': 'x',
        'listed/c': 'x',
        'ignored.txt': 'x',
        '.gitignore': 'ignored.txt\n',
      });
      for (const path of ['private.txt', 'locked', 'ignored.txt']) chmodSync(join(root, path), 0);
      chmodSync(root, 0o755);
      chmodSync(join(root, 'listed'), 0o744);
      chownSync(root, 65_534, 65_534);
      process.seteuid?.(65_534);
      onTestFinished(() => process.seteuid?.(0));
      const scan = await scanQuietly(root);
      expect(leftOut(scan, 'unreadable')).toEqual(['listed/c', 'locked', 'private.txt']);
      await expect(packFolder(scan).finished).rejects.toMatchObject({
        code: 'file-unreadable',
        message: 'listed/c and 2 more cannot be read.',
      });
    },
  );

  const aclPlace = mkdtempSync(join(tmpdir(), 'longshore-archive-'));
  const hasLists = process.getuid?.() === 0 && allowByList(writeTemporary(aclPlace));
  rmSync(aclPlace, { recursive: true });
  test.runIf(hasLists)(
    'sends what an access list allows to be read, whatever the mode says (needs root, Python and a file system with such lists)',
    async () => {
      const root = temporaryFolder();
      writeTree(root, { allowed: 'x', private: 'x' });
      for (const path of ['allowed', 'private']) {
        chmodSync(join(root, path), 0o600);
        // A group that nobody here is in: what the list allows is shown as if the group had it.
        chownSync(join(root, path), 0, 65_533);
      }
      chmodSync(root, 0o755);
      expect(allowByList(join(root, 'allowed'))).toBe(true);
      process.seteuid?.(65_534);
      onTestFinished(() => process.seteuid?.(0));
      const scan = await scanQuietly(root);
      process.seteuid?.(0);
      expect([pathsOf(scan), scan.unreadable]).toEqual([['allowed'], ['private']]);
    },
  );
});

describe('a large folder', () => {
  test('is cut for the window but counted whole, and secrets are never cut', async () => {
    const root = temporaryFolder();
    const files: Record<string, string> = { '.gitignore': '*.o\n', 'z/.env': 'A=1', 'z/server.p8': 'x' };
    for (let file = 0; file < 20_100; file++) files[`a/${file}.o`] = '';
    for (let file = 0; file < 20_100; file++) files[`b/${file}.c`] = 'x';
    writeTree(root, files);
    const scan = await scanQuietly(root);
    const preview = await toScanPreview(scan, []);
    expect(preview).toMatchObject({ files: 20_101, directories: 1, bytes: 20_104, leftOutCount: 20_102 });
    expect([preview.sent.codes.length, preview.leftOut.codes.length]).toEqual([20_000, 20_000]);
    expect(scan.leftOut.filter((entry) => entry.reason === 'secret').map((entry) => entry.path)).toEqual(['z/.env', 'z/server.p8']);
    expect([...scanEntries(scan)]).toHaveLength(20_102);
  }, 60_000);

  test('can be left at once', async () => {
    const root = temporaryFolder();
    const files: Record<string, string> = {};
    for (let file = 0; file < 20_000; file++) files[`${file % 50}/${file}`] = '';
    writeTree(root, files);
    const controller = new AbortController();
    let seen = 0;
    const scanning = scanQuietly(root, {
      signal: controller.signal,
      onProgress: (progress) => {
        seen = progress.files;
        controller.abort();
      },
    });
    await expect(scanning).rejects.toMatchObject({ name: 'CancelledError' });
    expect(seen).toBeLessThan(20_000);
  }, 60_000);
});

function writeTemporary(folder: string): string {
  writeTree(folder, { file: 'x' });
  return join(folder, 'file');
}

/** Lets the user 65534 read the file by an access list, nobody else; false where that cannot be done. */
function allowByList(path: string): boolean {
  const entry = (tag: number, permissions: number, id = 0xffffffff): string => `struct.pack('<HHI', ${tag}, ${permissions}, ${id})`;
  const list = ["struct.pack('<I', 2)", entry(1, 6), entry(2, 4, 65_534), entry(4, 0), entry(16, 4), entry(32, 0)].join(' + ');
  const program = `import os, struct, sys; os.setxattr(sys.argv[1], 'system.posix_acl_access', ${list})`;
  return spawnSync('python3', ['-c', program, path]).status === 0;
}
