import { closeSync, readlinkSync } from 'node:fs';
import { fromText, isAscii, toBuffer } from './byte-path.ts';
import type { FileTable } from './file-table.ts';
import {
  ChangedError,
  changed,
  digestOf,
  type OpenFile,
  openRegular,
  readFully,
  requireSame,
  requireUnchanged,
  retryChanged,
  unreadable,
} from './read-file.ts';
import { FolderGuard } from './tar-folders.ts';
import { fixedTime, padding, paxRecord, SECTOR, type TarEntry, timeOf, writeHeader } from './tar-header.ts';

/** Files up to this many bytes are read whole before they are written, so that one that changes can be read again. */
const WHOLE_BYTES = 4 * 1024 * 1024;
const END_SECTORS = 2;

/** A file that is not in the folder, or stands in for one that is: the proposed Dockerfile. `path` is text. */
export interface ExtraFile {
  readonly path: string;
  readonly data: Uint8Array | string;
}

/** What goes into an archive. A scan is one. */
export interface TarContent {
  /** The folder, without links. Text. */
  readonly realRoot: string;
  readonly kept: FileTable;
  /** Byte strings. Packing fails unless it is empty. */
  readonly unreadable: readonly string[];
}

/**
 * Writes one archive into blocks that it is given, synchronously and straight from the file system: a fifth of what
 * tar-stream needs for a small file (it makes streams for each), which is kept as the tests' reader. Holds at most one
 * file of 4 MiB. A larger file is read twice, first to learn its digest, which its header needs: what is written is what
 * was digested, or it fails.
 */
export class TarWriter {
  /** Files and links written so far. */
  files = 0;
  readonly #content: TarContent;
  readonly #root: string;
  readonly #extra: readonly { readonly path: string; readonly data: Buffer }[];
  readonly #steps: Generator<void, void, undefined>;
  readonly #folders: FolderGuard;
  #complete = false;
  #block: Buffer = Buffer.alloc(0);
  #used = 0;
  #scratch: Buffer | null = null;

  constructor(content: TarContent, extra: readonly ExtraFile[]) {
    this.#content = content;
    this.#root = fromText(content.realRoot.replace(/\/$/, ''));
    this.#folders = new FolderGuard(this.#root);
    this.#extra = extra
      .map(({ path, data }) => ({ path: fromText(path), data: typeof data === 'string' ? Buffer.from(data) : asBuffer(data) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    this.#steps = this.#write();
  }

  get isComplete(): boolean {
    return this.#complete;
  }

  /**
   * Writes on into `block` behind its first `used` bytes until it is full, the archive is complete or the time is up (asked
   * after each file, and at least once a MiB). Returns how many bytes of the block are used now. Blocks are whole sectors long.
   * @throws ExpectedError file-unreadable, file-changed. Then, and when it is given up, it has to be closed.
   */
  fill(block: Buffer, used: number, isTimeUp: () => boolean): number {
    this.#block = block;
    this.#used = used;
    this.#folders.check();
    while (!this.#complete && this.#used < block.length) {
      if (this.#steps.next().done === true) this.#complete = true;
      else if (isTimeUp()) break;
    }
    return this.#used;
  }

  /** Lets go of the file that it may be reading. */
  close(): void {
    this.#complete = true;
    this.#steps.return();
  }

  /** Stops after each entry, and wherever the block is full. */
  *#write(): Generator<void, void, undefined> {
    const { kept, unreadable: missing } = this.#content;
    if (missing.length > 0) throw unreadable(missing);
    const replaced = new Set(this.#extra.map((one) => one.path));
    let extra = 0;
    for (let row = 0; row < kept.length; row++) {
      const path = kept.pathAt(row);
      for (let next = this.#extra[extra]; next && next.path < path; next = this.#extra[++extra]) yield* this.#writeExtra(next);
      if (replaced.has(path)) continue;
      const kind = kept.kindAt(row);
      this.#folders.enter(path, kind === 'directory');
      if (kind === 'directory') {
        const entry: TarEntry = { path, kind, executable: false, bytes: 0, target: '', time: fixedTime };
        if (!this.#headAtOnce(entry)) yield* this.#writeEntry(entry);
      } else if (kind === 'link') yield* this.#writeLink(path);
      else if (!this.#writeAtOnce(path)) yield* this.#writeWhole(path);
      if (kind !== 'directory') this.files++;
      yield;
    }
    this.#folders.enter('', false);
    for (let next = this.#extra[extra]; next; next = this.#extra[++extra]) yield* this.#writeExtra(next);
    yield* this.#put(Buffer.alloc(END_SECTORS * SECTOR));
  }

  *#writeExtra({ path, data }: { readonly path: string; readonly data: Buffer }): Generator<void, void, undefined> {
    yield* this.#writeEntry({ ...nothing, path, bytes: data.length, time: timeOf(digestOf(data)) });
    yield* this.#putPadded(data);
    this.files++;
  }

  *#writeLink(path: string): Generator<void, void, undefined> {
    let target: string;
    try {
      target = readlinkSync(toBuffer(`${this.#root}/${path}`), { encoding: 'buffer' }).toString('latin1');
    } catch (error) {
      throw changed(path, error);
    }
    yield* this.#writeEntry({ ...nothing, path, kind: 'link', target });
  }

  /** The common case, a file that fits what is left of the block: it is read right to its place. False where it does not. */
  #writeAtOnce(path: string): boolean {
    if (path.length > 100 || !isAscii(path)) return false;
    return retryChanged(path, () => {
      const file = openRegular(this.#root, path);
      try {
        const block = this.#block;
        const start = this.#used + SECTOR;
        const end = start + file.bytes;
        const next = end + padding(file.bytes);
        if (next > block.length) return false;
        const read = readFully(file, path, block, start, file.bytes);
        const digest = digestOf(block.subarray(start, end));
        requireSame(file, read, digest);
        writeHeader(block, this.#used, entryOf(path, file, digest));
        block.fill(0, end, next);
        this.#used = next;
        return true;
      } finally {
        closeSync(file.handle);
      }
    });
  }

  *#writeWhole(path: string): Generator<void, void, undefined> {
    this.#scratch ??= Buffer.allocUnsafeSlow(WHOLE_BYTES);
    const scratch = this.#scratch;
    const entry = retryChanged(path, () => {
      const file = openRegular(this.#root, path);
      try {
        if (file.bytes > WHOLE_BYTES) return null;
        const read = readFully(file, path, scratch, 0, file.bytes);
        const digest = digestOf(scratch.subarray(0, file.bytes));
        requireSame(file, read, digest);
        return entryOf(path, file, digest);
      } finally {
        closeSync(file.handle);
      }
    });
    if (entry === null) return yield* this.#writeTwiceRead(path, scratch);
    yield* this.#writeEntry(entry);
    yield* this.#putPadded(scratch.subarray(0, entry.bytes));
  }

  *#writeTwiceRead(path: string, scratch: Buffer): Generator<void, void, undefined> {
    const { entry, digest } = yield* this.#digestLarge(path, scratch);
    yield* this.#writeEntry(entry);
    let file: OpenFile | null = null;
    try {
      file = openRegular(this.#root, path);
      let left = entry.bytes;
      let found = 0;
      while (left > 0) {
        const wanted = Math.min(left, this.#block.length - this.#used);
        const read = readFully(file, path, this.#block, this.#used, wanted);
        if (read < wanted) throw new ChangedError('It shrank');
        found = digestOf(this.#block.subarray(this.#used, this.#used + read), found);
        this.#used += read;
        left -= read;
        yield;
      }
      if (found !== digest || file.bytes !== entry.bytes) throw new ChangedError('It changed');
    } catch (error) {
      throw error instanceof ChangedError ? changed(path, error) : error;
    } finally {
      if (file !== null) closeSync(file.handle);
    }
    yield* this.#put(Buffer.alloc(padding(entry.bytes)));
  }

  *#digestLarge(path: string, scratch: Buffer): Generator<void, { readonly entry: TarEntry; readonly digest: number }, undefined> {
    for (let attempt = 1; ; attempt++) {
      let file: OpenFile | null = null;
      try {
        file = openRegular(this.#root, path);
        let digest = 0;
        let read = 0;
        for (let more = 1; more > 0; read += more) {
          more = readFully(file, path, scratch, 0, Math.min(MEBIBYTE, file.bytes - read));
          digest = digestOf(scratch.subarray(0, more), digest);
          yield;
        }
        requireUnchanged(file, read);
        return { entry: entryOf(path, file, digest), digest };
      } catch (error) {
        if (!(error instanceof ChangedError)) throw error;
        if (attempt === 2) throw changed(path, error);
      } finally {
        if (file !== null) closeSync(file.handle);
      }
    }
  }

  #headAtOnce(entry: TarEntry): boolean {
    if (this.#used === this.#block.length || paxRecord(entry) !== null) return false;
    writeHeader(this.#block, this.#used, entry);
    this.#used += SECTOR;
    return true;
  }

  *#writeEntry(entry: TarEntry): Generator<void, void, undefined> {
    const record = paxRecord(entry);
    if (record !== null) yield* this.#put(record);
    if (this.#used === this.#block.length) yield;
    writeHeader(this.#block, this.#used, entry);
    this.#used += SECTOR;
  }

  *#putPadded(data: Buffer): Generator<void, void, undefined> {
    yield* this.#put(data);
    yield* this.#put(Buffer.alloc(padding(data.length)));
  }

  *#put(data: Buffer): Generator<void, void, undefined> {
    for (let at = 0; at < data.length; ) {
      if (this.#used === this.#block.length) yield;
      const length = Math.min(data.length - at, this.#block.length - this.#used);
      data.copy(this.#block, this.#used, at, at + length);
      this.#used += length;
      at += length;
    }
  }
}

const MEBIBYTE = 1024 * 1024;
const nothing: TarEntry = { path: '', kind: 'file', executable: false, bytes: 0, target: '', time: fixedTime };

function entryOf(path: string, file: OpenFile, digest: number): TarEntry {
  return { path, kind: 'file', executable: file.executable, bytes: file.bytes, target: '', time: timeOf(digest) };
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
