import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../contract/errors.ts';
import { bitmapLength, setBits } from './git-ewah.ts';
import { readRegularFile } from './regular-file.ts';

/** What the index of a repository tracks. Paths are byte strings relative to the repository. */
export interface TrackedFiles {
  /** As a file or a link, or as whatever else is no folder. */
  has(path: string): boolean;
  /** As the place of another repository, whatever lies in it (a gitlink). */
  hasRepository(path: string): boolean;
  /** True when something below the folder is tracked. */
  hasBelow(folder: string): boolean;
}

export const nothingTracked: TrackedFiles = { has: () => false, hasRepository: () => false, hasBelow: () => false };

/**
 * Reads the index in `gitDirectory`, versions 2 to 4 (gitformat-index(5)), also one that is split in two. `hashLength` is
 * 20, or 32 in a repository with SHA-256 names.
 *
 * A sparse index stands for whole folders that are not checked out by one entry each. What lies in there all the same
 * counts as not tracked, so that only the rules decide about it: what is tracked would have to be read from the objects.
 *
 * @throws ExpectedError file-unreadable where git dies, too: as if nothing were tracked, files would be missing.
 */
export function readIndex(gitDirectory: string, hashLength: number): TrackedFiles {
  const path = join(gitDirectory, 'index');
  // Nothing was added yet.
  if (!existsSync(path)) return nothingTracked;
  const own = readPart(path, hashLength) ?? damaged(path);
  if (own.link === null) return searchSorted(own.paths, own.repositories);
  const shared = join(gitDirectory, `sharedindex.${own.link.base}`);
  const base = readPart(shared, hashLength) ?? damaged(shared);
  // The first entries have no name: they are newer states of entries of the base, which keep their names.
  const { deleted, replaced } = own.link;
  const paths = new Set(own.paths.filter((path) => path !== ''));
  const repositories = new Set(own.repositories);
  const newer = [...replaced];
  const nowRepositories = new Set(newer.filter((_, entry) => own.namelessRepositories.has(entry)));
  for (const [position, path] of base.paths.entries()) {
    if (deleted.has(position)) continue;
    paths.add(path);
    if (replaced.has(position) ? nowRepositories.has(position) : base.repositories.has(path)) repositories.add(path);
  }
  return searchSorted([...paths].sort(), repositories);
}

/**
 * Whether the index may track another repository, in a few milliseconds whatever its size: false is certain. What it says
 * of an index that git would die of is no more than that it has to be read.
 */
export function mayTrackRepositories(gitDirectory: string): boolean {
  const path = join(gitDirectory, 'index');
  if (!existsSync(path)) return false;
  const content = readRegularFile(path, true);
  return content === null || content.length < 32 || content.includes(repositoryModeBytes) || content.includes('link', 12, 'latin1');
}

function readPart(path: string, hashLength: number): ParsedIndex | null {
  const content = readRegularFile(path, true);
  return content && parseIndex(content, hashLength);
}

function damaged(path: string): never {
  throw new ExpectedError('file-unreadable', `${path}, in which git notes what it tracks, is damaged or cannot be read.`, {
    next: 'Remove it and run git reset in the repository, which makes it anew, or give yourself permission to read it.',
  });
}

/** Where an entry has its mode, and that of another repository. */
const MODE_AT = 24;
const REPOSITORY_MODE = 0o160000;
const repositoryModeBytes = Buffer.from([0, 0, 0xe0, 0]);

interface ParsedIndex {
  /** One for each entry, in the index's (byte) order. */
  readonly paths: readonly string[];
  readonly repositories: ReadonlySet<string>;
  /** Those of a split index that are newer states of others: which of them, counted from the first. */
  readonly namelessRepositories: ReadonlySet<number>;
  /** Where the rest of a split index is, and the positions in there that are gone or have a newer state. */
  readonly link: { readonly base: string; readonly deleted: ReadonlySet<number>; readonly replaced: ReadonlySet<number> } | null;
}

function parseIndex(content: Buffer, hashLength: number): ParsedIndex | null {
  if (content.length < 12 + hashLength || content.toString('latin1', 0, 4) !== 'DIRC') return null;
  const version = content.readUInt32BE(4);
  if (version < 2 || version > 4) return null;
  const count = content.readUInt32BE(8);
  const paths: string[] = [];
  const repositories = new Set<string>();
  const namelessRepositories = new Set<number>();
  let offset = 12;
  let previous = '';
  for (let entry = 0; entry < count; entry++) {
    const start = offset;
    const flagsAt = offset + 40 + hashLength;
    if (flagsAt + 2 > content.length) return null;
    const extended = version >= 3 && (content.readUInt16BE(flagsAt) & 0x4000) !== 0;
    offset = flagsAt + (extended ? 4 : 2);
    let kept = '';
    if (version === 4) {
      const removed = readOffset(content, offset);
      kept = previous.slice(0, previous.length - removed.value);
      offset = removed.end;
    }
    const nul = content.indexOf(0, offset);
    if (nul < 0) return null;
    const path = kept + content.toString('latin1', offset, nul);
    // Entries of versions 2 and 3 are padded with 1 to 8 NULs to a multiple of eight.
    offset = version === 4 ? nul + 1 : start + (Math.floor((nul - start) / 8) + 1) * 8;
    paths.push(path);
    if (content.readUInt32BE(start + MODE_AT) === REPOSITORY_MODE) {
      repositories.add(path);
      // All that have no name come first.
      if (path === '') namelessRepositories.add(entry);
    }
    previous = path;
  }
  return { paths, repositories, namelessRepositories, link: findLink(content, offset, hashLength) };
}

/** The variable width number of pack files and of index version 4. */
function readOffset(content: Buffer, start: number): { value: number; end: number } {
  let end = start;
  let byte = content[end++] ?? 0;
  let value = byte & 127;
  while ((byte & 128) !== 0) {
    byte = content[end++] ?? 0;
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, end };
}

/** The extension of a split index, among those that follow the entries. */
function findLink(content: Buffer, start: number, hashLength: number): ParsedIndex['link'] {
  let offset = start;
  while (offset + 8 <= content.length - hashLength) {
    const length = content.readUInt32BE(offset + 4);
    if (content.toString('latin1', offset, offset + 4) === 'link') {
      const body = content.subarray(offset + 8, offset + 8 + length);
      const base = body.toString('hex', 0, hashLength);
      // No base: the index was split and is whole again.
      if (/^0*$/.test(base)) return null;
      const deleted = body.subarray(hashLength);
      return { base, deleted: setBits(deleted), replaced: setBits(deleted.subarray(bitmapLength(deleted))) };
    }
    offset += 8 + length;
  }
  return null;
}

function searchSorted(paths: readonly string[], repositories: ReadonlySet<string>): TrackedFiles {
  const firstNotBefore = (wanted: string): string | undefined => {
    let low = 0;
    let high = paths.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((paths[middle] ?? '') < wanted) low = middle + 1;
      else high = middle;
    }
    return paths[low];
  };
  return {
    has: (path) => firstNotBefore(path) === path,
    hasRepository: (path) => repositories.has(path),
    hasBelow: (folder) => {
      const first = firstNotBefore(`${folder}/`);
      return first !== undefined && first.length > folder.length + 1 && first.startsWith(`${folder}/`);
    },
  };
}
