import { createHash } from 'node:crypto';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isCancellation } from '../contract/index.ts';
import { type Compression, createCompressor } from './compression.ts';
import type { Manifest } from './manifest.ts';
import { type RecipeResult, RecipeWriter } from './recipe.ts';
import type { PackTar } from './types.ts';

/** What the server has of an earlier attempt. */
export interface Prefix {
  readonly bytes: number;
  readonly sha256: string;
}

/** What was sent before is not what would be sent now, e.g. since a file changed meanwhile. */
export class PrefixDiffers extends Error {}

export interface Sent extends RecipeResult {
  readonly hash: string;
}

/**
 * Packs, makes the recipe, compresses, and leaves out what the server has already. `output` is what is to be sent; it breaks with what went
 * wrong. `finished` tells what the whole was.
 */
export function send(
  pack: PackTar,
  base: Manifest | null,
  compression: Compression,
  prefix: Prefix | null,
  onSent: (bytes: number) => void,
): { readonly output: Readable; readonly finished: Promise<Sent> } {
  const recipe = new RecipeWriter(base);
  const packed = pack();
  let hash = '';
  async function* ops(): AsyncGenerator<Buffer, void, undefined> {
    for await (const block of packed.stream as AsyncIterable<Buffer>) yield* recipe.take(block);
    hash = (await packed.finished).hash;
    yield* recipe.finish(hash);
  }
  const output = new PassThrough();
  output.on('error', () => undefined);
  const steps: Transform[] = [createCompressor(compression)];
  if (prefix) steps.push(withoutPrefix(prefix));
  steps.push(counting(onSent));
  const done = pipeline([Readable.from(ops(), { objectMode: false, highWaterMark: 256 * 1024 }), ...steps, output]);
  const finished = done.then(
    () => ({ ...recipe.result(), hash }),
    async (error: unknown) => {
      // What went wrong with the folder says more than the broken stream that follows from it.
      packed.stream.destroy();
      throw await packed.finished.then(
        () => error,
        (cause: unknown) => (isCancellation(cause) ? error : cause),
      );
    },
  );
  finished.catch(() => undefined);
  return { output, finished };
}

function counting(onSent: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onSent(chunk.length);
      done(null, chunk);
    },
  });
}

/** Swallows what is there already, if it is the same. */
function withoutPrefix(prefix: Prefix): Transform {
  const hash = createHash('sha256');
  let left = prefix.bytes;
  const check = (): Error | null => (hash.digest('hex') === prefix.sha256 ? null : new PrefixDiffers());
  if (left === 0) return counting(() => undefined);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left === 0) {
        done(null, chunk);
        return;
      }
      const known = chunk.subarray(0, left);
      hash.update(known);
      left -= known.length;
      const failure = left === 0 ? check() : null;
      if (failure) done(failure);
      else done(null, chunk.length > known.length ? chunk.subarray(known.length) : undefined);
    },
    flush(done) {
      done(left > 0 ? new PrefixDiffers() : null);
    },
  });
}
