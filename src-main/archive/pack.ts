import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip, type Gzip } from 'node:zlib';
import { CancelledError, isCancellation } from '../contract/errors.ts';
import { type BlockSource, LocalBlocks, type TarBlock } from './block-source.ts';
import type { ExtraFile, TarContent } from './tar-writer.ts';

export interface PackProgress {
  /** Files and links written so far. */
  readonly files: number;
  /** Bytes of the tar so far, before compression. */
  readonly rawBytes: number;
}

export interface PackOptions {
  /** 1 (fast) to 9; null gives the tar as it is. */
  readonly gzipLevel?: number | null | undefined;
  /**
   * Without compression: what the stream gives is only good until the next is asked for, as `for await` does once its body
   * has ended. Then the same few blocks serve for all of it, while it takes some 40 MiB more to leave them to be collected.
   */
  readonly reuseBlocks?: boolean | undefined;
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

export interface PackedFolder {
  readonly stream: Readable;
  /** Settles when the last byte was taken. Rejects with what the stream was destroyed with. */
  readonly finished: Promise<PackResult>;
}

/**
 * Packs what the scan kept, in this thread: owners, modes and times are normalised and the order is git's, so that the
 * same tree gives the same bytes. Reads no faster than the stream is read, and holds a few megabytes whatever the size.
 * The stream fails with ExpectedError file-unreadable or file-changed, or CancelledError.
 */
export function packFolderHere(content: TarContent, options: PackOptions = {}): PackedFolder {
  return packBlocks(new LocalBlocks(content, options.extra ?? []), options);
}

/** As {@link packFolderHere}, from wherever the blocks come. */
export function packBlocks(source: BlockSource, { gzipLevel = 1, reuseBlocks = false, signal, onProgress }: PackOptions): PackedFolder {
  const counted = new CountedBlocks(source, onProgress ?? (() => undefined));
  const stream = gzipLevel === null ? plainStream(counted, reuseBlocks) : gzipStream(counted, gzipLevel);
  const stop = (): void => {
    stream.destroy(new CancelledError());
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  source.onFailure((error) => stream.destroy(error));
  const finished = new Promise<PackResult>((resolve, reject) => {
    stream.once('end', () => resolve(counted.result()));
    stream.once('error', (error) => reject(isCancellation(error) ? new CancelledError() : error));
    stream.once('close', () => {
      signal?.removeEventListener('abort', stop);
      source.cancel();
      // Where it neither ended nor failed, the reader went away.
      reject(new CancelledError());
    });
  });
  // Who only reads the stream hears of a failure there.
  finished.catch(() => undefined);
  return { stream, finished };
}

/** Hashes and counts what comes. */
class CountedBlocks {
  readonly #source: BlockSource;
  readonly #onProgress: (progress: PackProgress) => void;
  readonly #hash = createHash('sha256');
  #files = 0;
  #rawBytes = 0;

  constructor(source: BlockSource, onProgress: (progress: PackProgress) => void) {
    this.#source = source;
    this.#onProgress = onProgress;
  }

  async next(): Promise<TarBlock | null> {
    const block = await this.#source.next();
    if (block === null) return null;
    this.#hash.update(bytesOf(block));
    this.#files = block.files;
    this.#rawBytes += block.bytes;
    this.#onProgress({ files: this.#files, rawBytes: this.#rawBytes });
    return block;
  }

  release(buffer: ArrayBuffer): void {
    this.#source.release(buffer);
  }

  result(): PackResult {
    return { hash: this.#hash.digest('hex'), rawBytes: this.#rawBytes, files: this.#files };
  }
}

function plainStream(source: CountedBlocks, reuse: boolean): Readable {
  const lent: ArrayBuffer[] = [];
  return new Readable({
    // A block is asked for when the one before it was taken.
    highWaterMark: 1,
    read() {
      // The last one is just being handed over; its reader is done with the one before.
      const free = lent.length > 1 ? lent.shift() : undefined;
      if (free) source.release(free);
      source.next().then(
        (block) => {
          if (block === null) return this.push(null);
          // Nobody tells when a reader of the stream is done with it, so another goes back.
          if (reuse) lent.push(block.buffer);
          else source.release(new ArrayBuffer(block.buffer.byteLength));
          return this.push(bytesOf(block));
        },
        (error: Error) => this.destroy(error),
      );
    },
  });
}

function gzipStream(source: CountedBlocks, level: number): Gzip {
  const gzip = createGzip({ level, chunkSize: 64 * 1024 });
  const feed = async (): Promise<void> => {
    for (let block = await source.next(); block !== null; block = await source.next()) {
      await written(gzip, bytesOf(block));
      source.release(block.buffer);
    }
    gzip.end();
  };
  feed().catch((error: Error) => gzip.destroy(error));
  return gzip;
}

/** Resolves when all of it was compressed and its bytes are free. */
function written(gzip: Gzip, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    gzip.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function bytesOf(block: TarBlock): Buffer {
  return Buffer.from(block.buffer, 0, block.bytes);
}
