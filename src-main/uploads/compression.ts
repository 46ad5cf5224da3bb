import { PassThrough, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';

export interface Compression {
  readonly kind: 'gzip' | 'zstd';
  readonly level: number;
}

/**
 * Below this many bits a second the time on the wire is worth more than that of the processor. Measured on 13.6 MB of sources: gzip 1
 * 3.16 MB in 0.11 s, gzip 6 2.55 MB in 0.32 s; zstd 3 2.31 MB in 0.05 s, zstd 9 1.87 MB in 0.22 s (zstd 12: 1.83 MB in 0.50 s).
 */
export const SLOW_BITS_PER_SECOND = 20_000_000;

/**
 * What to compress with. gzip 1 unless the link is known to be slow; where both sides have zstd its level 3 is smaller than gzip 6 and
 * faster than gzip 1 at every speed. `bitsPerSecond` is what was seen of the link, null when nothing was.
 */
export function chooseCompression(seen: { readonly bitsPerSecond: number | null; readonly zstdOnServer: boolean }): Compression {
  const isSlow = seen.bitsPerSecond !== null && seen.bitsPerSecond < SLOW_BITS_PER_SECOND;
  const kind = seen.zstdOnServer && hasZstd() ? 'zstd' : 'gzip';
  return { kind, level: levels[kind][isSlow ? 'slow' : 'fast'] };
}

/** The stronger way of the same kind. */
export function stronger({ kind }: Compression): Compression {
  return { kind, level: levels[kind].slow };
}

const levels = { gzip: { fast: 1, slow: 6 }, zstd: { fast: 3, slow: 9 } } as const;

/** Node has it from 22.15 on, and so has the Electron of the product; asked at run time since the command line may run in an older one. */
export function hasZstd(): boolean {
  return zstd() !== null;
}

/**
 * Compresses one stream, a write after the other: the same writes, flushes and changes at the same places give the same bytes, however
 * fast they are read.
 */
export class Compressor {
  /** The compressed bytes. Destroying it ends everything. */
  readonly output = new PassThrough();
  #stream: Transform;
  #flush: number;

  /** Throws for zstd where {@link hasZstd} is false. */
  constructor(compression: Compression) {
    this.output.on('error', () => undefined);
    ({ stream: this.#stream, flush: this.#flush } = this.#begin(compression));
    this.output.once('close', () => this.#stream.destroy());
  }

  /** Resolves when `bytes` were taken in; rejects when nobody reads any more. */
  write(bytes: Buffer): Promise<void> {
    return this.#settled((done) => this.#stream.write(bytes, done));
  }

  /** Lets the reader have everything that was written. */
  flush(): Promise<void> {
    const stream = this.#stream;
    if (!isFlushable(stream)) return Promise.resolve();
    return this.#settled((done) => stream.flush(this.#flush, done));
  }

  /**
   * From here on compresses in another way of the same kind. It begins a new member (RFC 1952 2.2), or frame of zstd: readers take
   * several for one stream. Node's own change of the level was seen to do nothing (Node 20, from 1 to 6).
   */
  async change(compression: Compression): Promise<void> {
    const last = this.#stream;
    await this.#settled((done) => {
      last.once('end', done);
      last.end();
    });
    ({ stream: this.#stream, flush: this.#flush } = this.#begin(compression));
  }

  end(): void {
    this.#stream.once('end', () => this.output.end());
    this.#stream.end();
  }

  #begin({ kind, level }: Compression): { readonly stream: Transform; readonly flush: number } {
    const made = kind === 'gzip' ? gzip(level) : zstdStream(level);
    made.stream.on('error', (error) => this.output.destroy(error));
    made.stream.pipe(this.output, { end: false });
    return made;
  }

  /** A stream that is destroyed in the middle of something never calls back. */
  #settled(act: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const { output } = this;
      const gone = (): void => reject(output.errored ?? new Error('Nobody reads the upload any more'));
      if (output.destroyed) {
        gone();
        return;
      }
      output.once('close', gone);
      act((error) => {
        output.off('close', gone);
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

function gzip(level: number): { readonly stream: Transform; readonly flush: number } {
  return { stream: zlib.createGzip({ level, chunkSize: 64 * 1024 }), flush: zlib.constants.Z_SYNC_FLUSH };
}

function zstdStream(level: number): { readonly stream: Transform; readonly flush: number } {
  const found = zstd();
  if (!found) throw new Error('This version of Node has no zstd');
  return { stream: found.create({ params: { [found.levelParameter]: level } }), flush: found.flush };
}

function isFlushable(stream: Transform): stream is Transform & { flush(kind: number, done: () => void): void } {
  return 'flush' in stream && typeof stream.flush === 'function';
}

type CreateZstd = (options: { readonly params: Readonly<Record<number, number>> }) => Transform;

function zstd(): { readonly create: CreateZstd; readonly levelParameter: number; readonly flush: number } | null {
  const create: unknown = Reflect.get(zlib, 'createZstdCompress');
  const levelParameter: unknown = Reflect.get(zlib.constants, 'ZSTD_c_compressionLevel');
  const flush: unknown = Reflect.get(zlib.constants, 'ZSTD_e_flush');
  if (typeof create !== 'function' || typeof levelParameter !== 'number' || typeof flush !== 'number') return null;
  return { create: create as CreateZstd, levelParameter, flush };
}
