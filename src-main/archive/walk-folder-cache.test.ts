import { lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Scan, scanEntries } from './scan.ts';
import { pathsOf, scanQuietly, seededRandom, temporaryFolder, writeTree } from './test-tree.ts';
import { readFolder } from './walk-folder.ts';
import { FolderCache } from './walk-folder-cache.ts';

/** A cache to which all that is there already seems to have been still for long. */
function trustingCache(): FolderCache {
  return new FolderCache(() => Date.now() + 60_000);
}

/** Waits until what is written from now on gets a later time than what was written before. */
async function nextTick(folder: string): Promise<void> {
  const probe = join(folder, 'probe');
  const write = (): number => {
    writeFileSync(probe, 'x');
    return lstatSync(probe).mtimeMs;
  };
  const before = write();
  const deadline = Date.now() + 5000;
  while (write() === before) {
    if (Date.now() > deadline) throw new Error('The clock of the file system stands still');
    await new Promise((done) => setImmediate(done));
  }
}

function whole(scan: Scan): unknown {
  return { sent: [...scanEntries(scan)], leftOut: scan.leftOut };
}

describe('remembered folders', () => {
  test('give what reading them again gives, whatever happens in between', async () => {
    const outside = temporaryFolder();
    const root = temporaryFolder();
    const random = seededRandom(12);
    const pick = (count: number): number => Math.floor(random() * count);
    const folders = ['', 'a/', 'a/b/', 'a/b/c/', 'd/', 'd/e/'];
    for (const folder of folders) writeTree(root, { [`${folder}f0`]: 'x', [`${folder}f1`]: 'x' });
    const cache = trustingCache();
    let changes = 0;
    for (let round = 0; round < 150; round++) {
      await nextTick(outside);
      for (let change = pick(4); change > 0; change--) {
        const at = join(root, folders[pick(folders.length)] ?? '');
        mkdirSync(at, { recursive: true });
        const file = join(at, `f${pick(4)}`);
        const kind = pick(8);
        if (kind === 0) rmSync(file, { force: true, recursive: true });
        else if (kind === 1) writeFileSync(join(at, '.gitignore'), `f${pick(4)}\n${random() < 0.5 ? 'b' : 'x'}/\n`);
        else if (kind === 2) rmSync(join(at, '.gitignore'), { force: true });
        else if (kind === 3) rmSync(at === root ? join(root, 'd') : at, { force: true, recursive: true });
        else {
          // In place of what was there, also when it looks like that from afar.
          writeFileSync(join(outside, 'new'), 'x'.repeat(pick(9)));
          if (kind === 4) {
            rmSync(join(outside, 'new'));
            symlinkSync('elsewhere', join(outside, 'new'));
          }
          rmSync(file, { force: true, recursive: true });
          renameSync(join(outside, 'new'), file);
          if (kind === 5) utimesSync(at, 1, 1);
        }
        changes++;
      }
      expect({ round, ...(whole(await scanQuietly(root, { folders: cache })) as object) }).toEqual({
        round,
        ...(whole(await scanQuietly(root)) as object),
      });
    }
    expect(changes).toBeGreaterThan(100);
  });

  test('are not read again while they are unchanged', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'a/x': 'x' });
    const cache = trustingCache();
    const read = cache.readerFor(root);
    const first = read(join(root, 'a'));
    expect(read(join(root, 'a'))).toBe(first);
    await nextTick(temporaryFolder());
    writeTree(root, { 'a/y': 'x' });
    expect(read(join(root, 'a'))).not.toBe(first);
  });

  test('are not trusted when they changed a moment ago', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'a/x': 'x' });
    const read = new FolderCache().readerFor(root);
    expect(read(join(root, 'a'))).not.toBe(read(join(root, 'a')));
    const cache = new FolderCache();
    for (let round = 0; round < 50; round++) {
      writeTree(root, { [`a/${round}`]: 'x' });
      expect(pathsOf(await scanQuietly(root, { folders: cache }))).toHaveLength(round + 2);
    }
  });

  test('that are links by now, or gone, are not entered', () => {
    const root = temporaryFolder();
    writeTree(root, { 'a/x': 'x' });
    const read = trustingCache().readerFor(root);
    read(join(root, 'a'));
    rmSync(join(root, 'a'), { recursive: true });
    expect(read(join(root, 'a'))).toBeNull();
    symlinkSync('/etc', join(root, 'a'));
    expect(read(join(root, 'a'))).toBeNull();
  });

  test('below what is a file by now are gone, as they are when they are read', () => {
    const root = temporaryFolder();
    writeTree(root, { 'a/b/x': 'x' });
    const read = trustingCache().readerFor(root);
    read(join(root, 'a/b'));
    rmSync(join(root, 'a'), { recursive: true });
    writeFileSync(join(root, 'a'), 'x');
    expect(read(join(root, 'a/b'))).toBeNull();
    expect(readFolder(join(root, 'a/b'))).toBeNull();
  });
});
