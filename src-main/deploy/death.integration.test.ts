import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutServer, execOn, healServer, rebootServer } from '../../sandbox/index.ts';
import { listApps, listReleases, parseImageTag } from '../apps/index.ts';
import { poll, sleep } from '../base/wait.ts';
import { type DeployDeps, type StageId, startDeploy, startRollback, startStart, startStop } from './index.ts';
import { ask, type Practice, practise, project, startLoad } from './practice-app.ts';

const SERVER = 'deploy-death';
const onShop = { server: SERVER, app: 'shop' };
let practice: Practice;
let host: string;
let live = 1;

beforeAll(async () => {
  practice = await practise(SERVER);
  const job = await practice.succeeded(startDeploy(practice.deps, practice.request('shop')));
  host = job.result?.host ?? '';
});
afterAll(() => practice.end());

/** The lease of a dead run ends after three seconds, so that the next run need not wait for long. */
function mortal(stage: StageId): DeployDeps {
  return {
    ...practice.deps,
    leaseTtlMs: 3_000,
    hooks: {
      at(reached, when) {
        if (reached === stage && when === 'after') throw new Error(`died after ${stage}`);
      },
    },
  };
}

/** What is on the server has to be one whole release and its history, and nothing of a run that died. */
async function expectConverged(release: number): Promise<void> {
  const { docker, edge } = practice.session;
  const services = (await docker.services()).filter((service) => service.name !== 'longshore-edge');
  expect(services.map((service) => service.name.replace('-again', ''))).toEqual([`shop-r${release}`]);
  const configs = (await docker.configs()).map((config) => config.name);
  expect(configs.filter((name) => name.endsWith('.lease'))).toEqual([]);
  const releases = await listReleases(practice.session, 'shop');
  expect(releases.filter((each) => each.state === 'live').map((each) => each.record.number)).toEqual([release]);
  expect(releases.filter((each) => each.state === 'unfinished')).toEqual([]);
  const kept = new Set(releases.filter((each) => each.state === 'kept' || each.state === 'live').map((each) => each.record.number));
  const tags = (await docker.images()).flatMap((image) => image.tags).flatMap((tag) => parseImageTag(tag) ?? []);
  expect(tags.filter((tag) => !kept.has(tag.release))).toEqual([]);
  expect((await edge.readLive()).live).toEqual({ shop: services[0]?.labels['dev.longshore.slot'] });
  expect(await listApps(practice.session)).toMatchObject([{ name: 'shop', state: 'live', release }]);
  expect(await ask(practice.server.host, host)).toEqual({ status: 200, release: String(release) });
}

const stages: readonly StageId[] = ['scan', 'pack', 'upload', 'build', 'configure', 'start', 'healthy', 'route', 'drain', 'record'];

describe('a laptop that dies during a deploy', () => {
  it.each(stages)('after %s: an old or new release serves on, and the next run clears up', async (stage) => {
    const load = startLoad(practice.server.host, host);
    const died = await practice.ended(startDeploy(mortal(stage), practice.request('shop')));
    expect(died).toMatchObject({ state: 'failed', error: { message: `died after ${stage}` } });
    const next = await practice.succeeded(startDeploy({ ...practice.deps, leaseTtlMs: 3_000 }, practice.request('shop')));
    const { failures, requests } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(10);
    live = next.result?.release ?? 0;
    await expectConverged(live);
  });
});

describe('a laptop that dies during another job', () => {
  it.each(['route'] as const)('a rollback after %s', async (stage) => {
    await practice.ended(startRollback(mortal(stage), { ...onShop, number: null }));
    const next = await practice.succeeded(startRollback({ ...practice.deps, leaseTtlMs: 3_000 }, { ...onShop, number: live }));
    await expectConverged(next.result?.release ?? 0);
  });

  it.each(['drain'] as const)('a stop after %s', async (stage) => {
    await practice.ended(startStop(mortal(stage), onShop));
    expect(await listApps(practice.session)).toMatchObject([{ state: 'stopped' }]);
    await practice.succeeded(startStop({ ...practice.deps, leaseTtlMs: 3_000 }, onShop));
    expect((await ask(practice.server.host, host)).status).toBe(503);
    await practice.succeeded(startStart(practice.deps, onShop));
    await expectConverged(live);
  });

  it.each(['healthy'] as const)('a start after %s', async (stage) => {
    await practice.succeeded(startStop(practice.deps, onShop));
    await practice.ended(startStart(mortal(stage), onShop));
    await practice.succeeded(startStart({ ...practice.deps, leaseTtlMs: 3_000 }, onShop));
    await expectConverged(live);
  });
});

describe('a server that goes away in the middle', () => {
  /** Does `outage` when the stage begins, beside it; the deploy has to succeed all the same. */
  async function deployThrough(stage: StageId, outage: () => Promise<unknown>): Promise<void> {
    const outages: Promise<unknown>[] = [];
    const deps: DeployDeps = {
      ...practice.deps,
      hooks: {
        at(reached, when) {
          if (reached === stage && when === 'before') outages.push(outage());
        },
      },
    };
    const job = await practice.ended(startDeploy(deps, practice.request('shop', { settings: { healthySeconds: 120 } })));
    await Promise.all(outages);
    expect(job.error).toBeNull();
    live = job.result?.release ?? 0;
    // A daemon that was restarted has stopped every container, and starts them again after the job has ended.
    const up = async (): Promise<true | undefined> => ((await listApps(practice.session))[0]?.state === 'live' ? true : undefined);
    expect(await poll(up, { everyMs: 300, withinMs: 60_000 })).toBe(true);
    await expectConverged(live);
  }

  it.each(['start', 'healthy', 'drain', 'record'] as const)('a link that breaks in %s is renewed', (stage) =>
    deployThrough(stage, () => practice.connection.renew()),
  );

  it('a network that is cut for half a minute while it waits for health', () =>
    deployThrough('healthy', async () => {
      await cutServer(SERVER);
      await sleep(30_000);
      await healServer(SERVER);
    }));

  it('a Docker daemon that is restarted during the drain', () => deployThrough('drain', () => execOn(SERVER, 'systemctl restart docker')));

  it.each(['healthy', 'drain'] as const)('a reboot in %s', (stage) => deployThrough(stage, () => rebootServer(SERVER)));

  it('a reboot during the build: the deploy says so, the old release comes back, and the next deploy is a whole one', async () => {
    const folder = await project({ Dockerfile: 'FROM node:20\nRUN echo begun && sleep 120\n' });
    const id = startDeploy(practice.deps, practice.request('shop', { path: folder }));
    for await (const lines of practice.deps.jobs.log(id, new AbortController().signal)) {
      if (lines.some((line) => line.text.includes('begun') && !line.text.startsWith('Step'))) break;
    }
    await rebootServer(SERVER);
    const job = await practice.ended(id);
    await rm(folder, { recursive: true });
    expect(job.state).toBe('failed');
    expect(job.error?.code).toMatch(/^(docker-unavailable|ssh-lost)$/);
    expect(job.error?.message).toContain(SERVER);
    expect(job.error?.next).toBeTruthy();
    expect(job.stages.find((stage) => stage.state === 'failed')?.id).toBe('build');
    const serves = async (): Promise<true | undefined> => {
      const answer = await ask(practice.server.host, host).catch(() => null);
      return answer?.status === 200 && answer.release === String(live) ? true : undefined;
    };
    expect(await poll(serves, { everyMs: 250, withinMs: 60_000 })).toBe(true);
    const next = await practice.succeeded(startDeploy({ ...practice.deps, leaseTtlMs: 3_000 }, practice.request('shop')));
    live = next.result?.release ?? 0;
    await expectConverged(live);
  });
});
