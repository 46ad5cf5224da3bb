import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CancelledError, isCancellation } from '../contract/errors.ts';
import type { Scan } from './scan.ts';
import { JOINED_BYTES, type PackOptions, type PackResult, TarWriter } from './tar-writer.ts';

export interface PackedFolder {
  readonly stream: Readable;
  /** Settles when the last byte was taken. Rejects with what the stream was destroyed with. */
  readonly finished: Promise<PackResult>;
}

/**
 * Packs what the scan kept: owners, modes and times are normalised and the order is git's, so that the same tree gives
 * the same bytes. Reads no faster than the stream is read, and holds a few megabytes whatever the size.
 * The stream fails with ExpectedError file-unreadable or file-changed, or CancelledError.
 */
export function packFolder(scan: Scan, options: PackOptions = {}): PackedFolder {
  const writer = new TarWriter(scan, options);
  const tar = Readable.from(writer.blocks(), { objectMode: false, highWaterMark: JOINED_BYTES });
  const level = options.gzipLevel === undefined ? 1 : options.gzipLevel;
  if (level === null) {
    return { stream: tar, finished: settle(writer, finishedReading(tar)) };
  }
  const gzip = createGzip({ level, chunkSize: 64 * 1024 });
  return { stream: gzip, finished: settle(writer, Promise.all([pipeline(tar, gzip), finishedReading(gzip)])) };
}

function finishedReading(stream: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
    stream.once('close', () => reject(new CancelledError()));
  });
}

function settle(writer: TarWriter, done: Promise<unknown>): Promise<PackResult> {
  const result = done.then(
    () => writer.result(),
    (error: unknown) => {
      throw writer.failure ?? (isReaderGone(error) ? new CancelledError() : error);
    },
  );
  // Who only reads the stream hears of a failure there.
  result.catch(() => undefined);
  return result;
}

function isReaderGone(error: unknown): boolean {
  return isCancellation(error) || (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}
