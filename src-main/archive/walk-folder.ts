import { type Dirent, readdirSync } from 'node:fs';
import { toPath } from './byte-path.ts';

export type EntryType = 'file' | 'directory' | 'link' | 'other';

/**
 * What lies in one folder. An entry is its name (a byte string) with its type behind it, which no name can hold: `/` for
 * a folder, so that the plain order of strings is git's (whole paths are compared there), NUL and a letter for what is
 * no file. One string an entry, as a folder of 100,000 is no exception.
 */
export interface FolderListing {
  readonly entries: readonly string[];
  readonly hasGit: boolean;
  readonly hasGitignore: boolean;
  readonly hasOwnIgnoreFile: boolean;
}

const LINK = '\0l';
const OTHER = '\0o';

/** The kind of an entry of a {@link FolderListing}. */
export function typeOf(entry: string): EntryType {
  const last = entry.charCodeAt(entry.length - 1);
  if (last === 47) return 'directory';
  if (entry.charCodeAt(entry.length - 2) !== 0) return 'file';
  return entry.endsWith(LINK) ? 'link' : 'other';
}

export function nameOf(entry: string, type: EntryType): string {
  return type === 'file' ? entry : entry.slice(0, type === 'directory' ? -1 : -2);
}

/** `folder` is a byte path. Null when it is gone, which is simply not there; `unreadable` when the kernel refuses. */
export function readFolder(folder: string): FolderListing | null | 'unreadable' {
  let found: Dirent[];
  try {
    found = readdirSync(toPath(folder), { withFileTypes: true, encoding: 'latin1' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : 'unreadable';
  }
  const entries: string[] = [];
  let hasGit = false;
  let hasGitignore = false;
  let hasOwnIgnoreFile = false;
  for (const entry of found) {
    const { name } = entry;
    if (entry.isFile()) entries.push(name);
    else entries.push(name + (entry.isDirectory() ? '/' : entry.isSymbolicLink() ? LINK : OTHER));
    if (name.charCodeAt(0) !== 46) continue;
    if (name === '.git') hasGit = true;
    else if (name === '.gitignore') hasGitignore = true;
    else if (name === '.longshoreignore') hasOwnIgnoreFile = true;
  }
  entries.sort();
  return { entries, hasGit, hasGitignore, hasOwnIgnoreFile };
}
