import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Compressor, chooseCompression, hasZstd } from './compression.ts';
import { SpeedSoFar } from './link-speed.ts';

describe('the choice', () => {
  it('is gzip 1 as long as nothing is known of the link, or it is fast', () => {
    expect(chooseCompression({ bitsPerSecond: null, zstdOnServer: false })).toEqual({ kind: 'gzip', level: 1 });
    expect(chooseCompression({ bitsPerSecond: 20_000_000, zstdOnServer: false })).toEqual({ kind: 'gzip', level: 1 });
  });

  it('is stronger on a slow link', () => {
    expect(chooseCompression({ bitsPerSecond: 19_999_999, zstdOnServer: false })).toEqual({ kind: 'gzip', level: 6 });
  });

  it('is zstd where both sides have it', () => {
    const { kind } = chooseCompression({ bitsPerSecond: null, zstdOnServer: true });
    expect(kind).toBe(hasZstd() ? 'zstd' : 'gzip');
  });
});

describe('a compressor', () => {
  const content = Buffer.from('one line and another\n'.repeat(20_000));

  async function compressed(kind: 'gzip' | 'zstd', level: number): Promise<Buffer> {
    const compressor = new Compressor({ kind, level });
    const chunks: Buffer[] = [];
    compressor.output.on('data', (chunk: Buffer) => chunks.push(chunk));
    await compressor.write(content);
    await compressor.flush();
    await compressor.write(content);
    const ended = new Promise((resolve) => compressor.output.once('end', resolve));
    compressor.end();
    await ended;
    return Buffer.concat(chunks);
  }

  it('gives what gzip reads', async () => {
    const bytes = await compressed('gzip', 1);
    expect(execFileSync('gzip', ['-dc'], { input: bytes, maxBuffer: 1e9 }).equals(Buffer.concat([content, content]))).toBe(true);
    expect((await compressed('gzip', 1)).equals(bytes)).toBe(true);
  });

  it.skipIf(!hasZstd())(`gives what zstd reads${hasZstd() ? '' : ` (not run: Node ${process.versions.node} has no zstd)`}`, async () => {
    const bytes = await compressed('zstd', 3);
    expect(execFileSync('zstd', ['-dc'], { input: bytes, maxBuffer: 1e9 }).equals(Buffer.concat([content, content]))).toBe(true);
    expect((await compressed('zstd', 3)).equals(bytes)).toBe(true);
  });

  it('lets the reader have what was written when it is flushed', async () => {
    const compressor = new Compressor({ kind: 'gzip', level: 1 });
    const chunks: Buffer[] = [];
    compressor.output.on('data', (chunk: Buffer) => chunks.push(chunk));
    await compressor.write(Buffer.from('c 0 100\n'));
    await compressor.flush();
    const partial = execFileSync('sh', ['-c', 'gzip -dc 2>/dev/null || true'], { input: Buffer.concat(chunks) });
    expect(partial.toString()).toBe('c 0 100\n');
    compressor.output.destroy();
    await expect(compressor.write(content)).rejects.toThrow('Nobody reads');
  });

  it('does not wait for ever for a reader that went away', async () => {
    const compressor = new Compressor({ kind: 'gzip', level: 1 });
    const writing = (async () => {
      for (;;) await compressor.write(randomBytes(200_000));
    })();
    compressor.output.once('readable', () => compressor.output.destroy());
    await expect(writing).rejects.toThrow('Nobody reads');
  });
});

describe('the speed of an upload under way', () => {
  it('is not told from what the buffers on the way took in at once', () => {
    const speed = new SpeedSoFar();
    expect(speed.after(4_000_000, 5)).toBeNull();
    expect(speed.after(5_000_000, 10)).toBeNull();
    expect(speed.after(5_100_000, 500)).toBeNull();
    expect(speed.after(6_000_000, 2_010)).toBe(4_000_000);
  });
});
