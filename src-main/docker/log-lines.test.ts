import { describe, expect, it } from 'vitest';
import { LONGEST_LOG_LINE, logLines, sinceParameter } from './log-lines.ts';
import type { LogChunk } from './types.ts';

const AT = '2026-11-24T19:13:41.123456789Z';

function frame(stream: 1 | 2, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** The same bytes in pieces of every given size: where a stream is split must not matter. */
async function read(bytes: Buffer, tty: boolean, size: number): Promise<LogChunk[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const lines: LogChunk[] = [];
  for await (const line of logLines(pieces(), tty)) lines.push(line);
  return lines;
}

describe.each([1, 2, 3, 7, 8, 13, 64, 100_000])('log lines in pieces of %i bytes', (size) => {
  it('tells outputs apart and takes the times off', async () => {
    const body = Buffer.concat([frame(1, `${AT} one\n`), frame(2, `${AT} zwei ✓ 😀\n`), frame(1, `${AT} \n`), frame(1, `${AT} three\r\n`)]);
    expect(await read(body, false, size)).toEqual([
      { at: AT, stream: 'stdout', text: 'one' },
      { at: AT, stream: 'stderr', text: 'zwei ✓ 😀' },
      { at: AT, stream: 'stdout', text: '' },
      { at: AT, stream: 'stdout', text: 'three' },
    ]);
  });

  it('joins a long message that Docker cut into frames, in the middle of a character', async () => {
    const smile = Buffer.from('😀');
    const body = Buffer.concat([
      frame(1, Buffer.concat([Buffer.from(`${AT} begin `), smile.subarray(0, 2)])),
      frame(2, `${AT} between\n`),
      frame(1, Buffer.concat([Buffer.from('2026-11-24T19:13:41.2Z '), smile.subarray(2), Buffer.from(' end\n')])),
    ]);
    expect(await read(body, false, size)).toEqual([
      { at: AT, stream: 'stderr', text: 'between' },
      { at: AT, stream: 'stdout', text: 'begin 😀 end' },
    ]);
  });

  it('reads the bare text of a terminal', async () => {
    expect(await read(Buffer.from(`${AT} $ ls\r\n${AT} ä\r\n${AT} last`), true, size)).toEqual([
      { at: AT, stream: 'stdout', text: '$ ls' },
      { at: AT, stream: 'stdout', text: 'ä' },
      { at: AT, stream: 'stdout', text: 'last' },
    ]);
  });
});

it('bounds a line that never ends, and goes on with the next', async () => {
  const endless = Buffer.concat([frame(1, `${AT} ${'x'.repeat(300_000)}`), frame(1, `${AT} y\n`), frame(1, `${AT} next\n`)]);
  const [cut, next] = await read(endless, false, 16_384);
  expect(cut?.text.length).toBeLessThan(LONGEST_LOG_LINE + 100);
  expect(cut?.text).toMatch(/line cut/);
  expect(next?.text).toBe('next');
});

it('keeps what is not text', async () => {
  expect((await read(frame(1, Buffer.concat([Buffer.from(`${AT} `), Buffer.from([0xff, 0xfe, 0x0a])])), false, 5))[0]?.text).toBe(
    '\ufffd\ufffd',
  );
});

it('turns a time into the form of `since` without losing a nanosecond', () => {
  expect(sinceParameter('2026-11-24T19:13:41.123456789Z')).toBe('1795547621.123456789');
  expect(sinceParameter('2026-11-24T19:13:41.5Z')).toBe('1795547621.500000000');
  expect(sinceParameter('2026-11-24T20:13:41+01:00')).toBe('1795547621.000000000');
  expect(sinceParameter('yesterday')).toBeNull();
});
