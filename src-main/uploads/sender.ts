import { createHash } from 'node:crypto';
import { PassThrough, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Slices } from '../base/slices.ts';
import { isCancellation } from '../contract/index.ts';
import { type Compression, Compressor, SLOW_BITS_PER_SECOND, stronger } from './compression.ts';
import { SpeedSoFar } from './link-speed.ts';
import { type RecipeResult, RecipeWriter } from './recipe.ts';
import type { Base, PackTar } from './types.ts';

/** So much of a block is looked at in a millisecond or two, also where it is of small files. */
const PIECE_BYTES = 256 * 1024;

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

/** How one context is compressed. All attempts to send it share it, so that a later one repeats what an earlier one did. */
export class CompressionPlan {
  /** Where, in bytes before compression, the level was raised; null for nowhere yet. */
  #raisedAt: number | null = null;

  constructor(readonly compression: Compression) {}

  get raisedAt(): number | null {
    return this.#raisedAt;
  }

  /** Whether it pays to compress more from `at` on: the link turned out to be slow. */
  raises(at: number, bitsPerSecond: number | null): boolean {
    if (this.#raisedAt !== null || this.compression.level >= stronger(this.compression).level) return false;
    if (bitsPerSecond === null || bitsPerSecond >= SLOW_BITS_PER_SECOND) return false;
    this.#raisedAt = at;
    return true;
  }
}

/**
 * Packs, makes the recipe, compresses, and leaves out what the server has already. `output` is what is to be sent; it breaks with what went
 * wrong. `finished` tells what the whole was; `onPacked` does as soon as it is known here, whatever becomes of the sending.
 */
export function send(
  pack: PackTar,
  base: Base | null,
  plan: CompressionPlan,
  prefix: Prefix | null,
  onSent: (bytes: number) => void,
  onPacked?: (whole: Sent) => void,
): { readonly output: Readable; readonly finished: Promise<Sent> } {
  const packed = pack();
  // It may break before or after it is read here.
  packed.stream.on('error', () => undefined);
  const compressor = new Compressor(plan.compression);
  const speed = new SpeedSoFar();
  let sent = 0;
  let written = 0;

  const write = async (bytes: Buffer): Promise<void> => {
    const { raisedAt } = plan;
    if (raisedAt !== null && raisedAt > written && raisedAt < written + bytes.length) {
      const cut = raisedAt - written;
      await write(bytes.subarray(0, cut));
      await write(bytes.subarray(cut));
      return;
    }
    if (raisedAt === written || plan.raises(written, speed.after(sent, performance.now())))
      await compressor.change(stronger(plan.compression));
    await compressor.write(bytes);
    written += bytes.length;
  };
  const feed = async (): Promise<Sent> => {
    const recipe = await RecipeWriter.of(base?.manifest ?? null, base?.isKept ?? false);
    const slices = new Slices();
    for await (const block of packed.stream as AsyncIterable<Buffer>) {
      // Where nothing of it is sent, nothing else would let others have their turn: the blocks that wait come one after another.
      for (let at = 0; at < block.length; at += PIECE_BYTES) {
        for (const { bytes, isUrgent } of recipe.take(block.subarray(at, at + PIECE_BYTES))) {
          await write(bytes);
          if (isUrgent) await compressor.flush();
        }
        await slices.between();
      }
    }
    const { hash } = await packed.finished;
    const rest = await recipe.finish(hash);
    const whole = { ...recipe.result(), hash };
    onPacked?.(whole);
    for (const { bytes } of rest) await write(bytes);
    compressor.end();
    return whole;
  };

  const output = new PassThrough();
  output.on('error', () => undefined);
  const count = (bytes: number): void => {
    sent += bytes;
    onSent(bytes);
  };
  const flow = pipeline([compressor.output, ...(prefix && prefix.bytes > 0 ? [withoutPrefix(prefix)] : []), counting(count), output]);
  const finished = (async (): Promise<Sent> => {
    const feeding = feed().catch((error: unknown) => {
      // A failure of the folder says more than the broken stream that follows from it.
      compressor.output.destroy(error instanceof Error ? error : new Error(String(error)));
      throw error;
    });
    const [fed, flowed] = await Promise.allSettled([feeding, flow]);
    packed.stream.destroy();
    const folder = await packed.finished.then(
      () => null,
      (error: unknown) => (isCancellation(error) ? null : error),
    );
    if (folder !== null) throw folder;
    if (flowed.status === 'rejected') throw flowed.reason;
    if (fed.status === 'rejected') throw fed.reason;
    return fed.value;
  })();
  finished.catch(() => undefined);
  return { output, finished };
}

function counting(count: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.length);
      done(null, chunk);
    },
  });
}

/** Swallows what is there already, if it is the same. */
function withoutPrefix(prefix: Prefix): Transform {
  const hash = createHash('sha256');
  let left = prefix.bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left === 0) {
        done(null, chunk);
        return;
      }
      const known = chunk.subarray(0, left);
      hash.update(known);
      left -= known.length;
      if (left === 0 && hash.digest('hex') !== prefix.sha256) done(new PrefixDiffers());
      else if (chunk.length > known.length) done(null, chunk.subarray(known.length));
      else done();
    },
    flush(done) {
      done(left > 0 ? new PrefixDiffers() : null);
    },
  });
}
