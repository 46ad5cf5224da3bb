import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execOn } from '../../sandbox/index.ts';
import { listApps, listReleases, parseImageTag } from '../apps/index.ts';
import { poll, sleep } from '../base/wait.ts';
import type { JobSummary, SettingsChange } from '../contract/index.ts';
import { type DeployDeps, startConfigure, startDeploy, startRestart, startRollback } from './index.ts';
import { ask, type Practice, practise, project, startLoad } from './practice-app.ts';

const SERVER = 'd-watch';
const onShop = { server: SERVER, app: 'shop' };
const watchSeconds = 8;

/** Well until three seconds after its first visitor; what happens then is said by DIES. The edge's checks are no visitors. */
const mortalServer = `
const http = require('node:http');
const { DIES = '', PORT, LONGSHORE_RELEASE: release } = process.env;
let visited = false;
let status = 200;
const deaths = {
  crash: () => { console.error('the stock database is closed'); process.exit(7); },
  unwell: () => { status = 500; console.error('no answer from the stock database'); },
  marked: () => require('node:fs').unlinkSync('/tmp/well'),
  hungry: () => { const all = []; setInterval(() => all.push(Buffer.alloc(16 << 20, 1)), 20); },
};
if (DIES === 'marked') require('node:fs').writeFileSync('/tmp/well', '');
const app = http.createServer((question, answer) => {
  if (question.headers['user-agent'] !== 'longshore-health' && !visited) {
    visited = true;
    if (deaths[DIES]) setTimeout(deaths[DIES], 3000);
  }
  question.resume().on('end', () => setTimeout(() => {
    answer.statusCode = DIES === 'nature' ? 500 : status;
    answer.setHeader('x-release', release);
    answer.end('release ' + release + '\\n');
  }, Number(question.headers['x-wait'] ?? 20)));
});
app.listen(PORT, () => console.log('listening'));
process.on('SIGTERM', () => { app.close(() => process.exit(0)); app.closeIdleConnections(); });
`;

let practice: Practice;
let folder: string;
let host: string;
let live: number;

const deploy = (settings: SettingsChange, deps: DeployDeps = practice.deps): string =>
  startDeploy(deps, practice.request('shop', { path: folder, settings: { environment: {}, ...settings } }));
const dies = (how: string): SettingsChange => ({ environment: { DIES: how }, watchSeconds });
const stage = (job: JobSummary, id: string) => job.stages.find((each) => each.id === id);

beforeAll(async () => {
  practice = await practise(SERVER);
  folder = await project({ 'server.js': mortalServer });
  const job = await practice.succeeded(deploy({}));
  host = job.result?.host ?? '';
  live = job.result?.release ?? 0;
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await practice.end();
});

/** One service, one live release, no lease, and no image tag but of releases that can be rolled back to. */
async function expectWhole(release: number): Promise<void> {
  const { docker, edge } = practice.session;
  const services = (await docker.services()).filter((service) => service.labels['dev.longshore.app'] === 'shop');
  expect(services.map((service) => service.name.replace('-again', ''))).toEqual([`shop-r${release}`]);
  expect((await docker.configs()).map((config) => config.name).filter((name) => name.endsWith('.lease'))).toEqual([]);
  expect((await edge.readLive()).live['shop']).toBe(services[0]?.labels['dev.longshore.slot']);
  const releases = await listReleases(practice.session, 'shop');
  expect(releases.filter((each) => each.state === 'live').map((each) => each.record.number)).toEqual([release]);
  expect(releases.filter((each) => each.state === 'unfinished')).toEqual([]);
  const useful = new Set(releases.filter((each) => each.state === 'kept' || each.state === 'live').map((each) => each.record.number));
  const tags = (await docker.images()).flatMap((image) => image.tags).flatMap((tag) => parseImageTag(tag) ?? []);
  expect(tags.filter((tag) => tag.app === 'shop' && !useful.has(tag.release))).toEqual([]);
  // Settings that differ in their health check made HAProxy begin anew a moment ago: it may not have found its servers again.
  await expect
    .poll(async () => (await listApps(practice.session)).find((app) => app.name === 'shop'), { timeout: 10_000 })
    .toMatchObject({ state: 'live', release });
  expect(await ask(practice.server.host, host)).toEqual({ status: 200, release: String(release) });
}

interface Visit {
  /** When it was sent and when it was answered or failed, in milliseconds. */
  readonly at: number;
  readonly endedAt: number;
  /** 0 for a connection that broke. */
  readonly status: number;
  readonly release: string | null;
}

/** A visitor every 25 ms, whether earlier ones were answered or not, until stopped. */
function startVisits(name: string): { stop(): Promise<readonly Visit[]> } {
  const stopping = new AbortController();
  const visits: Promise<Visit>[] = [];
  const visit = async (method: string): Promise<Visit> => {
    const at = performance.now();
    const answer = await ask(practice.server.host, name, { method }).catch(() => ({ status: 0, release: null }));
    return { ...answer, at, endedAt: performance.now() };
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      visits.push(visit(visits.length % 3 === 0 ? 'POST' : 'GET'));
      await sleep(25, stopping.signal).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await loop;
      return await Promise.all(visits);
    },
  };
}

describe('a release that is well in its watch time', () => {
  it('is shown as live from the switch on, and the one before stands until the time is over', async () => {
    const { jobs, hooks: _, ...deps } = practice.deps;
    let id = '';
    let inWatch: JobSummary | null = null;
    let services: string[] = [];
    const hooks: DeployDeps['hooks'] = {
      async at(reached, moment) {
        if (reached !== 'watch' || moment !== 'before') return;
        inWatch = jobs.get(id);
        services = (await practice.session.docker.services()).map((service) => service.name).filter((name) => name.startsWith('shop-'));
      },
    };
    id = deploy({ watchSeconds }, { ...deps, jobs, hooks });
    const job = await practice.succeeded(id);
    const next = live + 1;
    expect(inWatch).toMatchObject({ state: 'running', result: { release: next, url: `http://${host}`, probe: null } });
    expect(services.sort()).toEqual([`shop-r${live}`, `shop-r${next}`]);
    expect(stage(job, 'watch')).toMatchObject({ state: 'done', detail: `well for ${watchSeconds} s` });
    expect(job.result?.probe?.failed).toBe(0);
    live = next;
    await expectWhole(live);
  });

  it('is not taken back because it answers 500 by nature, where its port alone is checked', async () => {
    const request = practice.request('grim', {
      path: folder,
      settings: { environment: { DIES: 'nature' }, health: { kind: 'tcp' }, watchSeconds: 5 },
    });
    await practice.succeeded(startDeploy(practice.deps, request));
    const job = await practice.succeeded(startDeploy(practice.deps, request));
    expect(job.result?.release).toBe(2);
  });

  it('stays when the user wants to wait no longer, and nothing is left over', async () => {
    const { jobs } = practice.deps;
    const id = deploy({ watchSeconds: 600 });
    const inWatch = await poll(
      () => (stage(jobs.get(id), 'watch')?.state === 'running' && jobs.get(id).cancellable ? jobs.get(id) : undefined),
      {
        everyMs: 50,
        withinMs: 60_000,
      },
    );
    expect(inWatch?.stays).toBe(`release ${live + 1} is live, and watched until 600 s after the switch`);
    jobs.cancel(id);
    const job = await practice.succeeded(id);
    live += 1;
    expect(job.result?.release).toBe(live);
    expect(stage(job, 'watch')).toMatchObject({ state: 'done', detail: 'left off by you; the release stays' });
    await expectWhole(live);
  });
});

describe('a release that dies in its watch time', () => {
  /** Under load; what fails has to have been broken by the dying release itself. */
  async function diesUnderLoad(job: string): Promise<JobSummary> {
    const load = startVisits(host);
    const ended = await practice.ended(job);
    const visits = await load.stop();
    const failed = visits.filter((visit) => visit.status !== 200);
    // From its first request until the release before has answered again: whoever came before or after was not touched.
    const own = visits.filter((visit) => visit.release !== null && visit.release !== String(live));
    const first = Math.min(...own.map((visit) => visit.at));
    const last = Math.max(...own.map((visit) => visit.at));
    const again = Math.min(...visits.filter((visit) => visit.release === String(live) && visit.at > last).map((visit) => visit.endedAt));
    console.log(`d-watch: ${failed.length} of ${visits.length} visits failed by the dying release; ${ended.error?.message}`);
    expect(failed.filter((visit) => visit.at < first || visit.at > again)).toEqual([]);
    expect(visits.filter((visit) => visit.at > again).length).toBeGreaterThan(10);
    expect(ended.state).toBe('failed');
    expect(ended.result).toBeNull();
    expect(stage(ended, 'watch')?.state).toBe('failed');
    expect(await ask(practice.server.host, host)).toEqual({ status: 200, release: String(live) });
    return ended;
  }

  it('because it crashes makes way for the one before, which never stopped running', async () => {
    const before = await practice.session.docker.tasks({ service: `shop-r${live}` });
    const dead = (await listReleases(practice.session, 'shop'))[0]?.record.number ?? 0;
    const job = await diesUnderLoad(deploy(dies('crash')));
    expect(job.error?.code).toBe('app-crashed');
    expect(job.error?.message).toMatch(
      new RegExp(
        `^Release ${dead + 1} of shop on ${SERVER} died [34567] s after the switch: exit code 7; release ${live} serves again, \\d+ of \\d+ probe requests failed meanwhile$`,
      ),
    );
    expect(job.error?.detail).toContain('the stock database is closed');
    const after = await practice.session.docker.tasks({ service: `shop-r${live}` });
    expect(after.map((task) => task.id)).toEqual(before.map((task) => task.id));
    const [newest] = await listReleases(practice.session, 'shop');
    expect(newest).toMatchObject({ state: 'failed', record: { number: dead + 1 }, note: job.error?.message });
    await expectWhole(live);
  });

  it('because the edge finds it unwell does so, too', async () => {
    const job = await diesUnderLoad(deploy(dies('unwell')));
    expect(job.error).toMatchObject({ code: 'app-unhealthy' });
    expect(job.error?.message).toContain('no replica passes its health check any more (L7STS 500');
    expect(job.error?.detail).toContain('no answer from the stock database');
    await expectWhole(live);
  });

  it('inside, while its port accepts connections, does so, too', async () => {
    const job = await diesUnderLoad(deploy({ ...dies('unwell'), health: { kind: 'tcp' } }));
    expect(job.error?.message).toMatch(
      /it answered, and then the last (\d+) requests only with status 500; release \d+ serves again, \1 of \d+ probe requests failed/,
    );
    await expectWhole(live);
  });

  it('by its health command, which fails after it went well, does so, too', async () => {
    const health = { kind: 'command', command: 'test -e /tmp/well' } as const;
    const job = await diesUnderLoad(deploy({ ...dies('marked'), health, healthIntervalSeconds: 1, healthRetries: 1 }));
    expect(job.error?.message).toContain('its health command failed');
    await expectWhole(live);
  });

  it('because Linux kills it for want of memory is told so', async () => {
    const hooks: DeployDeps['hooks'] = {
      async at(reached, moment) {
        if (reached !== 'route' || moment !== 'after') return;
        const find = `docker ps --quiet --filter label=dev.longshore.app=shop --latest`;
        const limited = await execOn(SERVER, `docker update --memory 96m --memory-swap 96m $(${find})`);
        expect(limited.code).toBe(0);
      },
    };
    const job = await diesUnderLoad(deploy(dies('hungry'), { ...practice.deps, hooks }));
    expect(job.error?.message).toContain('it ran out of memory');
    await expectWhole(live);
  });

  it('by a change of settings is taken back with its settings, and the next deploy is a whole one', async () => {
    const job = await diesUnderLoad(startConfigure(practice.deps, { ...onShop, settings: dies('crash') }));
    expect(job.error?.message).toContain('exit code 7');
    const next = await practice.succeeded(deploy({ watchSeconds }));
    live = next.result?.release ?? 0;
    await expectWhole(live);
  });

  it('leaves nothing where nothing served before it', async () => {
    const request = practice.request('first', { path: folder, settings: dies('crash') });
    const job = await practice.ended(startDeploy(practice.deps, request));
    expect(job.error?.message).toMatch(
      /^Release 1 of first on d-watch died \d s after the switch: exit code 7; nothing served before it, so it was taken away/,
    );
    expect((await practice.session.docker.services()).map((service) => service.name)).not.toContain('first-r1');
    expect(await listReleases(practice.session, 'first')).toMatchObject([{ state: 'failed', record: { number: 1 } }]);
    expect((await practice.session.edge.readLive()).live['first']).toBeUndefined();
  });
});

describe('what is not the doing of the release', () => {
  it('does not take it back: a Docker daemon that is restarted in its watch time', async () => {
    const outages: Promise<unknown>[] = [];
    const hooks: DeployDeps['hooks'] = {
      at(reached, moment) {
        if (reached === 'watch' && moment === 'before') outages.push(execOn(SERVER, 'systemctl restart docker'));
      },
    };
    const job = await practice.ended(deploy({ watchSeconds }, { ...practice.deps, hooks }));
    await Promise.all(outages);
    expect(job.error).toBeNull();
    live = job.result?.release ?? 0;
    const whole = async (): Promise<true | undefined> => {
      const answer = await ask(practice.server.host, host).catch(() => null);
      return answer?.status === 200 ? true : undefined;
    };
    expect(await poll(whole, { everyMs: 250, withinMs: 60_000 })).toBe(true);
    await expectWhole(live);
  });

  it('nor does a server that ends the replicas of both releases: the new one has its time to become healthy once more', async () => {
    const kills: Promise<{ readonly code: number }>[] = [];
    const hooks: DeployDeps['hooks'] = {
      at(reached, moment) {
        if (reached !== 'watch' || moment !== 'before') return;
        const all = 'docker ps --quiet --filter label=dev.longshore.app=shop';
        // The one before first.
        kills.push(execOn(SERVER, `for id in $(${all} | tac); do docker kill $id; done`));
      },
    };
    const id = deploy({ watchSeconds }, { ...practice.deps, hooks });
    const job = await practice.succeeded(id);
    expect((await Promise.all(kills)).map(({ code }) => code)).toEqual([0]);
    const notes: string[] = [];
    for await (const lines of practice.deps.jobs.log(id, new AbortController().signal)) {
      notes.push(...lines.filter((line) => line.stage === 'watch').map((line) => line.text));
    }
    live = job.result?.release ?? 0;
    expect(notes).toEqual([`Docker or the server itself was down meanwhile: release ${live} has 60 s to become healthy again.`]);
    await expectWhole(live);
  });

  it('nor does a link that breaks in it', async () => {
    const renewals: Promise<unknown>[] = [];
    const hooks: DeployDeps['hooks'] = {
      at(reached, moment) {
        if (reached === 'watch' && moment === 'before') renewals.push(practice.connection.renew());
      },
    };
    const job = await practice.succeeded(deploy({ watchSeconds }, { ...practice.deps, hooks }));
    await Promise.all(renewals);
    live = job.result?.release ?? 0;
    await expectWhole(live);
  });
});

describe('a laptop that dies in the watch time', () => {
  const mortal = (moment: 'before' | 'after'): DeployDeps => ({
    ...practice.deps,
    leaseTtlMs: 3_000,
    hooks: {
      at(reached, when) {
        if (reached === 'watch' && when === moment) throw new Error(`died ${moment} watch`);
      },
    },
  });

  it.each(['before', 'after'] as const)('%s it leaves the new release serving, and the next run removes the old one', async (moment) => {
    const load = startLoad(practice.server.host, host);
    const died = await practice.ended(deploy({ watchSeconds: 3 }, mortal(moment)));
    expect(died.error?.message).toBe(`died ${moment} watch`);
    const alone = await ask(practice.server.host, host);
    expect(alone).toEqual({ status: 200, release: String(live + 1) });
    expect((await practice.session.docker.services()).filter((service) => service.name.startsWith('shop-r'))).toHaveLength(2);
    const next = await practice.succeeded(deploy({ watchSeconds: 3 }, { ...practice.deps, leaseTtlMs: 3_000 }));
    expect((await load.stop()).failures).toEqual([]);
    live = next.result?.release ?? 0;
    await expectWhole(live);
  });

  it('and of another release that is restarted and rolled back, each is watched as well', async () => {
    const restarted = await practice.succeeded(startRestart(practice.deps, onShop));
    expect(stage(restarted, 'watch')?.state).toBe('done');
    await expectWhole(live);
    const back = await practice.succeeded(startRollback(practice.deps, { ...onShop, number: null }));
    expect(stage(back, 'watch')?.state).toBe('done');
    await expectWhole(back.result?.release ?? 0);
  });
});
