import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { poll } from '../base/wait.ts';
import { CancelledError, ExpectedError } from '../contract/errors.ts';
import { type Archiver, archiverIn } from './archiver.ts';
import type { FileTable } from './file-table.ts';
import { packFolderHere } from './pack.ts';
import type { Scan, ScanOptions } from './scan.ts';
import { noGitHome, scanQuietly, seededRandom, temporaryFolder, writeLink, writeTree } from './test-tree.ts';
import { ArchiveWorker } from './worker-client.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
let built = '';

/** As the product is built; inside the checkout, where the worker finds its packages. */
beforeAll(async () => {
  mkdirSync(join(repository, 'out'), { recursive: true });
  built = mkdtempSync(join(repository, 'out', 'worker-test-'));
  await build({ root: repository, configFile: join(repository, 'cli.vite.config.ts'), logLevel: 'error', build: { outDir: built } });
}, 60_000);

afterAll(() => rmSync(built, { recursive: true, force: true }));

const workerFile = (): string => join(built, 'archive-worker.js');

function startWorker(): { readonly worker: ArchiveWorker; readonly archiver: Archiver } {
  const worker = new ArchiveWorker(workerFile());
  onTestFinished(() => worker.dispose());
  return { worker, archiver: archiverIn(worker) };
}

function project(): string {
  const root = temporaryFolder();
  const random = seededRandom(7);
  writeTree(root, { '.gitignore': 'ignored/\n*.log\n', 'ignored/x': 'x', 'a.log': 'x', 'caf\xe9\n': 'odd', '.env': 'SECRET=1' });
  for (let file = 0; file < 300; file++) {
    writeTree(root, { [`src/d${file % 17}/f${file}`]: Buffer.alloc(Math.floor(random() ** 4 * 200_000), file) });
  }
  writeTree(root, { 'large.bin': Buffer.alloc(9_000_001, 3), 'middle.bin': Buffer.alloc(3_000_001, 4) });
  writeLink(root, 'link', 'src');
  return root;
}

const quiet: ScanOptions = { home: noGitHome };

async function tarOf(archiver: Pick<Archiver, 'packFolder'>, scan: Scan, gzipLevel: number | null = null): Promise<Buffer> {
  const { stream, finished } = archiver.packFolder(scan, {
    gzipLevel,
    extra: [{ path: 'Dockerfile', data: Buffer.from('FROM scratch\n') }],
  });
  const tar = await buffer(stream);
  await finished;
  return tar;
}

describe('the thread', () => {
  test('finds and packs what this thread does, byte for byte, also several at a time', async () => {
    const root = project();
    const { archiver } = startWorker();
    const here = await scanQuietly(root);
    const [one, other] = await Promise.all([archiver.scanFolder(root, quiet), archiver.scanAnyFolder(root, quiet)]);
    for (const scan of [one, other]) {
      const { kept, durationMs: _, ...rest } = scan;
      const { kept: expectedKept, durationMs: __, ...expected } = here;
      expect(rest).toEqual(expected);
      expect(rowsOf(kept)).toEqual(rowsOf(expectedKept));
    }
    const expected = await tarOf({ packFolder: packFolderHere }, here);
    // The scan of either thread can be packed in either.
    const tars = await Promise.all([tarOf(archiver, one), tarOf(archiver, here), tarOf({ packFolder: packFolderHere }, other)]);
    expect(tars.map((tar) => tar.equals(expected))).toEqual([true, true, true]);
    expect((await tarOf(archiver, one, 1)).equals(await tarOf({ packFolder: packFolderHere }, here, 1))).toBe(true);
  });

  test('gives the same blocks again and again to a reader who allows it, and never one that is still read', async () => {
    const root = temporaryFolder();
    for (let file = 0; file < 40; file++) writeTree(root, { [`file${file}`]: Buffer.alloc(1_000_000, file) });
    const { archiver } = startWorker();
    const scan = await archiver.scanFolder(root, quiet);
    for (const { packFolder } of [archiver, { packFolder: packFolderHere }]) {
      const { stream, finished } = packFolder(scan, { gzipLevel: null, reuseBlocks: true });
      const hash = createHash('sha256');
      for await (const block of stream as AsyncIterable<Buffer>) {
        const first = createHash('sha256').update(block).digest();
        for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
        expect(createHash('sha256').update(block).digest().equals(first)).toBe(true);
        hash.update(block);
      }
      expect(hash.digest('hex')).toBe((await finished).hash);
    }
  });

  test('tells how far it is', async () => {
    const root = project();
    const { archiver } = startWorker();
    let seen = 0;
    const scan = await archiver.scanFolder(root, { ...quiet, onProgress: ({ files }) => (seen = files) });
    expect(seen).toBe(scan.files);
    let packed = 0;
    const { stream, finished } = archiver.packFolder(scan, { onProgress: ({ files }) => (packed = files) });
    await buffer(stream);
    expect(packed).toBe(scan.files);
    expect(await finished).toMatchObject({ files: scan.files });
  });

  test('fails as this thread does, with code and advice', async () => {
    const root = temporaryFolder();
    writeTree(root, { file: 'x', other: 'y' });
    const { archiver } = startWorker();
    const missing = await archiver.scanFolder(join(root, 'nowhere'), quiet).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(ExpectedError);
    expect(missing).toMatchObject({ code: 'not-a-folder', next: 'Check the path and try again.' });
    const scan = await archiver.scanFolder(root, quiet);
    rmSync(join(root, 'other'));
    const { stream, finished } = archiver.packFolder(scan);
    const changed = { code: 'file-changed', message: expect.stringContaining('other') as string };
    await expect(buffer(stream)).rejects.toMatchObject(changed);
    await expect(finished).rejects.toMatchObject(changed);
  });

  test('reads no further than it is allowed to while nobody reads the archive', async () => {
    const root = temporaryFolder();
    for (let file = 0; file < 60; file++) writeTree(root, { [`file${file}`]: Buffer.alloc(1_000_000, file) });
    const { archiver } = startWorker();
    const scan = await archiver.scanFolder(root, quiet);
    const before = bytesRead();
    const { stream, finished } = archiver.packFolder(scan, { gzipLevel: null });
    await new Promise((readable) => stream.once('readable', readable));
    let last = before;
    const usedUp = await poll(
      () => {
        const now = bytesRead() - before;
        // Looking takes a few bytes itself.
        const still = now > 4_000_000 && now - last < 100_000;
        last = now;
        return still ? true : undefined;
      },
      { everyMs: 50, withinMs: 10_000 },
    );
    expect(usedUp).toBe(true);
    expect(last).toBeLessThan(12_000_000);
    expect(await buffer(stream)).toHaveLength((await finished).rawBytes);
  });
});

describe('stopping', () => {
  test('ends a scan, a pack and a pack that waits for its reader, and nothing else', async () => {
    const root = project();
    const { archiver } = startWorker();
    const scan = await archiver.scanFolder(root, quiet);
    const controller = new AbortController();
    const other = archiver.scanFolder(root, quiet);
    const scanning = archiver.scanFolder(root, { ...quiet, signal: controller.signal });
    const packing = archiver.packFolder(scan, { signal: controller.signal });
    const reading = buffer(packing.stream);
    const unread = archiver.packFolder(scan, { gzipLevel: null, signal: controller.signal });
    unread.stream.on('error', () => undefined);
    controller.abort();
    for (const stopped of await Promise.allSettled([scanning, packing.finished, reading, unread.finished])) {
      expect(stopped).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' } });
    }
    expect((await other).files).toBe(scan.files);
    await expect(archiver.scanFolder(root, { ...quiet, signal: controller.signal })).rejects.toBeInstanceOf(CancelledError);
  });

  test('happens when the reader goes away', async () => {
    const { archiver } = startWorker();
    const { stream, finished } = archiver.packFolder(await archiver.scanFolder(project(), quiet), { gzipLevel: null });
    for await (const _ of stream) break;
    await expect(finished).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('a thread that dies', () => {
  test('fails what was asked of it, and the next call starts another', async () => {
    const root = project();
    const { archiver } = startWorker();
    const scan = await archiver.scanFolder(root, quiet);
    const packing = archiver.packFolder(scan, { gzipLevel: null });
    packing.stream.on('error', () => undefined);
    // Something that the protocol does not allow, so that the thread throws where nobody catches.
    const broken = { ...scan, kept: { toShared: () => null } as unknown as FileTable };
    const breaking = archiver.packFolder(broken);
    const scanning = archiver.scanFolder(root, quiet);
    for (const failed of await Promise.allSettled([buffer(breaking.stream), breaking.finished, packing.finished, scanning])) {
      expect(failed).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining("The archive's thread") as string } });
    }
    expect((await archiver.scanFolder(root, quiet)).files).toBe(scan.files);
  });

  test('that cannot even start is told by every call', async () => {
    const worker = new ArchiveWorker(join(built, 'nowhere.js'));
    const { scanFolder } = archiverIn(worker);
    await expect(scanFolder(temporaryFolder())).rejects.toThrow("The archive's thread failed");
    await expect(scanFolder(temporaryFolder())).rejects.toThrow("The archive's thread failed");
  });
});

test('a thread with nothing to do lets its process end', async () => {
  const folder = temporaryFolder();
  writeTree(folder, { file: 'x' });
  const script = fileURLToPath(new URL('./worker-idle.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, workerFile(), folder], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = buffer(child.stdout);
  const code = await new Promise((ended) => child.once('exit', ended));
  expect({ code, said: (await said).toString() }).toEqual({ code: 0, said: 'scanned 1\n' });
});

function rowsOf(table: FileTable): unknown[] {
  return Array.from({ length: table.length }, (_, row) => [
    table.pathAt(row),
    table.kindAt(row),
    table.bytesAt(row),
    table.isExecutableAt(row),
    table.isTrackedIgnoredAt(row),
  ]);
}

/** Bytes that this process has read until now, in all its threads. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}
