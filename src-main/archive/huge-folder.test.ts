import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { finished as closed } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { poll } from '../base/wait.ts';
import { LocalBlocks } from './block-source.ts';
import { packFolderHere as packFolder } from './pack.ts';
import { scanQuietly, temporaryFolder, writeTree } from './test-tree.ts';

const GIGABYTE = 1_000_000_000;

/** 5 GB in so many files, which take no room on the disk, and the small ones of a project before and after them. */
function hugeFolder(parts: number): string {
  const root = temporaryFolder();
  writeTree(root, { Dockerfile: 'FROM node:20\n', 'zz-last.js': 'x' });
  mkdirSync(join(root, 'data'));
  for (let file = 0; file < parts; file++) {
    const path = join(root, 'data', `part${file}`);
    writeFileSync(path, '');
    truncateSync(path, (5 * GIGABYTE) / parts);
  }
  return root;
}

/** Bytes that this process has read until now, from files and all else. Linux alone tells. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

/** Files below `root` that this process holds open. */
function openBelow(root: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(`${root}/`) ? [path] : [];
    } catch {
      // It was closed since the list was made.
      return [];
    }
  });
}

describe.runIf(process.platform === 'linux')('a folder of 5 GB (on Linux, where /proc tells what is read and open)', () => {
  test('is scanned for its size without being read', async () => {
    const root = hugeFolder(5);
    const before = bytesRead();
    const scan = await scanQuietly(root);
    expect(bytesRead() - before).toBeLessThan(5_000_000);
    expect(scan).toMatchObject({ files: 7, bytes: 5 * GIGABYTE + 14, leftOutCount: 0 });
  });

  /** Packs until `there` says so, and cancels. Returns how much of it was read in all. */
  async function cancelled(root: string, gzipLevel: number | null, there: (packedBytes: number) => boolean): Promise<number> {
    const scan = await scanQuietly(root);
    const before = bytesRead();
    const controller = new AbortController();
    let packedBytes = 0;
    const { stream, finished } = packFolder(scan, {
      gzipLevel,
      signal: controller.signal,
      onProgress: ({ rawBytes }) => (packedBytes = rawBytes),
    });
    const end = closed(stream).catch((error: unknown) => error);
    const reading = (async () => {
      for await (const block of stream) void block;
    })();
    const ended = Promise.allSettled([reading, finished, end]);
    const came = await poll(() => (there(packedBytes) ? true : undefined), { everyMs: 1, withinMs: 10_000 });
    expect(came).toBe(true);
    controller.abort();
    const [read, result] = await ended;
    for (const one of [read, result]) expect(one).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' } });
    expect(stream.destroyed).toBe(true);
    expect(await poll(() => (openBelow(root).length === 0 ? true : undefined), { everyMs: 5, withinMs: 10_000 })).toBe(true);
    return bytesRead() - before;
  }

  const first = (root: string): string => join(root, 'data', 'part0');

  test.each([null, 1])('can be cancelled while a file of it is digested: it is not read to its end (gzip %s)', async (gzipLevel) => {
    const root = hugeFolder(1);
    expect(await cancelled(root, gzipLevel, () => openBelow(root).includes(first(root)))).toBeLessThan(2.5 * GIGABYTE);
  });

  test.each([null, 1])('can be cancelled in the middle of a file that is being sent (gzip %s)', async (gzipLevel) => {
    const root = hugeFolder(5);
    // Read once whole for its digest; what comes then is sent.
    const bytes = await cancelled(root, gzipLevel, (packedBytes) => packedBytes > 10_000_000 && openBelow(root).includes(first(root)));
    expect(bytes).toBeLessThan(1.8 * GIGABYTE);
  });
});

test('a file of more than 8 GiB is read back by GNU tar byte for byte, and so is what comes behind it', { timeout: 300_000 }, async () => {
  const root = temporaryFolder();
  const bytes = 8 * 2 ** 30 + 1;
  // It takes no room on the disk, but for its two ends.
  const handle = openSync(join(root, 'large'), 'w');
  writeSync(handle, 'first', 0);
  writeSync(handle, 'last', bytes - 4);
  closeSync(handle);
  writeTree(root, { later: 'later' });
  const compare = 'tar --extract --to-stdout | { exec 3<&0; cat "$0/large" "$0/later" | cmp /dev/fd/3 -; }';
  const reader = spawn('sh', ['-c', compare, root], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(reader, 'close');
  const source = new LocalBlocks(await scanQuietly(root), []);
  let sent = 0;
  for (let block = await source.next(); block !== null; block = await source.next()) {
    const part = Buffer.from(block.buffer, 0, block.bytes);
    await new Promise<void>((resolve, reject) => reader.stdin.write(part, (error) => (error ? reject(error) : resolve())));
    source.release(block.buffer);
    sent += part.length;
  }
  reader.stdin.end();
  expect(await ended).toEqual([0, null]);
  expect(sent).toBeGreaterThan(bytes);
});
