import { lstatSync, type Stats, statfsSync } from 'node:fs';
import { lookAt } from './walk-file.ts';
import { type FolderListing, readFolder } from './walk-folder.ts';

/** Reads a folder (a byte path): what is in it, null when it is gone, `unreadable` when the kernel refuses. */
export type FolderReader = (folder: string) => FolderListing | null | 'unreadable';

/**
 * How long a folder must have been left alone before it was read for that to be trusted later. Two changes within one tick
 * of the kernel's clock (4 ms, on some file systems up to 2 s) leave the same time behind.
 */
const SETTLED_MS = 2500;
/** Names remembered in all; with more, all is forgotten. */
const MOST_NAMES = 300_000;

/** File systems of this machine that give a folder a new time with every change in it, by the number that statfs tells. */
const trusted: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // btrfs
  0x01021994, // tmpfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
]);

interface Remembered {
  readonly dev: number;
  readonly ino: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly listing: FolderListing;
}

/**
 * Remembers what lies in folders from one scan to the next: to see that one is unchanged costs a third of reading it. Only
 * names and types are remembered, never what is in the files, and only where the kernel says reliably that nothing changed:
 * on file systems known to do so, in folders that had been still for a while, by device, inode and both times (the time of
 * change cannot be set back by a program, as that of modification can).
 */
export class FolderCache {
  readonly #now: () => number;
  readonly #folders = new Map<string, Remembered>();
  #names = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A reader for the tree at `root`. */
  readerFor(root: string): FolderReader {
    const top = lstatSync(root, { throwIfNoEntry: false });
    if (top === undefined || !trusted.has(fileSystemOf(root))) return readFolder;
    return (folder) => this.#read(folder, top.dev);
  }

  #read(folder: string, dev: number): ReturnType<FolderReader> {
    const before = lookAt(folder);
    if (before === null) return 'unreadable';
    if (before === undefined || !before.isDirectory()) return null;
    const known = this.#folders.get(folder);
    if (known !== undefined && isSame(known, before)) return known.listing;
    const settled = this.#now() - SETTLED_MS;
    const listing = readFolder(folder);
    if (known !== undefined) this.#forget(folder, known);
    const isCertain = before.dev === dev && before.mtimeMs < settled && before.ctimeMs < settled;
    if (isCertain && listing !== null && listing !== 'unreadable') this.#remember(folder, before, listing);
    return listing;
  }

  #remember(folder: string, { dev, ino, mtimeMs, ctimeMs }: Stats, listing: FolderListing): void {
    this.#names += listing.entries.length + 1;
    if (this.#names > MOST_NAMES) {
      this.#folders.clear();
      this.#names = 0;
      return;
    }
    this.#folders.set(folder, { dev, ino, mtimeMs, ctimeMs, listing });
  }

  #forget(folder: string, { listing }: Remembered): void {
    this.#folders.delete(folder);
    this.#names -= listing.entries.length + 1;
  }
}

function isSame(known: Remembered, { dev, ino, mtimeMs, ctimeMs }: Stats): boolean {
  return known.mtimeMs === mtimeMs && known.ctimeMs === ctimeMs && known.ino === ino && known.dev === dev;
}

function fileSystemOf(path: string): number {
  try {
    return statfsSync(path).type;
  } catch {
    return 0;
  }
}
