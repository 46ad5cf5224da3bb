import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CancelledError, ExpectedError } from '../contract/errors.ts';
import { toBuffer, toText } from './byte-path.ts';

/** Files up to this many bytes are read whole before they are written, so that one that changes can be read again. */
const WHOLE_BYTES = 4 * 1024 * 1024;
const BLOCK_BYTES = 1024 * 1024;

/** A file ready to be written: its size is certain, and `blocks` yields exactly that many bytes or throws. */
export interface ReadableFile {
  readonly bytes: number;
  readonly digest: Buffer;
  readonly executable: boolean;
  blocks(): AsyncGenerator<Buffer, void, undefined>;
}

/** The file is not what it was when reading began. */
class ChangedError extends Error {}

/**
 * Reads `path` (byte strings, below the folder `root`) without following a link. A file that changes meanwhile is read
 * once more. A large one is read twice, first to learn its digest: what is written is what was digested, or it fails.
 * `stopped` is asked between blocks, so that gigabytes are not digested for nobody.
 * @throws ExpectedError file-changed, file-unreadable; CancelledError.
 */
export async function readForArchive(root: string, path: string, stopped: () => boolean): Promise<ReadableFile> {
  try {
    return await readOnce(root, path, stopped);
  } catch (error) {
    if (!(error instanceof ChangedError)) throw error;
  }
  try {
    return await readOnce(root, path, stopped);
  } catch (error) {
    throw error instanceof ChangedError ? changed(path, error) : error;
  }
}

async function readOnce(root: string, path: string, stopped: () => boolean): Promise<ReadableFile> {
  const handle = await openRegular(root, path);
  try {
    const before = await handle.stat();
    if (!before.isFile()) throw new ChangedError('It is no longer a file');
    const hash = createHash('sha1');
    const whole = before.size <= WHOLE_BYTES ? Buffer.allocUnsafe(before.size) : null;
    let offset = 0;
    for await (const block of readBlocks(handle, before.size)) {
      if (stopped()) throw new CancelledError();
      hash.update(block);
      whole?.set(block, offset);
      offset += block.length;
    }
    const after = await handle.stat();
    if (offset !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw new ChangedError('It changed');
    const digest = hash.digest();
    const executable = (before.mode & 0o100) !== 0;
    const blocks = whole === null ? () => readAgain(root, path, before.size, digest) : () => oneBlock(whole);
    return { bytes: before.size, digest, executable, blocks };
  } finally {
    await handle.close();
  }
}

async function* oneBlock(content: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield content;
}

async function* readAgain(root: string, path: string, size: number, digest: Buffer): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha1');
  try {
    const handle = await openRegular(root, path);
    try {
      let offset = 0;
      for await (const block of readBlocks(handle, size)) {
        hash.update(block);
        offset += block.length;
        yield block;
      }
      if (offset !== size || !hash.digest().equals(digest)) throw new ChangedError('It changed');
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof ChangedError ? changed(path, error) : error;
  }
}

/** At most `size` bytes in blocks, each good until the next one is asked for. */
async function* readBlocks(handle: FileHandle, size: number): AsyncGenerator<Buffer, void, undefined> {
  for (let offset = 0; offset < size; ) {
    const length = Math.min(BLOCK_BYTES, size - offset);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function openRegular(root: string, path: string): Promise<FileHandle> {
  try {
    // Not blocking: what has become a FIFO meanwhile must not hold everything up.
    return await open(toBuffer(`${root}/${path}`), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') throw unreadable([path], error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENXIO') throw new ChangedError(code, { cause: error });
    throw error;
  }
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
