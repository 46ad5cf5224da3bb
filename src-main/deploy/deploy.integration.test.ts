import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appDetail, listApps, listReleases, parseImageTag, rolloutView } from '../apps/index.ts';
import type { JobSummary } from '../contract/index.ts';
import { startConfigure, startDeploy, startRemove, startRestart, startRollback, startStart, startStop } from './index.ts';
import { ask, type Practice, practise, startLoad } from './practice-app.ts';

let practice: Practice;
let host: string;
beforeAll(async () => {
  practice = await practise('deploy-path');
});
afterAll(() => practice.end());

const onShop = { server: 'deploy-path', app: 'shop' };
const states = (job: JobSummary): Record<string, string> => Object.fromEntries(job.stages.map((stage) => [stage.id, stage.state]));

async function answeredBy(): Promise<string | null> {
  return (await ask(practice.server.host, host)).release;
}

/** Names of everything on the server that is an app's. */
async function leftOnServer(): Promise<string[]> {
  const { docker } = practice.session;
  const services = (await docker.services()).map((service) => service.name).filter((name) => name !== 'longshore-edge');
  const configs = (await docker.configs()).map((config) => config.name);
  const tags = (await docker.images()).flatMap((image) => image.tags).filter((tag) => parseImageTag(tag) !== null);
  return [...services, ...configs, ...tags].sort();
}

describe('an app on a fresh server', () => {
  it('is live after its first deploy, at its own name, and nothing is left of the way there', async () => {
    const job = await practice.succeeded(startDeploy(practice.deps, practice.request('shop')));
    const { distribute, watch, ...others } = states(job);
    expect([distribute, watch]).toEqual(['skipped', 'skipped']);
    expect(new Set(Object.values(others))).toEqual(new Set(['done']));
    host = job.result?.host ?? '';
    expect(host).toBe(`shop.${practice.server.host.replaceAll('.', '-')}.sslip.io`);
    expect(job.result).toMatchObject({ app: 'shop', release: 1, url: `http://${host}` });
    expect(await ask(practice.server.host, host)).toEqual({ status: 200, release: '1' });
    expect(await leftOnServer()).toEqual(['longshore.shop.r1', 'longshore/shop:r1', 'shop-r1']);
    expect(await listApps(practice.session)).toEqual([
      { name: 'shop', state: 'live', release: 1, replicas: { healthy: 1, wanted: 1 }, hosts: [host], https: [] },
    ]);
  });

  it('is replaced by its second deploy without a failed request', async () => {
    const load = startLoad(practice.server.host, host);
    // What a window shows meanwhile, each sight once.
    const sights: string[] = [];
    const looking = new AbortController();
    const looks = (async () => {
      while (!looking.signal.aborted) {
        const { releases } = await rolloutView(practice.session, 'shop');
        const sight = releases
          .map(({ release, serves, replicas }) => `r${release}${serves ? '*' : ''} ${replicas.map(({ state }) => state).join(' ')}`)
          .join(', ');
        if (sight !== sights.at(-1)) sights.push(sight);
      }
    })();
    const job = await practice.succeeded(startDeploy(practice.deps, practice.request('shop', { settings: { replicas: 2 } })));
    looking.abort();
    await looks;
    const seen = sights.join('\n');
    expect(sights[0], seen).toBe('r1* healthy');
    expect(
      sights.some((sight) => /^r1\* healthy, r2 .*(starting|healthy)/.test(sight)),
      seen,
    ).toBe(true);
    expect(
      sights.some((sight) => /^r1 healthy, r2\* healthy healthy$/.test(sight)),
      seen,
    ).toBe(true);
    const { requests, failures, releases } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(50);
    expect(releases).toContain('1');
    expect(job.result?.probe?.requests).toBeGreaterThan(0);
    expect(job.result?.probe?.failed).toBe(0);
    expect(await answeredBy()).toBe('2');
    expect((await appDetail(practice.session, 'shop')).replicas.filter((replica) => replica.state === 'healthy')).toHaveLength(2);
  });

  it('gets more replicas in place and fewer through the other slot, without a failed request', async () => {
    const load = startLoad(practice.server.host, host);
    const job = await practice.succeeded(startConfigure(practice.deps, { ...onShop, settings: { replicas: 5 } }));
    expect(job.kind).toBe('scale');
    expect(job.result?.release).toBe(2);
    expect(await appDetail(practice.session, 'shop')).toMatchObject({
      summary: { state: 'live', release: 2, replicas: { healthy: 5, wanted: 5 } },
      settings: { replicas: 5 },
    });
    await practice.succeeded(startConfigure(practice.deps, { ...onShop, settings: { replicas: 1 } }));
    expect((await load.stop()).failures).toEqual([]);
    expect(await appDetail(practice.session, 'shop')).toMatchObject({
      summary: { state: 'live', release: 2, replicas: { healthy: 1, wanted: 1 } },
      settings: { replicas: 1 },
    });
  });

  it('makes no write when its settings are what they are', async () => {
    const { docker } = practice.session;
    const versions = async (): Promise<unknown> => [
      (await docker.services()).map((service) => [service.name, service.versionIndex]),
      (await docker.configs()).map((config) => [config.name, config.versionIndex]),
    ];
    const before = await versions();
    const job = await practice.succeeded(startConfigure(practice.deps, { ...onShop, settings: { replicas: 1, port: 3000 } }));
    expect(states(job)).toMatchObject({ configure: 'already', start: 'skipped', record: 'skipped' });
    expect(await versions()).toEqual(before);
  });

  it('gets a release of the same image when its settings change, and answers to its new domain', async () => {
    const settings = { domains: ['shop.example.com'], environment: { GREETING: 'hello' } };
    const job = await practice.succeeded(startConfigure(practice.deps, { ...onShop, settings }));
    expect(job.result?.release).toBe(3);
    expect(await ask(practice.server.host, 'shop.example.com')).toEqual({ status: 200, release: '3' });
    const [third, second] = await listReleases(practice.session, 'shop');
    expect(third?.record.image).toBe(second?.record.image);
    expect(third?.record.settings).toMatchObject({ ...settings, replicas: 1 });
  });

  it('rolls back without a build, and does not keep the domain of the release it leaves', async () => {
    const load = startLoad(practice.server.host, host);
    const job = await practice.succeeded(startRollback(practice.deps, { ...onShop, number: null }));
    expect((await load.stop()).failures).toEqual([]);
    expect(job.result?.release).toBe(2);
    expect(await answeredBy()).toBe('2');
    expect((await ask(practice.server.host, 'shop.example.com')).status).toBe(404);
    const seen = (await listReleases(practice.session, 'shop')).map((release) => [release.record.number, release.state]);
    expect(seen).toEqual([
      [3, 'kept'],
      [2, 'live'],
      [1, 'kept'],
    ]);
  });

  it('restarts with fresh containers and no failed request, twice', async () => {
    const { docker } = practice.session;
    const containers = async (): Promise<string[]> => (await appDetail(practice.session, 'shop')).replicas.map((each) => each.taskId);
    for (const service of ['shop-r2-again', 'shop-r2']) {
      const before = await containers();
      const load = startLoad(practice.server.host, host);
      await practice.succeeded(startRestart(practice.deps, onShop));
      expect((await load.stop()).failures).toEqual([]);
      expect(await docker.service(service)).not.toBeNull();
      expect((await containers()).filter((id) => before.includes(id))).toEqual([]);
    }
  });

  it('stops, says so at the edge, and starts again', async () => {
    await practice.succeeded(startStop(practice.deps, onShop));
    expect((await ask(practice.server.host, host)).status).toBe(503);
    expect(await listApps(practice.session)).toMatchObject([{ state: 'stopped', release: 2, hosts: [host] }]);
    const again = await practice.succeeded(startStop(practice.deps, onShop));
    expect(states(again)).toEqual({ route: 'already', drain: 'skipped', stop: 'skipped' });
    await practice.succeeded(startStart(practice.deps, onShop));
    expect(await answeredBy()).toBe('2');
    expect(await listApps(practice.session)).toMatchObject([{ state: 'live', release: 2 }]);
  });

  it('keeps as many images as it is told, and their releases can be rolled back to', async () => {
    for (let count = 0; count < 3; count += 1) await practice.succeeded(startDeploy(practice.deps, practice.request('shop')));
    const tags = (await leftOnServer()).filter((name) => name.startsWith('longshore/'));
    expect(tags).toEqual(['longshore/shop:r3', 'longshore/shop:r4', 'longshore/shop:r5', 'longshore/shop:r6']);
    const job = await practice.succeeded(startRollback(practice.deps, { ...onShop, number: 4 }));
    expect(job.result?.release).toBe(4);
  });

  it('is gone without a trace once it is removed, and another app is not touched', async () => {
    await practice.succeeded(startDeploy(practice.deps, practice.request('blog')));
    await practice.succeeded(startRemove(practice.deps, onShop));
    expect(await leftOnServer()).toEqual(['blog-r1', 'longshore.blog.r1', 'longshore/blog:r1']);
    expect((await ask(practice.server.host, host)).status).toBe(404);
    expect((await ask(practice.server.host, host.replace('shop', 'blog'))).status).toBe(200);
    expect(Object.keys((await practice.session.edge.readLive()).live)).toEqual(['blog']);
  });
});
