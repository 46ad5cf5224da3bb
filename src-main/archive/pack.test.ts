import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fromText } from './byte-path.ts';
import { type PackOptions, type PackResult, packFolderHere as packFolder } from './pack.ts';
import { makeFifo, readTree, scanQuietly, temporaryFolder, writeLink, writeTree } from './test-tree.ts';

async function packed(root: string, options: PackOptions = {}): Promise<{ tar: Buffer; result: PackResult }> {
  const { stream, finished } = packFolder(await scanQuietly(root), { gzipLevel: null, ...options });
  return { tar: await buffer(stream), result: await finished };
}

/** What GNU tar makes of it: path to kind, mode and content (or where a link leads), all as byte strings. */
function unpack(tar: Buffer): Record<string, string> {
  const folder = temporaryFolder();
  execFileSync('tar', ['--extract', '--same-permissions', '--no-same-owner', '-C', folder], {
    input: tar,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return treeOf(folder);
}

function treeOf(root: string): Record<string, string> {
  return readTree(root, (content) => `${createHash('sha1').update(content).digest('hex')} ${content.length}`);
}

describe('what GNU tar reads back', () => {
  test('is the same tree, whatever the names are', async () => {
    const root = temporaryFolder();
    const long = 'n'.repeat(255);
    const odd = [
      'plain',
      'a\nb',
      '\xff\xfe',
      fromText('é'),
      '-rf',
      'a\\b',
      ' ',
      'tab\t',
      '"quoted"',
      "it's",
      '#',
      '*',
      'a'.repeat(100),
      'a'.repeat(101),
      long,
      `${'d'.repeat(60)}/${'e'.repeat(60)}`,
      `${'d'.repeat(150)}/${'e'.repeat(150)}`,
      `${long}x`.slice(1).replace(/n/g, '\xe9'),
    ];
    writeTree(root, Object.fromEntries(odd.map((path, index) => [path, `content ${index}`])));
    writeTree(root, {
      [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((depth) => `${depth}`.padEnd(250, '-')).join('/')]: 'deep',
    });
    writeLink(root, 'link', 'plain');
    writeLink(root, 'outside', '/etc/passwd');
    writeLink(root, 'broken', '../nowhere\xff');
    writeLink(root, `far\n${'x'.repeat(120)}`, 'y'.repeat(300));
    const { tar } = await packed(root);
    expect(unpack(tar)).toEqual(treeOf(root));
  });

  test('has modes without write for others and without setuid, and no owner', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'run.sh': 'x', 'data.txt': 'x', 'folder/file': 'x' });
    chmodSync(join(root, 'run.sh'), 0o4777);
    chmodSync(join(root, 'data.txt'), 0o666);
    chmodSync(join(root, 'folder'), 0o700);
    const { tar } = await packed(root);
    const listed = execFileSync('tar', ['--list', '--verbose', '--numeric-owner'], { input: tar, encoding: 'utf8' });
    expect(listed.split('\n').map((line) => line.split(/\s+/).slice(0, 2).join(' '))).toEqual([
      '-rw-r--r-- 0/0',
      'drwxr-xr-x 0/0',
      '-rw-r--r-- 0/0',
      '-rwxr-xr-x 0/0',
      '',
    ]);
  });
});

describe('the same tree', () => {
  test('has the same bytes, whenever and wherever it was written', async () => {
    const files = { 'b/c': 'one', 'b.x': 'two', 'b/.gitignore': '*.log\n', 'b/x.log': 'no' };
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    writeTree(first, files);
    writeTree(second, Object.fromEntries(Object.entries(files).reverse()));
    utimesSync(join(second, 'b.x'), 1, 1);
    const [one, two] = [await packed(first), await packed(second)];
    expect(one.tar.equals(two.tar)).toBe(true);
    expect(one.result).toEqual({ hash: createHash('sha256').update(one.tar).digest('hex'), rawBytes: one.tar.length, files: 3 });
  });

  test('gives an edit of the same length another time, so that web servers see it', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'index.html': 'version 1' });
    const before = await packed(root);
    writeTree(root, { 'index.html': 'version 2' });
    const after = await packed(root);
    const time = (tar: Buffer): string => tar.toString('latin1', 136, 147);
    expect(time(after.tar)).not.toBe(time(before.tar));
  });

  test('is the same tar inside gzip', async () => {
    const root = temporaryFolder();
    writeTree(root, { big: 'x'.repeat(3_000_000) });
    const { tar } = await packed(root);
    const zipped = await packed(root, { gzipLevel: 1 });
    expect(gunzipSync(zipped.tar).equals(tar)).toBe(true);
    expect(zipped.tar.length).toBeLessThan(tar.length / 50);
  });
});

describe('extra files', () => {
  test('stand in for those of the same path and are sorted in among the others', async () => {
    const root = temporaryFolder();
    writeTree(root, { a: 'a', Dockerfile: 'old', z: 'z' });
    const { tar, result } = await packed(root, {
      extra: [
        { path: 'Dockerfile', data: 'new' },
        { path: 'b/é', data: Buffer.from('extra') },
      ],
    });
    const names = execFileSync('tar', ['--list', '--quoting-style=literal'], { input: tar }).toString('latin1').trim().split('\n');
    expect(names).toEqual(['Dockerfile', 'a', fromText('b/é'), 'z']);
    expect(unpack(tar)['Dockerfile']).toBe(`file 644 ${createHash('sha1').update('new').digest('hex')} 3`);
    expect(result.files).toBe(4);
  });
});

describe('a file that is not what it was when the folder was scanned', () => {
  test.each([
    ['has grown', (file: string) => appendFileSync(file, 'more')],
    ['has shrunk', (file: string) => truncateSync(file, 2)],
  ])('and %s goes as it is now', async (_, change) => {
    const root = temporaryFolder();
    writeTree(root, { file: 'first' });
    const scan = await scanQuietly(root);
    change(join(root, 'file'));
    const { stream, finished } = packFolder(scan, { gzipLevel: null });
    expect(unpack(await buffer(stream))).toEqual(treeOf(root));
    await finished;
  });

  test.each([
    ['vanished', replaceBy(() => undefined)],
    ['became a link', replaceBy((file) => symlinkSync('/etc/passwd', file))],
    ['became a folder', replaceBy(mkdirSync)],
    ['became a FIFO', replaceBy(makeFifo)],
  ])('and %s is named', async (_, change) => {
    const root = temporaryFolder();
    writeTree(root, { other: 'x', 'src/file': 'first' });
    const scan = await scanQuietly(root);
    change(join(root, 'src/file'));
    const { stream, finished } = packFolder(scan);
    const failure = { code: 'file-changed', message: expect.stringContaining('src/file') as string };
    await expect(buffer(stream)).rejects.toMatchObject(failure);
    await expect(finished).rejects.toMatchObject(failure);
  });

  test.each([
    ['the folder that it is in', 'src/deep'],
    ['a folder above it', 'src'],
  ])('and is reached through %s, which became a link out of the tree, is not read: the folder is named', async (_, folder) => {
    const root = temporaryFolder();
    const outside = temporaryFolder();
    writeTree(root, { 'src/a': 'x', 'src/deep/file': 'mine' });
    writeTree(outside, { a: 'no', file: 'not to be sent', 'deep/file': 'not to be sent' });
    const scan = await scanQuietly(root);
    rmSync(join(root, folder), { recursive: true });
    symlinkSync(outside, join(root, folder));
    const { stream } = packFolder(scan, { gzipLevel: null });
    const read: Buffer[] = [];
    const reading = (async () => {
      for await (const block of stream) read.push(block as Buffer);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'file-changed',
      message: expect.stringMatching(new RegExp(`^${folder} `)) as string,
    });
    expect(Buffer.concat(read).includes('not to be sent')).toBe(false);
  });

  test('and lies in a folder that became a link while the first of it were sent is not read either', async () => {
    const root = temporaryFolder();
    const outside = temporaryFolder();
    const parts = Array.from({ length: 12 }, (_, part) => `${part}`.padStart(2, '0'));
    writeTree(root, Object.fromEntries(parts.map((part) => [`src/${part}`, Buffer.alloc(1_000_000, part)])));
    writeTree(outside, Object.fromEntries(parts.map((part) => [part, Buffer.alloc(1_000_000, 'Z')])));
    const { stream, finished } = packFolder(await scanQuietly(root), { gzipLevel: null });
    const read: Buffer[] = [];
    const reading = (async () => {
      for await (const block of stream) {
        read.push(block as Buffer);
        if (read.length !== 1) continue;
        rmSync(join(root, 'src'), { recursive: true });
        symlinkSync(outside, join(root, 'src'));
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'file-changed' });
    await expect(finished).rejects.toMatchObject({ code: 'file-changed' });
    expect(Buffer.concat(read).includes('ZZZZ')).toBe(false);
  });

  test('a large one that is changed in place while it is sent is named', async () => {
    const root = temporaryFolder();
    const file = join(root, 'large.bin');
    writeFileSync(file, Buffer.alloc(24 * 1024 * 1024, 1));
    const { stream, finished } = packFolder(await scanQuietly(root), { gzipLevel: null });
    let read = 0;
    const reading = (async () => {
      for await (const block of stream) {
        read += (block as Buffer).length;
        // In place and ahead of what was read, so that the size stays the same and only the content tells.
        if (read < 2_000_000) changeByte(file, 20_000_000);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'file-changed' });
    await expect(finished).rejects.toMatchObject({ code: 'file-changed' });
  });

  test('a link that vanished is named', async () => {
    const root = temporaryFolder();
    writeTree(root, { other: 'x' });
    writeLink(root, 'link', 'other');
    const scan = await scanQuietly(root);
    rmSync(join(root, 'link'));
    await expect(buffer(packFolder(scan).stream)).rejects.toMatchObject({
      code: 'file-changed',
      message: expect.stringContaining('link') as string,
    });
  });
});

describe('stopping', () => {
  test('a signal ends it as cancelled', async () => {
    const root = temporaryFolder();
    writeTree(root, { large: 'x'.repeat(6_000_000), other: 'y'.repeat(6_000_000) });
    const controller = new AbortController();
    const { stream, finished } = packFolder(await scanQuietly(root), { gzipLevel: null, signal: controller.signal });
    const reading = (async () => {
      for await (const _ of stream) controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: 'CancelledError' });
    await expect(finished).rejects.toMatchObject({ name: 'CancelledError' });
  });

  test.each([null, 1])('a reader that goes away ends it as cancelled (gzip %s)', async (gzipLevel) => {
    const root = temporaryFolder();
    writeTree(root, { large: 'x'.repeat(6_000_000), other: 'y'.repeat(6_000_000) });
    const { stream, finished } = packFolder(await scanQuietly(root), { gzipLevel });
    for await (const _ of stream) break;
    await expect(finished).rejects.toMatchObject({ name: 'CancelledError' });
  });

  test('reads no further than it is read', async () => {
    const root = temporaryFolder();
    for (let file = 0; file < 40; file++) writeTree(root, { [`file${file}`]: Buffer.alloc(1_000_000, file) });
    let progress = 0;
    const { stream, finished } = packFolder(await scanQuietly(root), {
      gzipLevel: null,
      onProgress: ({ rawBytes }) => (progress = rawBytes),
    });
    await new Promise((readable) => stream.once('readable', readable));
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    expect(progress).toBeLessThan(4_000_000);
    stream.destroy();
    await expect(finished).rejects.toMatchObject({ name: 'CancelledError' });
  });
});

function changeByte(file: string, position: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.from([2]), 0, 1, position);
  closeSync(handle);
}

function replaceBy(make: (file: string) => void): (file: string) => void {
  return (file) => {
    rmSync(file);
    make(file);
  };
}
