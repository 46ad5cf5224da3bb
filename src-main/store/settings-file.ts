import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { settingsName } from './settings-backend.ts';

export interface SettingsPaths {
  readonly folder: string;
  readonly file: string;
  /** The last good copy. */
  readonly copy: string;
  readonly lock: string;
}

export function settingsPaths(folder: string): SettingsPaths {
  const file = join(folder, `${settingsName}.json`);
  return { folder, file, copy: `${file}.bak`, lock: `${file}.lock` };
}

/** Makes the folder, for this user alone. One that was there and is not ours (`/tmp`) keeps its mode: the files have their own. */
export function makeFolder({ folder, file }: SettingsPaths): void {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
  if (!made && existsSync(file) && process.platform !== 'win32' && (statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/** The file's text, or null when there is none. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Changes whenever another file stands under that name or it was written again; null when there is none. */
export function fileKey(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats ? `${stats.ino}/${stats.mtimeNs}/${stats.size}` : null;
}

/** Writes for this user alone, on the disk before the old content is gone. */
export function writeTextDurably(path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** Moves a broken file out of the way and keeps it; returns its new path. */
export function moveAside(path: string, now: Date): string {
  const aside = `${path}.broken-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(path, aside);
  return aside;
}

/** Removes what writers that were killed left. Only under the lock: there is no other writer then. */
export function removeLeftovers({ folder }: SettingsPaths): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${settingsName}.json.tmp-`)) rmSync(join(folder, name), { force: true });
  }
}
