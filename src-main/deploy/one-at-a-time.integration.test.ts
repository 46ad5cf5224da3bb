import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelNames, listApps, listReleases } from '../apps/index.ts';
import { poll, sleep } from '../base/wait.ts';
import type { JobSummary } from '../contract/index.ts';
import { type DeployDeps, startConfigure, startDeploy, startPause, startRestart, startResume } from './index.ts';
import { ask, type Practice, practise, startLoad } from './practice-app.ts';

const SERVER = 'deploy-turns';
const onShop = { server: SERVER, app: 'shop' };
let practice: Practice;
let host: string;

beforeAll(async () => {
  practice = await practise(SERVER);
  const settings = { oneAtATime: true, healthySeconds: 60, drainSeconds: 20 };
  const job = await practice.succeeded(startDeploy(practice.deps, practice.request('shop', { settings })));
  host = job.result?.host ?? '';
});
afterAll(() => practice?.end());

interface Turns {
  /** The most containers of the app that ran at the same time. */
  readonly most: number;
  /** Those that ran, by release, in the order in which they began. */
  readonly began: readonly string[];
}

/** Follows which containers of the app run, as Docker tells it. */
async function watchTurns(): Promise<{ stop(): Promise<Turns> }> {
  const { docker } = practice.session;
  const stopping = new AbortController();
  const running = new Set((await docker.containers({ labels: { [labelNames.app]: 'shop' } })).map(({ id }) => id));
  const began: string[] = [];
  let most = running.size;
  const since = Math.floor((await docker.serverTime()) / 1000);
  const followed = (async () => {
    for await (const event of docker.events({ since, signal: stopping.signal })) {
      if (event.type !== 'container' || event.attributes[labelNames.app] !== 'shop') continue;
      if (event.action === 'start' && !running.has(event.id)) {
        running.add(event.id);
        began.push(event.attributes[labelNames.release] ?? '');
      }
      if (event.action === 'die') running.delete(event.id);
      most = Math.max(most, running.size);
    }
  })().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return {
    async stop() {
      stopping.abort();
      await followed;
      return { most, began };
    },
  };
}

/** Runs a job under load; no two releases may run at once, and no request fail unless the app itself cuts some. */
async function underLoad(
  start: () => string,
  { cutsItself = false } = {},
): Promise<{ readonly job: JobSummary; readonly began: readonly string[] }> {
  const turns = await watchTurns();
  const load = startLoad(practice.server.host, host, 70_000);
  const job = await practice.ended(start());
  const { failures, requests } = await load.stop();
  const { most, began } = await turns.stop();
  if (!cutsItself) expect(failures, `of ${requests} requests while ${job.title} ${job.state}: ${JSON.stringify(job.error)}`).toEqual([]);
  expect(requests).toBeGreaterThan(10);
  expect(most).toBe(1);
  return { job, began };
}

async function expectServed(release: number): Promise<void> {
  const { docker } = practice.session;
  expect(await listApps(practice.session)).toMatchObject([{ name: 'shop', state: 'live', release }]);
  const services = (await docker.services()).filter((service) => service.name !== 'longshore-edge');
  expect(services.map((service) => [service.labels[labelNames.release], service.replicas])).toEqual([[String(release), 1]]);
  expect(await ask(practice.server.host, host)).toEqual({ status: 200, release: String(release) });
}

describe('an app that runs one release at a time', () => {
  it('loses no request while a new release takes the place of the old one, and runs never twice', async () => {
    const { job, began } = await underLoad(() => startDeploy(practice.deps, practice.request('shop')));
    expect(job).toMatchObject({ state: 'succeeded', result: { release: 2, probe: { failed: 0 } } });
    expect(began).toEqual(['2']);
    await expectServed(2);
  });

  it('comes back by itself when the new release does not become healthy, on another port as well', async () => {
    const settings = { environment: { MODE: 'broken' }, healthySeconds: 5, port: 3100 };
    const { job, began } = await underLoad(() => startConfigure(practice.deps, { ...onShop, settings }));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'app-unhealthy' } });
    expect(job.error?.next).toContain('Release 2 serves again.');
    expect(began).toEqual(['3', '2']);
    await expectServed(2);
    expect((await listReleases(practice.session, 'shop'))[0]).toMatchObject({ record: { number: 3 }, state: 'failed' });
  });

  it('comes back when the new release dies while it is watched', async () => {
    const settings = { environment: { MODE: 'dying' }, watchSeconds: 10 };
    const { job, began } = await underLoad(() => startConfigure(practice.deps, { ...onShop, settings }), { cutsItself: true });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'app-crashed' } });
    expect(job.error?.message).toContain('release 2 serves again');
    expect(began.at(0)).toBe('4');
    expect(began.at(-1)).toBe('2');
    await expectServed(2);
  });

  it('serves by the new release when the laptop dies once it was started, and the next run finishes it', async () => {
    const died: DeployDeps = {
      ...practice.deps,
      leaseTtlMs: 3_000,
      hooks: {
        at(reached, when) {
          if (reached === 'start' && when === 'after') throw new Error('the laptop died');
        },
      },
    };
    const { job } = await underLoad(() => startRestart(died, onShop));
    expect(job.state).toBe('failed');
    const seen = await poll(
      async () => {
        const [app] = await listApps(practice.session);
        return app?.state === 'live' ? app : undefined;
      },
      { everyMs: 300, withinMs: 60_000 },
    );
    expect(seen).toMatchObject({ release: 2 });
    const { began } = await underLoad(() => startRestart({ ...practice.deps, leaseTtlMs: 3_000 }, onShop));
    expect(began).toEqual(['2']);
    await expectServed(2);
  });

  it('has its requests wait while it is paused, and no longer than was said', async () => {
    const { edge } = practice.session;
    const address = practice.server.host;
    await practice.succeeded(startPause(practice.deps, { ...onShop, seconds: 60 }));
    expect((await listApps(practice.session))[0]).toMatchObject({ state: 'live', pausedUntil: expect.any(Number) });
    let answered = false;
    const waiting = ask(address, host, { method: 'POST', patienceMs: 70_000 }).then((answer) => {
      answered = true;
      return answer;
    });
    // Our own requests are answered meanwhile, each of which takes its time.
    for (let count = 0; count < 20; count += 1) expect((await edge.request(host, '/')).status).toBe(200);
    expect(answered).toBe(false);
    await practice.succeeded(startResume(practice.deps, onShop));
    expect(await waiting).toEqual({ status: 200, release: '2' });

    await edge.pause('shop', 1);
    const over = await poll(
      async () => {
        const answer = await Promise.race([ask(address, host), sleep(1_000)]);
        return answer?.status === 200 ? answer : undefined;
      },
      { everyMs: 200, withinMs: 30_000 },
    );
    expect(over).toEqual({ status: 200, release: '2' });
    await practice.succeeded(startResume(practice.deps, onShop));
    expect((await listApps(practice.session))[0]?.pausedUntil).toBeUndefined();
  });
});
