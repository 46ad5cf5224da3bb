import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../contract/index.ts';
import { CompressionPlan, type Prefix, PrefixDiffers, send } from './sender.ts';
import type { PackTar } from './types.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** An archive of one file of text that can be compressed, in pieces of some length. */
function archive(seed: string, bytes = 3_000_000): Buffer {
  const header = Buffer.alloc(512);
  header.write('file.txt', 0, 'latin1');
  header.write(`${bytes.toString(8).padStart(11, '0')} `, 124, 'latin1');
  header.write('0', 156, 'latin1');
  const content = Buffer.alloc(Math.ceil(bytes / 512) * 512);
  for (let at = 0, n = 0; at < bytes; n += 1) at += content.write(`${sha256(Buffer.from(`${seed}${n % 5_000}`))}\n`, at, 'latin1');
  content.fill(0, bytes);
  return Buffer.concat([header, content, Buffer.alloc(1024)]);
}

function packOf(tar: Buffer, piece: number): PackTar {
  return () => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < tar.length; at += piece) pieces.push(tar.subarray(at, at + piece));
    return { stream: Readable.from(pieces, { objectMode: false }), finished: Promise.resolve({ hash: sha256(tar) }) };
  };
}

async function sentOf(pack: PackTar, plan: CompressionPlan, prefix: Prefix | null = null): Promise<Buffer> {
  const { output, finished } = send(pack, null, plan, prefix, () => undefined);
  const chunks: Buffer[] = [];
  for await (const chunk of output as AsyncIterable<Buffer>) chunks.push(chunk);
  await finished;
  return Buffer.concat(chunks);
}

const gzip1 = (): CompressionPlan => new CompressionPlan({ kind: 'gzip', level: 1 });

describe('what is sent', () => {
  const tar = archive('a');

  it('is the same however the archive comes', async () => {
    const one = await sentOf(packOf(tar, 1_000_000), gzip1());
    const other = await sentOf(packOf(tar, 70_001), gzip1());
    expect(one.equals(other)).toBe(true);
    expect(gunzipSync(one).includes(tar.subarray(512, 1_000_000))).toBe(true);
  });

  it('goes on behind what is there already, byte for byte', async () => {
    const whole = await sentOf(packOf(tar, 300_000), gzip1());
    for (const bytes of [0, 1, 65_536, Math.floor(whole.length / 2), whole.length - 1, whole.length]) {
      const rest = await sentOf(packOf(tar, 77_777), gzip1(), { bytes, sha256: sha256(whole.subarray(0, bytes)) });
      expect(rest.equals(whole.subarray(bytes))).toBe(true);
    }
  });

  it('is not taken to go on behind something else, or behind more than there is', async () => {
    const whole = await sentOf(packOf(tar, 300_000), gzip1());
    const changed = packOf(archive('b'), 300_000);
    const prefix = { bytes: 100_000, sha256: sha256(whole.subarray(0, 100_000)) };
    await expect(sentOf(changed, gzip1(), prefix)).rejects.toBeInstanceOf(PrefixDiffers);
    const more = { bytes: whole.length + 1, sha256: 'x' };
    await expect(sentOf(packOf(tar, 300_000), gzip1(), more)).rejects.toBeInstanceOf(PrefixDiffers);
  });

  it('repeats in a later attempt where an earlier one raised the level', async () => {
    const raised = gzip1();
    expect(raised.raises(1_234_567, 5_000_000)).toBe(true);
    const first = await sentOf(packOf(tar, 300_000), raised);
    const second = await sentOf(packOf(tar, 99_991), raised);
    expect(second.equals(first)).toBe(true);
    const never = await sentOf(packOf(tar, 300_000), gzip1());
    expect(first.length).toBeLessThan(never.length);
    expect(gunzipSync(first).equals(gunzipSync(never))).toBe(true);
  });

  it('lets others have their turn while nothing of the archive is sent, since nothing changed', async () => {
    const files = 40_000;
    const heads: Buffer[] = [];
    for (let file = 0; file < files; file++) {
      const header = archive('x', 1).subarray(0, 512);
      header.write(`empty ${file}`, 0, 'latin1');
      header.write('00000000000 ', 124, 'latin1');
      heads.push(header);
    }
    const whole = Buffer.concat([...heads, Buffer.alloc(1024)]);
    const first = send(packOf(whole, 1_048_576), null, gzip1(), null, () => undefined);
    first.output.resume();
    const { hash, bytes, entries } = await first.finished;
    // The turns that there were when each block was asked for: by themselves the blocks come one after another without any.
    const turnsAt: number[] = [];
    let turns = 0;
    const count = (): void => {
      turns += 1;
    };
    const blocks = function* (): Generator<Buffer> {
      for (let at = 0; at < whole.length; at += 1_048_576) {
        turnsAt.push(turns);
        yield whole.subarray(at, at + 1_048_576);
      }
    };
    const pack: PackTar = () => ({ stream: Readable.from(blocks(), { objectMode: false }), finished: Promise.resolve({ hash }) });
    const timer = setInterval(count, 1);
    try {
      const base = { manifest: { hash, bytes, entries }, isKept: true };
      const again = send(pack, base, gzip1(), null, () => undefined);
      again.output.resume();
      expect(await again.finished).toMatchObject({ changed: 0, added: 0, deleted: 0, literalBytes: 1024 });
    } finally {
      clearInterval(timer);
    }
    expect(turnsAt.length).toBe(20);
    expect((turnsAt.at(-1) ?? 0) - (turnsAt[0] ?? 0)).toBeGreaterThanOrEqual(4);
  });

  it('breaks with what went wrong in the folder', async () => {
    const failure = new Error('a file vanished');
    const broken: PackTar = () => {
      const stream = new Readable({
        read() {
          this.push(tar.subarray(0, 100_000));
          this.destroy(failure);
        },
      });
      const finished = new Promise<never>((_, reject) => stream.once('error', reject));
      finished.catch(() => undefined);
      return { stream, finished };
    };
    const { output, finished } = send(broken, null, gzip1(), null, () => undefined);
    output.resume();
    await expect(finished).rejects.toBe(failure);
  });

  it('stops packing when nobody reads any more', async () => {
    const stream = Readable.from(endless(), { objectMode: false });
    const ended = new Promise<never>((_, reject) => stream.once('close', () => reject(new CancelledError())));
    ended.catch(() => undefined);
    const { output, finished } = send(
      () => ({ stream, finished: ended }),
      null,
      gzip1(),
      null,
      () => undefined,
    );
    output.once('data', () => output.destroy());
    await expect(finished).rejects.toBeInstanceOf(Error);
    expect(stream.destroyed).toBe(true);
  });
});

/** A file of 8 GiB that cannot be compressed. */
function* endless(): Generator<Buffer> {
  const header = archive('x', 1).subarray(0, 512);
  header.write('77777777777 ', 124, 'latin1');
  yield header;
  const noise = randomBytes(1_000_000);
  for (;;) yield noise;
}

describe('a plan', () => {
  it('raises the level once, on a slow link alone', () => {
    expect(gzip1().raises(5, null)).toBe(false);
    expect(gzip1().raises(5, 100_000_000)).toBe(false);
    expect(new CompressionPlan({ kind: 'gzip', level: 6 }).raises(5, 1_000)).toBe(false);
    const plan = gzip1();
    expect(plan.raises(5, 1_000)).toBe(true);
    expect(plan.raisedAt).toBe(5);
    expect(plan.raises(9, 1_000)).toBe(false);
  });
});
