import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execOn, fillDisk, unfillDisk } from '../../sandbox/index.ts';
import { listApps, listReleases, parseImageTag } from '../apps/index.ts';
import { poll } from '../base/wait.ts';
import type { DeployRequest, ErrorShape, JobSummary, SettingsChange } from '../contract/index.ts';
import { type FaultHooks, type StageId, startConfigure, startDeploy, startRemove, startRollback } from './index.ts';
import { acquireLease } from './lease.ts';
import { ask, type Practice, practise, project, startLoad } from './practice-app.ts';

const SERVER = 'deploy-fail';
const onShop = { server: SERVER, app: 'shop' };
let practice: Practice;
let host: string;

/** Everything on the server that is an app's, with versions: equal before and after when nothing was touched. */
async function state(): Promise<unknown> {
  const { docker, edge } = practice.session;
  return {
    services: (await docker.services()).map((service) => [service.name, service.replicas]).sort(),
    configs: (await docker.configs()).map((config) => config.name).sort(),
    tags: (await docker.images())
      .flatMap((image) => image.tags)
      .filter((tag) => parseImageTag(tag) !== null)
      .sort(),
    live: await edge.readLive(),
  };
}

beforeAll(async () => {
  practice = await practise(SERVER);
  const job = await practice.succeeded(startDeploy(practice.deps, practice.request('shop')));
  host = job.result?.host ?? '';
});
afterAll(() => practice.end());

const deploy = (change: Partial<DeployRequest>): string => startDeploy(practice.deps, practice.request('shop', change));

/** Ends a job that has to fail; the old release has to answer every request meanwhile. */
async function fails(job: string): Promise<{ readonly job: JobSummary; readonly error: ErrorShape }> {
  const load = startLoad(practice.server.host, host);
  const ended = await practice.ended(job);
  const { failures, releases } = await load.stop();
  expect(failures).toEqual([]);
  expect([...releases]).toEqual(['1']);
  expect(ended.state).toBe('failed');
  if (!ended.error) throw new Error('It failed without saying why');
  return { job: ended, error: ended.error };
}

const failedStage = (job: JobSummary): string | undefined => job.stages.find((stage) => stage.state === 'failed')?.id;

describe('a build that fails', () => {
  it('names the failing step and leaves everything as it was', async () => {
    const before = await state();
    const folder = await project({ Dockerfile: 'FROM node:20\nRUN echo about to fail && exit 7\n' });
    const { job, error } = await fails(deploy({ path: folder }));
    await rm(folder, { recursive: true });
    expect(error.code).toBe('build-failed');
    expect(error.detail).toContain('about to fail');
    expect(failedStage(job)).toBe('build');
    expect(await state()).toEqual(before);
  });

  it('is told apart from a Dockerfile that Docker cannot read', async () => {
    const { job, error } = await fails(deploy({ dockerfile: 'FORM node:20\n' }));
    expect(error.code).toBe('build-failed');
    expect(error.detail).toMatch(/FORM/i);
    expect(failedStage(job)).toBe('build');
  });
});

describe('a folder that cannot be sent', () => {
  it('is refused before the server is asked', async () => {
    const job = await practice.ended(deploy({ path: '/nowhere/at/all' }));
    expect(job.error?.code).toBe('not-a-folder');
    expect(failedStage(job)).toBe('scan');
  });

  it('is refused without a Dockerfile in an unknown language', async () => {
    const strange = await project({ 'main.zig': 'x' });
    await Promise.all(['Dockerfile', 'server.js'].map((name) => rm(`${strange}/${name}`)));
    const job = await practice.ended(deploy({ path: strange }));
    await rm(strange, { recursive: true });
    expect(job.error?.code).toBe('language-unknown');
  });
});

describe('a release that does not become healthy', () => {
  const healthySeconds = 12;
  const mode = (MODE: string, change: SettingsChange = {}): SettingsChange => ({ environment: { MODE }, healthySeconds, ...change });
  let before: unknown;
  beforeEach(async () => {
    // What a test that failed has left behind must not make the next one fail.
    for (const { record } of await listReleases(practice.session, 'shop')) {
      if (record.number > 1) await practice.session.docker.removeConfig(`longshore.shop.r${record.number}`);
    }
    before = await state();
  });

  async function nothingChangedBut(release: number, note: RegExp): Promise<void> {
    const [newest] = await listReleases(practice.session, 'shop');
    expect(newest).toMatchObject({ state: 'failed', record: { number: release } });
    expect(newest?.note).toMatch(note);
    const { docker } = practice.session;
    await docker.removeConfig(`longshore.shop.r${release}`);
    expect(await state()).toEqual(before);
  }

  it('because it crashes: with its exit code and its last lines, long before its time is up', async () => {
    const { job, error } = await fails(deploy({ settings: mode('crash', { healthySeconds: 600 }) }));
    expect(error.code).toBe('app-crashed');
    expect(error.message).toMatch(/^shop r2 on deploy-fail ended at start, 3 times: exit code 3$/);
    expect(error.detail).toContain('cannot find the thing');
    expect(error.next).toContain('Release 1 still serves.');
    expect(failedStage(job)).toBe('healthy');
    await nothingChangedBut(2, /exit code 3/);
  });

  it('because it listens on 127.0.0.1 only', async () => {
    const { error } = await fails(deploy({ settings: mode('loopback', { healthySeconds: 600 }) }));
    expect(error.code).toBe('app-loopback-only');
    expect(error.message).toContain('127.0.0.1:3000 only');
    await nothingChangedBut(2, /127\.0\.0\.1/);
  });

  it('because it listens on another port, which is named', async () => {
    const { error } = await fails(deploy({ settings: mode('elsewhere') }));
    expect(error).toMatchObject({ code: 'app-unhealthy', message: 'shop r2 on deploy-fail listens on port 8123, not on 3000' });
    expect(error.next).toContain('8123');
    await nothingChangedBut(2, /8123/);
  });

  it('because it answers with 500', async () => {
    const { error } = await fails(deploy({ settings: mode('broken') }));
    expect(error).toMatchObject({ code: 'app-unhealthy' });
    expect(error.message).toContain('answered GET / with status 500');
    await nothingChangedBut(2, /500/);
  });

  it('because it never listens', async () => {
    const { error } = await fails(deploy({ settings: mode('silent') }));
    expect(error).toMatchObject({ code: 'app-unhealthy' });
    expect(error.message).toContain('listened on no port within 12 s');
    await nothingChangedBut(2, /no port/);
  });

  it('because its health command fails, with what that said; where it goes well the port still has to answer', async () => {
    const command = 'echo no database yet; exit 4';
    const { error } = await fails(deploy({ settings: mode('well', { health: { kind: 'command', command }, healthIntervalSeconds: 1 }) }));
    expect(error).toMatchObject({ code: 'app-unhealthy' });
    expect(error.message).toBe(
      `The health command of shop r2 on ${SERVER} did not end well within 12 s: it ended with code 4: no database yet`,
    );
    await nothingChangedBut(2, /no database yet/);
    const silent = await fails(
      deploy({ settings: mode('silent', { health: { kind: 'command', command: 'true' }, healthIntervalSeconds: 1 }) }),
    );
    expect(silent.error.message).toContain('listened on no port within 12 s');
    await nothingChangedBut(2, /no port/);
  });

  it('because of changed settings: the image of the live release stays', async () => {
    const { error } = await fails(startConfigure(practice.deps, { ...onShop, settings: mode('crash') }));
    expect(error.code).toBe('app-crashed');
    await nothingChangedBut(2, /exit code 3/);
  });
});

describe('a cancel', () => {
  async function cancelIn(stage: string, job: string): Promise<JobSummary> {
    const { jobs } = practice.deps;
    const reached = await poll(() => (jobs.get(job).stages.find((each) => each.id === stage)?.state === 'running' ? true : undefined), {
      everyMs: 20,
      withinMs: 60_000,
    });
    expect(reached).toBe(true);
    jobs.cancel(job);
    return await practice.ended(job);
  }

  /** Deploys and cancels at a moment that no clock could hit. */
  async function cancelAt(stage: StageId, moment: 'before' | 'after', request: DeployRequest): Promise<JobSummary> {
    const { jobs } = practice.deps;
    let id = '';
    const hooks: FaultHooks = {
      at: (now, when) => {
        if (now === stage && when === moment) jobs.cancel(id);
      },
    };
    id = startDeploy({ ...practice.deps, hooks }, request);
    return await practice.ended(id);
  }

  it.each<[StageId, 'before' | 'after']>([
    ['scan', 'before'],
    ['scan', 'after'],
    ['pack', 'before'],
    ['pack', 'after'],
    ['configure', 'before'],
    ['configure', 'after'],
    ['start', 'before'],
    ['start', 'after'],
  ])('in %s, %s its work, ends as cancelled and leaves nothing', async (stage, moment) => {
    const before = await state();
    const load = startLoad(practice.server.host, host);
    const job = await cancelAt(stage, moment, practice.request('shop'));
    const { failures, releases } = await load.stop();
    expect({ failures, releases: [...releases] }).toEqual({ failures: [], releases: ['1'] });
    expect(job).toMatchObject({ state: 'cancelled', error: null, cancellable: true });
    const states = job.stages.map((each) => each.state);
    expect(states).not.toContain('failed');
    expect(states).not.toContain('running');
    expect(job.stages.find((each) => each.id === 'route')?.state).toBe('waiting');
    expect(await state()).toEqual(before);
  });

  it.each(['scan', 'configure', 'start'])('somewhere inside of %s leaves nothing either', async (stage) => {
    const before = await state();
    const job = await cancelIn(stage, deploy({}));
    expect(job).toMatchObject({ state: 'cancelled', error: null });
    expect(job.stages.find((each) => each.id === 'route')?.state).toBe('waiting');
    expect(await state()).toEqual(before);
  });

  it.each<[StageId, 'before' | 'after']>([
    ['route', 'after'],
    ['drain', 'before'],
    ['record', 'before'],
  ])('after the switch, in %s (%s), is refused with what stays, and the deploy comes to its end', async (stage, moment) => {
    const { jobs } = practice.deps;
    const request = practice.request('late');
    const [newest] = (await listApps(practice.session)).some((app) => app.name === 'late')
      ? await listReleases(practice.session, 'late')
      : [];
    const number = (newest?.record.number ?? 0) + 1;
    let id = '';
    let seen: JobSummary | null = null;
    let refusal: unknown = null;
    const hooks: FaultHooks = {
      at: (now, when) => {
        if (now !== stage || when !== moment) return;
        seen = jobs.get(id);
        try {
          jobs.cancel(id);
        } catch (error) {
          refusal = error;
        }
      },
    };
    id = startDeploy({ ...practice.deps, hooks }, request);
    const job = await practice.succeeded(id);
    const stays = `release ${number} is live, only tidying up is left`;
    expect(seen).toMatchObject({ state: 'running', cancellable: false, stays });
    expect(refusal).toMatchObject({ code: 'busy', message: `Past the point of no return: ${stays}.` });
    expect(job.result?.release).toBe(number);
    expect(job.stages.map((each) => each.state)).not.toContain('cancelled');
    expect(await ask(practice.server.host, job.result?.host ?? '')).toEqual({ status: 200, release: String(number) });
    expect((await listReleases(practice.session, 'late'))[0]).toMatchObject({ state: 'live', record: { number } });
  });

  it('of a removal is refused once it has begun, and nothing of the app stays', async () => {
    const { jobs } = practice.deps;
    let id = '';
    let refusal: unknown = null;
    const hooks: FaultHooks = {
      at: (now, when) => {
        if (now !== 'drain' || when !== 'before') return;
        try {
          jobs.cancel(id);
        } catch (error) {
          refusal = error;
        }
      },
    };
    id = startRemove({ ...practice.deps, hooks }, { server: SERVER, app: 'late' });
    await practice.succeeded(id);
    expect(refusal).toMatchObject({ code: 'busy', message: 'Past the point of no return: late is being removed.' });
    expect((await listApps(practice.session)).map((app) => app.name)).toEqual(['shop']);
  });

  it('during the build stops it on the server and leaves nothing', async () => {
    const before = await state();
    const folder = await project({ Dockerfile: 'FROM node:20\nRUN echo begun && sleep 120\n' });
    const id = deploy({ path: folder });
    for await (const lines of practice.deps.jobs.log(id, new AbortController().signal)) {
      if (lines.some((line) => line.text.includes('begun') && !line.text.startsWith('Step'))) break;
    }
    const job = await cancelIn('build', id);
    await rm(folder, { recursive: true });
    expect(job.state).toBe('cancelled');
    expect(job.stages.find((stage) => stage.id === 'build')?.state).toBe('cancelled');
    expect(await state()).toEqual(before);
    const building = async (): Promise<true | undefined> => {
      const { docker } = practice.session;
      const busy = (await docker.containers()).filter((container) => !('com.docker.swarm.service.name' in container.labels));
      return busy.length === 0 ? true : undefined;
    };
    expect(await poll(building, { everyMs: 200, withinMs: 15_000 })).toBe(true);
  });

  it('during the upload stops it at once and leaves nothing', async () => {
    const before = await state();
    const folder = await project({});
    // Cannot be compressed, so that the upload is still under way when it is cancelled.
    for (let part = 0; part < 6; part += 1) await writeFile(`${folder}/part${part}`, randomBytes(60_000_000));
    const job = await cancelIn('upload', deploy({ path: folder }));
    await rm(folder, { recursive: true });
    expect(job.state).toBe('cancelled');
    expect(job.stages.map((stage) => stage.state)).not.toContain('failed');
    expect(await state()).toEqual(before);
  });

  it('while it waits for health takes the service, the record and the image away again', async () => {
    const before = await state();
    const job = await cancelIn('healthy', deploy({ settings: { environment: { MODE: 'silent' } } }));
    expect(job.state).toBe('cancelled');
    expect(await state()).toEqual(before);
  });
});

describe('what belongs to others', () => {
  it('is a domain of another app', async () => {
    await practice.succeeded(startDeploy(practice.deps, practice.request('blog', { settings: { domains: ['blog.example.com'] } })));
    const { error, job } = await fails(deploy({ settings: { domains: ['blog.example.com'] } }));
    expect(error).toMatchObject({ code: 'domain-taken', message: 'blog.example.com already leads to the app blog on this server' });
    expect(failedStage(job)).toBe('scan');
    expect((await ask(practice.server.host, 'blog.example.com')).status).toBe(200);
  });

  it('is an app that another computer is working on', async () => {
    const { docker } = practice.session;
    const lease = await acquireLease({
      docker,
      server: SERVER,
      app: 'shop',
      holder: 'ada@laptop',
      doing: 'deploy',
      ttlMs: 90_000,
      signal: new AbortController().signal,
      onWait: () => undefined,
    });
    const { error } = await fails(startRollback(practice.deps, { ...onShop, number: null }));
    expect(error.code).toBe('lease-held');
    expect(error.message).toMatch(/^ada@laptop is running a deploy of shop on deploy-fail; its last sign was \d+ s ago$/);
    await lease.release();
  });

  it('is a release that is not there', async () => {
    const { error } = await fails(startRollback(practice.deps, { ...onShop, number: 77 }));
    expect(error.code).toBe('not-found');
    const none = await fails(startRollback(practice.deps, { ...onShop, number: null }));
    expect(none.error.code).toBe('release-gone');
  });
});

describe('a server that is in no state to build', () => {
  it('because its disk is full: refused before anything is sent, and told in numbers', async () => {
    const before = await state();
    await fillDisk(SERVER, 100);
    try {
      const { job, error } = await fails(deploy({}));
      expect(error.code).toBe('disk-full');
      expect(error.message).toMatch(/^deploy-fail has [\d.]+ .?B of disk left, and this build wants [\d.]+ .?B$/);
      expect(error.next).toMatch(/^Remove .* deploy again/);
      expect(failedStage(job)).toBe('scan');
      expect(job.stages.find((stage) => stage.id === 'upload')?.state).not.toBe('done');
    } finally {
      await unfillDisk(SERVER);
    }
    expect(await state()).toEqual(before);
  });

  it('because Docker is stopped: says so, and the deploy after its start is the next release', async () => {
    const before = await state();
    const serves = async (release: string): Promise<true | undefined> => {
      const answer = await ask(practice.server.host, host).catch(() => null);
      return answer?.status === 200 && answer.release === release ? true : undefined;
    };
    expect((await execOn(SERVER, 'systemctl stop docker.socket docker.service')).code).toBe(0);
    try {
      // Nothing answers through the edge meanwhile: it is a container as well.
      const job = await practice.ended(deploy({}));
      expect(job).toMatchObject({ state: 'failed', title: `Deploy shop to ${SERVER}`, server: SERVER });
      expect(job.error).toMatchObject({ code: 'docker-unavailable', message: expect.stringContaining('Docker does not answer') });
      expect(job.error?.next).toMatch(/set-up/);
      expect(failedStage(job)).toBe('scan');
    } finally {
      expect((await execOn(SERVER, 'systemctl start docker.socket docker.service')).code).toBe(0);
    }
    expect(await poll(() => serves('1'), { everyMs: 250, withinMs: 90_000 })).toBe(true);
    // Of other apps the containers may come later than this one's.
    const same = async (): Promise<true | undefined> => (isDeepStrictEqual(await state(), before) ? true : undefined);
    await poll(() => same().catch(() => undefined), { everyMs: 250, withinMs: 30_000 });
    expect(await state()).toEqual(before);
    const { result } = await practice.succeeded(deploy({}));
    expect(await poll(() => serves(String(result?.release)), { everyMs: 50, withinMs: 10_000 })).toBe(true);
    expect(result?.release).not.toBe(1);
  });
});
