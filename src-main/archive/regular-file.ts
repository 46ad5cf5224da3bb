import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** The content of a regular file, null for anything else. Git does not follow a `.gitignore` that is a link. */
export function readRegularFile(path: string | Buffer, followLink: boolean): Buffer | null {
  let handle: number;
  try {
    // Not blocking, so that a FIFO in the place of the file does not hold everything up.
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (followLink ? 0 : constants.O_NOFOLLOW));
  } catch {
    return null;
  }
  try {
    return fstatSync(handle).isFile() ? readFileSync(handle) : null;
  } catch {
    return null;
  } finally {
    closeSync(handle);
  }
}
