import type { Stats } from 'node:fs';
import { constants, type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { ExpectedError, patternOf } from '../contract/index.ts';

/** Where a tar is written to. `path` is without links where something is there already. */
export interface TarTarget {
  readonly path: string;
  /** Something that is no file, a pipe or a device, stays what it is and is written into. */
  readonly isFile: boolean;
}

/** Looks at what the user named. Throws `invalid-input` for a folder. */
export async function tarTarget(path: string): Promise<TarTarget> {
  const there = await ifThere(stat(path));
  if (there?.isDirectory()) throw new ExpectedError('invalid-input', `${path} is a folder.`, { next: 'Give -o the name of a file.' });
  if (there === null || there.isFile()) return { path: (await ifThere(realpath(path))) ?? path, isFile: true };
  return { path, isFile: false };
}

async function ifThere<T extends Stats | string>(asked: Promise<T>): Promise<T | null> {
  return await asked.catch(() => null);
}

/** Patterns that leave out of the next archive of `folder` what the last one left in it: itself, and the half of one that broke off. */
export async function patternsWithout({ path, isFile }: TarTarget, folder: string): Promise<string[]> {
  if (!isFile) return [];
  const [root, parent] = await Promise.all([ifThere(realpath(folder)), ifThere(realpath(dirname(path)))]);
  if (root === null || parent === null) return [];
  const inside = relative(root, join(parent, basename(path)));
  return inside.startsWith('../') ? [] : [patternOf(inside, false), patternOf(partOf(inside), false)];
}

/**
 * Writes it all, each block before it asks for the next, which may come in the same memory. A file appears under its name only when it
 * is whole. Throws `store-failed`.
 */
export async function writeTarTo({ path, isFile }: TarTarget, tar: Readable): Promise<void> {
  const name = isFile ? partOf(path) : path;
  try {
    // No O_CREAT and no O_TRUNC for what is there: it is not ours to make.
    await writeInto(await open(name, isFile ? 'w' : constants.O_WRONLY), tar);
    if (isFile) await rename(name, path);
  } catch (error) {
    tar.destroy();
    if (isFile) await rm(name, { force: true });
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) {
      throw new ExpectedError('store-failed', `${path} could not be written: ${error.message}.`, {
        next: 'Check the folder and the free space, or give -o another file.',
      });
    }
    throw error;
  }
}

async function writeInto(handle: FileHandle, tar: Readable): Promise<void> {
  try {
    await handle.writeFile(tar);
  } finally {
    await handle.close();
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}
