import { describe, expect, it } from 'vitest';
import type { LogLine } from '../contract/index.ts';
import type { LogChunk } from '../docker/types.ts';
import { inOrder, LineMerger, mergedByTime } from './line-merger.ts';
import { replicaOf } from './replica-log.ts';
import { ResumePoint } from './resume-point.ts';
import { nanosecondsOf, sinceTime, timeOf } from './time.ts';

const base = 1_700_000_000_000_000_000n;
const chunk = (ms: number, text: string, stream: LogChunk['stream'] = 'stdout'): LogChunk => ({
  at: timeOf(base + BigInt(Math.round(ms * 1_000_000))),
  stream,
  text,
});

describe('times', () => {
  it('are compared by value, whatever zeros Docker leaves out', () => {
    expect(nanosecondsOf('2023-11-14T22:13:20Z')).toBe(base);
    expect(nanosecondsOf('2023-11-14T22:13:20.5Z')).toBe(base + 500_000_000n);
    expect(nanosecondsOf('2023-11-14T23:13:20.000000001+01:00')).toBe(base + 1n);
    expect(nanosecondsOf('yesterday')).toBeNull();
    expect(timeOf(base + 1n)).toBe('2023-11-14T22:13:20.000000001Z');
  });

  it('are taken as users give them', () => {
    expect(sinceTime('1700000000')).toBe('2023-11-14T22:13:20.000000000Z');
    expect(sinceTime('1700000000.25')).toBe('2023-11-14T22:13:20.250000000Z');
    expect(sinceTime('2023-11-14T22:13:20Z')).toBe('2023-11-14T22:13:20.000000000Z');
    expect(sinceTime('10m')).toBeUndefined();
  });
});

describe('a resume point', () => {
  /** Docker's `since`: inclusive, each line by its own time. */
  const readFrom = (all: readonly LogChunk[], since: string | undefined): LogChunk[] =>
    all.filter((line) => since === undefined || (nanosecondsOf(line.at) ?? 0n) >= (nanosecondsOf(since) ?? 0n));

  it('loses and doubles nothing, wherever the connection breaks, though times stand out of order and repeat', () => {
    // A fixed generator: a failure can be seen again.
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    for (let round = 0; round < 200; round += 1) {
      let now = 0;
      const all = Array.from({ length: 60 }, (_, index) => {
        now += random() < 0.3 ? 0 : random() * 200;
        const early = random() < 0.2 ? random() * 100 : 0;
        return chunk(Math.max(0, now - early), `line ${index}`, random() < 0.5 ? 'stdout' : 'stderr');
      });
      const point = new ResumePoint();
      const given: string[] = [];
      while (given.length < all.length) {
        point.resume();
        const lines = readFrom(all, point.since);
        const until = Math.min(lines.length, 1 + Math.floor(random() * 40) + 20);
        for (const line of lines.slice(0, until)) if (point.take(line)) given.push(line.text);
      }
      expect(given).toEqual(all.map((line) => line.text));
    }
  });

  it('gives out nothing older than the first line that was asked for, however close they stand', () => {
    const all = [1, 2, 3, 4, 5].map((ms) => chunk(ms, `line ${ms}`));
    const point = new ResumePoint();
    // As with `--tail 2`; then it is followed, and the last quarter of a second comes again.
    expect(all.slice(-2).map((line) => point.take(line))).toEqual([true, true]);
    point.resume();
    expect([...all, chunk(6, 'new')].map((line) => point.take(line))).toEqual([false, false, false, false, false, true]);
    point.resume();
    // The log was rotated meanwhile.
    expect([chunk(7, 'new'), chunk(6.5, 'late')].map((line) => point.take(line))).toEqual([true, true]);
  });

  it('remembers no more than it needs in a flood', () => {
    const point = new ResumePoint();
    for (let index = 0; index < 50_000; index += 1) expect(point.take(chunk(index * 0.1, 'x'))).toBe(true);
    point.resume();
    expect(point.take(chunk(4_999.9, 'x'))).toBe(false);
    expect(point.take(chunk(5_000, 'x'))).toBe(true);
  });
});

describe('merging', () => {
  const line = (ms: number, replica: string): LogLine => ({ ...chunk(ms, `${replica} at ${ms}`), replica, release: 1 });

  it('puts what came together into the order of time, and lines of one moment into the order they came', () => {
    expect(inOrder([line(3, 'a'), line(1, 'b'), line(1, 'a'), line(2, 'b')]).map((each) => each.text)).toEqual([
      'b at 1',
      'a at 1',
      'b at 2',
      'a at 3',
    ]);
  });

  it('reads several logs as one, by time, holding no more than a line of each, and closes all', async () => {
    const read: number[] = [0, 0, 0];
    let closed = 0;
    async function* source(index: number, times: readonly number[]): AsyncGenerator<LogLine, void, undefined> {
      try {
        for (const ms of times) {
          read[index] = (read[index] ?? 0) + 1;
          yield line(ms, `r${index}`);
        }
      } finally {
        closed += 1;
      }
    }
    const times = [[1, 4, 5, 9], [], [2, 4, 6, 7, 8]];
    const sources = (): AsyncGenerator<LogLine, void, undefined>[] => times.map((each, index) => source(index, each));
    const all: string[] = [];
    for await (const each of mergedByTime(sources())) all.push(each.text);
    expect(all).toEqual(['r0 at 1', 'r2 at 2', 'r0 at 4', 'r2 at 4', 'r0 at 5', 'r2 at 6', 'r2 at 7', 'r2 at 8', 'r0 at 9']);
    expect(closed).toBe(3);
    read.fill(0);
    for await (const each of mergedByTime(sources())) if (each.text === 'r2 at 2') break;
    expect(read).toEqual([2, 0, 1]);
    expect(closed).toBe(6);
  });

  it('fails when one of the logs does, and closes the others', async () => {
    let closed = false;
    async function* well(): AsyncGenerator<LogLine, void, undefined> {
      try {
        for (let ms = 0; ; ms += 1) yield line(ms, 'well');
      } finally {
        closed = true;
      }
    }
    // biome-ignore lint/correctness/useYield: it fails before its first line
    async function* broken(): AsyncGenerator<LogLine, void, undefined> {
      throw new Error('gone');
    }
    await expect(mergedByTime([well(), broken()]).next()).rejects.toThrow('gone');
    expect(closed).toBe(true);
  });

  it('makes readers wait while nobody takes the lines, and lets them go on', async () => {
    const merger = new LineMerger();
    let pushed = 0;
    const reader = (async () => {
      for (; pushed < 10_000; pushed += 1) await merger.push(line(pushed, 'a'));
      merger.end();
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(pushed).toBeLessThan(2_100);
    let taken = 0;
    for await (const batch of merger.batches()) taken += batch.length;
    await reader;
    expect(taken).toBe(10_000);
  });

  it('gives what is waiting before a failure', async () => {
    const merger = new LineMerger();
    await merger.push(line(1, 'a'));
    merger.end(new Error('gone'));
    const batches = merger.batches();
    expect((await batches.next()).value).toHaveLength(1);
    await expect(batches.next()).rejects.toThrow('gone');
  });

  it('lets readers go when nobody reads any more', async () => {
    const merger = new LineMerger();
    const batches = merger.batches();
    const first = batches.next();
    await merger.push(line(1, 'a'));
    await first;
    await batches.return();
    for (let index = 0; index < 3_000; index += 1) await merger.push(line(index, 'a'));
  });
});

describe('replicas', () => {
  const labels = { 'dev.longshore.app': 'shop', 'dev.longshore.release': '4', 'com.docker.swarm.task.name': 'shop-r4.12.w5k2x0' };

  it('are named by app and slot', () => {
    expect(replicaOf('c1', labels, 'shop')).toEqual({ id: 'c1', name: 'shop.12', release: 4 });
  });

  it('are only those of the app', () => {
    expect(replicaOf('c1', labels, 'blog')).toBeNull();
    expect(replicaOf('c1', { ...labels, 'com.docker.swarm.task.name': '' }, 'shop')).toBeNull();
  });
});
