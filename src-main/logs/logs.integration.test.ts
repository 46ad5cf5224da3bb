import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rebootServer } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import type { LogLine, LogRequest } from '../contract/index.ts';
import { startConfigure, startDeploy, startRestart } from '../deploy/index.ts';
import { type Practice, practise, project } from '../deploy/practice-app.ts';
import { followLogs } from './index.ts';

const SERVER = 'logs-live';
const onShop = { server: SERVER, app: 'shop' };

/** Counts on stdout every 5 ms, and every tenth time on stderr as well. */
const counter = `
const http = require('node:http');
http.createServer((_, answer) => answer.end('ok')).listen(process.env.PORT);
let count = 0;
setInterval(() => { console.log('count', ++count); if (count % 10 === 0) console.error('tens', count / 10); }, 5);
`;

let practice: Practice;
beforeAll(async () => {
  practice = await practise(SERVER);
  const path = await project({ 'server.js': counter });
  await practice.succeeded(startDeploy(practice.deps, practice.request('shop', { path, settings: { replicas: 2 } })));
});
afterAll(() => practice.end());

const request = (change: Partial<LogRequest> = {}): LogRequest => ({ ...onShop, tail: 100, follow: true, ...change });

class Reader {
  readonly lines: LogLine[] = [];
  readonly batches: (readonly LogLine[])[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(change: Partial<LogRequest> = {}) {
    this.#done = this.#read(request(change));
  }

  async #read(what: LogRequest): Promise<void> {
    for await (const batch of followLogs(practice.session, what, this.#stop.signal)) {
      this.batches.push(batch);
      this.lines.push(...batch);
    }
  }

  /** Waits until `count` more lines have come. */
  async more(count: number): Promise<void> {
    const wanted = this.lines.length + count;
    const came = await poll(() => (this.lines.length >= wanted ? true : undefined), { everyMs: 50, withinMs: 60_000 });
    if (!came) throw new Error(`Only ${this.lines.length} of ${wanted} lines came`);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  /** The numbers that one replica of one release counted on one stream. */
  counted(replica: string, release: number, stream: LogLine['stream']): number[] {
    return this.lines
      .filter((line) => line.replica === replica && line.release === release && line.stream === stream)
      .map((line) => Number(line.text.split(' ')[1]));
  }
}

/** Each number once, one after another. */
function expectUnbroken(numbers: readonly number[]): void {
  const first = numbers[0] ?? Number.NaN;
  expect(numbers).toEqual(numbers.map((_, index) => first + index));
}

describe('the log of an app', () => {
  it('begins with the last lines of all replicas and goes on with each, in the order of time', async () => {
    const reader = new Reader();
    await reader.more(500);
    await reader.stop();
    expect(new Set(reader.lines.map((line) => line.replica))).toEqual(new Set(['shop.1', 'shop.2']));
    expect(reader.batches[0]).toHaveLength(100);
    for (const replica of ['shop.1', 'shop.2']) {
      expectUnbroken(reader.counted(replica, 1, 'stdout'));
      expectUnbroken(reader.counted(replica, 1, 'stderr'));
    }
    for (const batch of reader.batches) {
      const times = batch.map((line) => Date.parse(line.at));
      expect(times).toEqual([...times].sort((one, other) => one - other));
    }
  });

  it('loses and doubles nothing when the connection is lost', async () => {
    const reader = new Reader({ tail: 0 });
    for (let cut = 0; cut < 6; cut += 1) {
      await reader.more(300);
      await practice.connection.renew();
    }
    await reader.more(500);
    await reader.stop();
    for (const replica of ['shop.1', 'shop.2']) {
      for (const stream of ['stdout', 'stderr'] as const) expectUnbroken(reader.counted(replica, 1, stream));
    }
  });

  it('goes on with replicas and releases that appear later, from their first line', async () => {
    const reader = new Reader({ tail: 0 });
    await practice.succeeded(startConfigure(practice.deps, { ...onShop, settings: { replicas: 3 } }));
    await practice.succeeded(startConfigure(practice.deps, { ...onShop, settings: { environment: { NEW: '1' } } }));
    await reader.more(500);
    await reader.stop();
    for (const [replica, release] of [
      ['shop.3', 1],
      ['shop.1', 2],
      ['shop.2', 2],
      ['shop.3', 2],
    ] as const) {
      const numbers = reader.counted(replica, release, 'stdout');
      expect(numbers[0]).toBe(1);
      expectUnbroken(numbers);
    }
  });

  it('follows a restart', async () => {
    const reader = new Reader({ tail: 0 });
    await practice.succeeded(startRestart(practice.deps, onShop));
    await reader.more(200);
    await reader.stop();
    expect(reader.counted('shop.1', 2, 'stdout').filter((number) => number === 1)).toEqual([1]);
  });

  it('goes on after a reboot, of which Swarm may bring back the same container', async () => {
    const reader = new Reader({ tail: 0 });
    for (let reboot = 0; reboot < 3; reboot += 1) {
      await reader.more(200);
      await rebootServer(SERVER);
    }
    await reader.more(200);
    await reader.stop();
  });

  it('ends by itself when it is not to be followed, with as many lines as asked for, the last ones', async () => {
    const all: LogLine[] = [];
    for await (const batch of followLogs(practice.session, request({ follow: false, tail: 30 }), new AbortController().signal))
      all.push(...batch);
    expect(all).toHaveLength(30);
    const since = all[10]?.at;
    const later: LogLine[] = [];
    const again = request({ follow: false, tail: 100_000, ...(since ? { since } : {}) });
    for await (const batch of followLogs(practice.session, again, new AbortController().signal)) later.push(...batch);
    expect(later[0]?.at).toBe(since);
    expect(later.length).toBeGreaterThanOrEqual(20);
  });

  it('is refused for an app that is not there, and for a time that is none', async () => {
    const first = (change: Partial<LogRequest>) =>
      followLogs(practice.session, request(change), new AbortController().signal)[Symbol.asyncIterator]().next();
    await expect(first({ app: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(first({ since: 'yesterday' })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
