import { closeSync, constants, lstatSync, openSync, type Stats } from 'node:fs';
import { toPath } from './byte-path.ts';

/** Undefined when it is gone by now; null when the kernel refuses, as in a folder that may be listed but not entered. */
export function lookAt(absolute: string): Stats | undefined | null {
  try {
    return lstatSync(toPath(absolute), { throwIfNoEntry: false });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? undefined : null;
  }
}

/** Judges by the mode alone: asking the kernel about each file would cost more than all the rest. A no may be wrong. */
export function readableBy(user: number | undefined, groups: readonly number[]): (stats: Stats) => boolean {
  if (user === undefined || user === 0) return () => true;
  return ({ mode, uid, gid }) => (mode & (uid === user ? 0o400 : groups.includes(gid) ? 0o040 : 0o004)) !== 0;
}

/** Asks the kernel, since an access list or a capability may allow what the mode does not. */
export function canOpen(absolute: string): boolean {
  try {
    closeSync(openSync(toPath(absolute), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
    return true;
  } catch {
    return false;
  }
}
