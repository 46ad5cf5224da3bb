import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

export type Compression = { readonly kind: 'gzip'; readonly level: number } | { readonly kind: 'zstd'; readonly level: number };

/** Below this many bits a second the time on the wire is worth more than that of the processor: gzip 6 saves 15 % of it for twice the work. */
export const SLOW_BITS_PER_SECOND = 20_000_000;

/**
 * What to compress with. gzip 1 unless the link is known to be slow; where both sides have zstd its level 3 is smaller than gzip 6 and
 * faster than gzip 1 at every speed. `bitsPerSecond` is what was seen of the link, null when nothing was.
 */
export function chooseCompression(seen: { readonly bitsPerSecond: number | null; readonly zstdOnServer: boolean }): Compression {
  const isSlow = seen.bitsPerSecond !== null && seen.bitsPerSecond < SLOW_BITS_PER_SECOND;
  if (seen.zstdOnServer && hasZstd()) return { kind: 'zstd', level: isSlow ? 9 : 3 };
  return { kind: 'gzip', level: isSlow ? 6 : 1 };
}

/** A stream that compresses; the same input gives the same bytes. Throws for zstd where {@link hasZstd} is false. */
export function createCompressor(compression: Compression): Transform {
  if (compression.kind === 'gzip') return zlib.createGzip({ level: compression.level, chunkSize: 64 * 1024 });
  const { create, levelParameter } = zstd() ?? {};
  if (!create || levelParameter === undefined) throw new Error('This version of Node has no zstd');
  return create({ params: { [levelParameter]: compression.level } });
}

/** Node has it from 22.15 on, and so has the Electron of the product; asked at run time since the command line may run in an older one. */
export function hasZstd(): boolean {
  return zstd() !== null;
}

type CreateZstd = (options: { readonly params: Readonly<Record<number, number>> }) => Transform;

function zstd(): { readonly create: CreateZstd; readonly levelParameter: number } | null {
  const create: unknown = Reflect.get(zlib, 'createZstdCompress');
  const levelParameter: unknown = Reflect.get(zlib.constants, 'ZSTD_c_compressionLevel');
  if (typeof create !== 'function' || typeof levelParameter !== 'number') return null;
  return { create: create as CreateZstd, levelParameter };
}
