import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { crc32 } from 'node:zlib';
import { ExpectedError } from '../contract/errors.ts';
import { toPath, toText } from './byte-path.ts';

const RECENT_MS = 1000;
const AGAIN_BYTES = 256 * 1024;

/** The file is not what it was when reading began. */
export class ChangedError extends Error {}

/** An open regular file. It has to be closed. */
export interface OpenFile {
  readonly handle: number;
  readonly bytes: number;
  readonly executable: boolean;
  readonly mtimeMs: number;
}

/**
 * Opens the file `path` (byte strings, below the folder `root`) without following a link.
 * @throws ChangedError if it is gone or no longer a file; ExpectedError file-unreadable.
 */
export function openRegular(root: string, path: string): OpenFile {
  let handle: number;
  try {
    // Not blocking: what has become a FIFO meanwhile must not hold everything up.
    handle = openSync(toPath(`${root}/${path}`), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw explained(error, path);
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new ChangedError('It is no longer a file');
    return { handle, bytes: stats.size, executable: isExecutable(stats), mtimeMs: stats.mtimeMs };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function isExecutable(stats: Stats): boolean {
  return (stats.mode & 0o100) !== 0;
}

/** Reads up to `length` bytes into `into`; fewer only at the end of the file. Throws as {@link openRegular} does. */
export function readFully(file: OpenFile, path: string, into: Buffer, at: number, length: number): number {
  let read = 0;
  try {
    while (read < length) {
      const more = readSync(file.handle, into, at + read, length - read, null);
      if (more === 0) break;
      read += more;
    }
  } catch (error) {
    throw explained(error, path);
  }
  return read;
}

/** Throws ChangedError unless the file is as it was when it was opened, and so many bytes were read of it. */
export function requireUnchanged(file: OpenFile, read: number): void {
  const after = fstatSync(file.handle);
  if (read !== file.bytes || after.size !== file.bytes || after.mtimeMs !== file.mtimeMs) throw new ChangedError('It changed');
}

/**
 * As {@link requireUnchanged}, and throws it too unless the bytes had this digest. A file that was written within the last
 * second is read again for it: its time is that of the beginning of a write, which may go on, and only as exact as the
 * kernel's clock ticks.
 */
export function requireSame(file: OpenFile, read: number, digest: number): void {
  requireUnchanged(file, read);
  if (file.mtimeMs > Date.now() - RECENT_MS && digestAgain(file) !== digest) throw new ChangedError('It changed');
}

function digestAgain(file: OpenFile): number {
  const block = Buffer.allocUnsafe(Math.min(file.bytes, AGAIN_BYTES));
  let digest = 0;
  for (let at = 0; at < file.bytes; ) {
    const read = readSync(file.handle, block, 0, block.length, at);
    if (read === 0) break;
    digest = digestOf(block.subarray(0, Math.min(read, file.bytes - at)), digest);
    at += read;
  }
  return digest;
}

/** 32 bits of a content; `before` is what those of the bytes in front of it are. */
export function digestOf(bytes: Uint8Array, before = 0): number {
  return crc32(bytes, before);
}

/** Tries once more when the file changes meanwhile. @throws ExpectedError file-changed, and what `attempt` throws. */
export function retryChanged<T>(path: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof ChangedError)) throw error;
  }
  try {
    return attempt();
  } catch (error) {
    throw error instanceof ChangedError ? changed(path, error) : error;
  }
}

function explained(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') return unreadable([path], error);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENXIO' || code === 'EISDIR' || code === 'EAGAIN') {
    return new ChangedError(code, { cause: error });
  }
  return error;
}

export function unreadable(paths: readonly string[], cause?: unknown): ExpectedError {
  const others = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  return new ExpectedError('file-unreadable', `${toText(paths[0] ?? '')}${others} cannot be read.`, {
    next: 'Give yourself permission to read it, or add it to .gitignore.',
    detail: paths.slice(0, 20).map(toText).join('\n'),
    cause,
  });
}

export function changed(path: string, cause?: unknown): ExpectedError {
  return new ExpectedError('file-changed', `${toText(path)} changed or vanished while it was being read.`, {
    next: 'Stop what writes to it, or add it to .gitignore, and try again.',
    cause,
  });
}
