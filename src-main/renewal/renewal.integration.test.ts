import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execOn } from '../../sandbox/index.ts';
import { startTraffic, startWitness, type Traffic, type Witness, writeVisitedApp } from '../../sandbox/traffic/traffic.ts';
import { startConfigure, startDeploy } from '../deploy/index.ts';
import { type Practice, practise } from '../deploy/practice-app.ts';
import { createEdgeRenewal, EDGE_SERVICE, SECOND_EDGE_SERVICE } from '../edge/index.ts';
import type { EdgeRenewal } from '../edge/types.ts';
import { planUpdate, startEdgeUpdate } from './index.ts';

const NAME = 'renewal';
/** Another image of the same HAProxy, as an older one would be. */
const OTHER = 'edge-before';

let practice: Practice;
let renewal: EdgeRenewal;
let witness: Witness;
let folder: string;
let traffic: Traffic;
let host: string;

const update = (force = false): string =>
  startEdgeUpdate(practice.deps.jobs, practice.session, { way: 'behind-a-second', force, by: practice.deps.by });
const imageOf = async (reference: string): Promise<string> => (await practice.session.docker.imageId(reference)) ?? '';
const running = async (): Promise<string> => (await renewal.state()).image;

/** What there is of a renewal on the server. */
async function left(): Promise<string[]> {
  const rules = await execOn(NAME, ['sh', '-c', 'iptables -t nat -S; iptables -S']);
  const containers = await practice.session.docker.containers({ labels: { 'com.docker.swarm.service.name': SECOND_EDGE_SERVICE } });
  return [
    ...rules.stdout.split('\n').filter((line) => line.includes('longshore')),
    ...containers.map(({ name, state }) => `${name} ${state}`),
    ...(await practice.session.docker.services()).map(({ name }) => name).filter((name) => name === SECOND_EDGE_SERVICE),
    ...(await practice.session.docker.configs()).map(({ name }) => name).filter((name) => name.includes('lease')),
  ];
}

function load(): void {
  traffic = startTraffic({ targets: [{ address: practice.server.host, port: 80, host }], perSecond: 40, witness, longestMs: 5_100 });
}

async function seen(what: string): Promise<void> {
  const report = await traffic.stop();
  const kinds = report.kinds.map(({ kind, requests, failed }) => `${kind} ${requests}${failed > 0 ? ` (${failed} failed)` : ''}`);
  console.log(`${what}: ${report.requests} requests, ${report.failed} failed: ${kinds.join(', ')}`);
  expect(report.failures).toEqual([]);
  expect(report).toMatchObject({ failed: 0, replayed: [], unseen: 0 });
}

beforeAll(async () => {
  practice = await practise(NAME);
  witness = await startWitness(practice.server.host, practice.server.port);
  folder = await mkdtemp(join(tmpdir(), 'longshore-visited-'));
  await writeVisitedApp(folder);
  const settings = { replicas: 2, environment: { MANNERS: 'impolite', WITNESS: witness.address } };
  const job = await practice.succeeded(startDeploy(practice.deps, practice.request('shop', { path: folder, settings })));
  host = job.result?.host ?? '';
  renewal = createEdgeRenewal(practice.session);
  await execOn(NAME, ['sh', '-c', `printf 'FROM haproxy:2.6\\nLABEL made=before\\n' | docker build -q -t ${OTHER} -`]);
});
afterAll(async () => {
  await practice?.end();
  await witness?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('renewing the edge', () => {
  it('that was cut off with the laptop goes on at the next deploy, and nothing is changed at the edge before', async () => {
    const { edge, docker } = practice.session;
    load();
    await renewal.check(await imageOf(OTHER));
    await renewal.startSecond(await imageOf(OTHER));
    await renewal.leadToSecond();
    await renewal.replace(await imageOf(OTHER));
    // The laptop is gone here. Somebody else wants to change the edge.
    await expect(edge.setHttps(host, 'redirect')).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('is being renewed'),
    });
    const environment = { MANNERS: 'impolite', WITNESS: witness.address, COUNT: '2' };
    const job = await practice.succeeded(startConfigure(practice.deps, { server: NAME, app: 'shop', settings: { environment } }));
    await seen('cut off, then deployed');
    expect(job.result?.probe?.failed).toBe(0);
    expect((await docker.service(EDGE_SERVICE))?.image).toBe(await imageOf(OTHER));
    expect(await running()).toBe(await imageOf(OTHER));
    expect(await left()).toEqual([]);
  });

  it('says beforehand why and what to expect, and then loses no request of visitors from outside', async () => {
    const plan = await planUpdate(practice.session);
    expect(plan.reasons).toEqual(['The server has another image of HAProxy than the one that runs.']);
    expect(plan.expect[0]).toMatch(/^No gap/);
    load();
    const job = await practice.succeeded(update());
    await seen('renewed');
    const [last] = job.stages.slice(-1);
    console.log(job.stages.map(({ id, detail, durationMs }) => `${id} ${durationMs} ms: ${detail}`).join('\n'));
    expect(last?.detail).toMatch(/^[\d,]+ requests during the switch, 0 failed, slowest \d+ ms$/);
    expect(await running()).toBe(await imageOf('haproxy:2.6'));
    expect(await left()).toEqual([]);
    expect((await planUpdate(practice.session)).reasons).toEqual([]);
    // Once more finds nothing to do.
    expect((await practice.succeeded(update())).stages.map(({ state }) => state)).toEqual(['done', 'already', ...Array(5).fill('skipped')]);
  });
});
