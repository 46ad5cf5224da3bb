import { createHash } from 'node:crypto';
import { readlink } from 'node:fs/promises';
import { pack as newPack, type Pack } from 'tar-stream';
import { CancelledError } from '../contract/errors.ts';
import { fromText, toBuffer } from './byte-path.ts';
import { ReadAhead } from './read-ahead.ts';
import { changed, type ReadableFile, unreadable } from './read-file.ts';
import type { Scan } from './scan.ts';
import { fitsHeader, fixedTime, paxRecord, timeOf } from './tar-header.ts';

type Entry = ReturnType<Pack['entry']>;

/** Small blocks are joined to about this many bytes before they are hashed and compressed. */
export const JOINED_BYTES = 256 * 1024;

/** A file that is not in the folder, or stands in for one that is: the proposed Dockerfile. */
export interface ExtraFile {
  readonly path: string;
  readonly data: Buffer | string;
}

export interface PackProgress {
  /** Files and links written so far. */
  readonly files: number;
  /** Bytes of the tar so far, before compression. */
  readonly rawBytes: number;
}

export interface PackOptions {
  /** 1 (fast) to 9; null gives the tar as it is. */
  readonly gzipLevel?: number | null | undefined;
  readonly extra?: readonly ExtraFile[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PackProgress) => void) | undefined;
}

export interface PackResult {
  /** sha256 of the tar before compression, in hex: the same tree has the same. */
  readonly hash: string;
  readonly rawBytes: number;
  readonly files: number;
}

/** Writes one archive: what {@link blocks} yields is the tar, no faster than it is taken. */
export class TarWriter {
  readonly #scan: Scan;
  readonly #root: string;
  readonly #options: PackOptions;
  readonly #extra: readonly { readonly path: string; readonly data: Buffer }[];
  readonly #hash = createHash('sha256');
  readonly #pack: Pack = newPack();
  #files = 0;
  #rawBytes = 0;
  #complete = false;
  #failure: unknown = null;

  constructor(scan: Scan, options: PackOptions) {
    this.#scan = scan;
    this.#root = fromText(scan.realRoot.replace(/\/$/, ''));
    this.#options = options;
    this.#extra = (options.extra ?? [])
      .map(({ path, data }) => ({ path: fromText(path), data: Buffer.from(data) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  get failure(): unknown {
    return this.#failure;
  }

  result(): PackResult {
    return { hash: this.#hash.digest('hex'), rawBytes: this.#rawBytes, files: this.#files };
  }

  async *blocks(): AsyncGenerator<Buffer, void, undefined> {
    const { signal } = this.#options;
    if (signal?.aborted) throw new CancelledError();
    const stop = (): void => {
      this.#failure ??= new CancelledError();
      this.#pack.destroy();
    };
    signal?.addEventListener('abort', stop, { once: true });
    const writing = this.#writeAll().catch((error: unknown) => {
      // The first failure is the cause; what it breaks further on is not. Without one, the reader went away.
      this.#failure ??= this.#pack.destroyed ? new CancelledError() : error;
      this.#pack.destroy();
    });
    try {
      let joined: Buffer[] = [];
      let size = 0;
      for await (const block of this.#pack as AsyncIterable<Buffer>) {
        joined.push(block);
        size += block.length;
        if (size < JOINED_BYTES) continue;
        yield this.#account(Buffer.concat(joined, size));
        joined = [];
        size = 0;
      }
      await writing;
      if (this.#failure === null && size > 0) yield this.#account(Buffer.concat(joined, size));
      this.#complete = this.#failure === null;
    } catch (error) {
      await writing;
      this.#failure ??= error;
    } finally {
      signal?.removeEventListener('abort', stop);
      if (!this.#complete) stop();
      await writing;
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #account(block: Buffer): Buffer {
    this.#hash.update(block);
    this.#rawBytes += block.length;
    this.#options.onProgress?.({ files: this.#files, rawBytes: this.#rawBytes });
    return block;
  }

  async #writeAll(): Promise<void> {
    const { kept, unreadable: missing } = this.#scan;
    if (missing.length > 0) throw unreadable(missing);
    const replaced = new Set(this.#extra.map((one) => one.path));
    const files = new ReadAhead(
      this.#root,
      kept,
      (path) => !replaced.has(path),
      () => this.#pack.destroyed,
    );
    let extra = 0;
    for (let row = 0; row < kept.length; row++) {
      const path = kept.pathAt(row);
      for (let next = this.#extra[extra]; next && next.path < path; next = this.#extra[++extra]) await this.#writeExtra(next);
      if (replaced.has(path)) continue;
      const kind = kept.kindAt(row);
      if (kind === 'directory') await this.#writeEmpty(path, 'directory', null);
      else if (kind === 'link') await this.#writeLink(path);
      else await this.#writeFile(path, await files.take(row));
      if (this.#pack.destroyed) throw new CancelledError();
    }
    for (let next = this.#extra[extra]; next; next = this.#extra[++extra]) await this.#writeExtra(next);
    this.#pack.finalize();
  }

  async #writeExtra({ path, data }: { readonly path: string; readonly data: Buffer }): Promise<void> {
    const digest = createHash('sha1').update(data).digest();
    await this.#writeBody(path, data.length, false, digest, [data]);
  }

  async #writeFile(path: string, file: ReadableFile): Promise<void> {
    await this.#writeBody(path, file.bytes, file.executable, file.digest, file.blocks());
  }

  async #writeBody(
    path: string,
    size: number,
    executable: boolean,
    digest: Buffer,
    blocks: Iterable<Buffer> | AsyncIterable<Buffer>,
  ): Promise<void> {
    await this.#writePax(path, null);
    const mode = executable ? 0o755 : 0o644;
    const written = deferred();
    const entry = this.#pack.entry({ name: plain(path), type: 'file', size, mode, mtime: timeOf(digest) }, written.settle);
    const fed = feed(entry, blocks).catch((error: unknown) => {
      this.#failure ??= error;
      this.#pack.destroy();
      throw error;
    });
    // Both, so that no file stays open when one of them fails.
    const failed = (await Promise.allSettled([fed, written.promise])).find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    this.#files++;
  }

  async #writeLink(path: string): Promise<void> {
    let target: string;
    try {
      target = (await readlink(toBuffer(`${this.#root}/${path}`), { encoding: 'buffer' })).toString('latin1');
    } catch (error) {
      throw changed(path, error);
    }
    await this.#writeEmpty(path, 'symlink', target);
    this.#files++;
  }

  async #writeEmpty(path: string, type: 'directory' | 'symlink', target: string | null): Promise<void> {
    await this.#writePax(path, target);
    const mode = type === 'symlink' ? 0o777 : 0o755;
    const linkname = target === null ? {} : { linkname: plain(target) };
    await new Promise<void>((resolve, reject) => {
      this.#pack.entry({ name: plain(path), type, mode, ...linkname, mtime: fixedTime }, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Stands directly before the entry's own header, as no entry is open now. */
  async #writePax(path: string, target: string | null): Promise<void> {
    const record = paxRecord(path, target);
    if (record !== null) this.#pack.push(record);
  }
}

/** What the plain header says where a pax record says the truth. */
function plain(name: string): string {
  return fitsHeader(name) ? name : 'PaxHeader';
}

async function feed(entry: Entry, blocks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
  for await (const block of blocks) {
    if (!entry.write(block)) await drained(entry);
  }
  entry.end(undefined);
}

function drained(entry: Entry): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDrain = (): void => {
      entry.off('close', onClose);
      resolve();
    };
    const onClose = (): void => {
      entry.off('drain', onDrain);
      reject(new CancelledError());
    };
    entry.once('drain', onDrain);
    entry.once('close', onClose);
    if (entry.destroyed) onClose();
  });
}

function deferred(): { readonly promise: Promise<void>; readonly settle: (error?: Error | null) => void } {
  let settle: (error?: Error | null) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  return { promise, settle };
}
