import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Manners, speaksHttp2, startTraffic, startWitness, type Witness, writeVisitedApp } from '../../sandbox/traffic/traffic.ts';
import { poll, sleep } from '../base/wait.ts';
import { practiceChain } from '../certificates/practice-chain.ts';
import type { JobSummary } from '../contract/index.ts';
import { reloadEdge } from '../edge/practice-reload.ts';
import { startConfigure, startDeploy, startRollback } from './index.ts';
import { type Practice, practise } from './practice-app.ts';

const NAME = 'g-rollout';
const RELOADS = 5;

let practice: Practice;
let witness: Witness;
let folder: string;
beforeAll(async () => {
  practice = await practise(NAME);
  witness = await startWitness(practice.server.host, practice.server.port);
  folder = await mkdtemp(join(tmpdir(), 'longshore-visited-'));
  await writeVisitedApp(folder);
});
afterAll(async () => {
  await practice?.end();
  await witness?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Visited {
  readonly app: string;
  readonly manners: Manners;
  readonly replicas: number;
  /** New releases after the first one, of the same image. */
  readonly releases: number;
  /** In the end back to the release before the last. */
  readonly rollsBack: boolean;
}

const visited: readonly Visited[] = [
  { app: 'polite', manners: 'polite', replicas: 2, releases: 2, rollsBack: true },
  { app: 'rude', manners: 'impolite', replicas: 1, releases: 2, rollsBack: true },
  { app: 'rude-pair', manners: 'impolite', replicas: 2, releases: 1, rollsBack: false },
];

/** Deploys the app for the first time; returns its name at the edge. */
async function begin({ app, manners, replicas }: Visited): Promise<string> {
  const settings = { replicas, drainSeconds: 60, environment: { MANNERS: manners, WITNESS: witness.address } };
  const job = await practice.succeeded(startDeploy(practice.deps, practice.request(app, { path: folder, settings })));
  return job.result?.host ?? '';
}

async function release({ app, manners, releases, rollsBack }: Visited): Promise<JobSummary[]> {
  const target = { server: NAME, app };
  const jobs: JobSummary[] = [];
  for (let count = 1; count <= releases; count += 1) {
    const environment = { MANNERS: manners, WITNESS: witness.address, COUNT: String(count) };
    jobs.push(await practice.succeeded(startConfigure(practice.deps, { ...target, settings: { environment } })));
  }
  if (rollsBack) jobs.push(await practice.succeeded(startRollback(practice.deps, { ...target, number: null })));
  return jobs;
}

/** A certificate of those names, or one more in its place. */
async function certify(hosts: readonly string[]): Promise<void> {
  const { leaf, intermediate, key } = await practiceChain(hosts);
  await practice.session.edge.installCertificate('visited', [leaf, intermediate, key].join('\n'));
}

/** Reloads HAProxy now and then, and renews the certificate between two reloads. */
async function reloadAndRenew(hosts: readonly string[]): Promise<void> {
  for (let count = 1; count <= RELOADS; count += 1) {
    await sleep(12_000);
    await reloadEdge(practice.connection, practice.session.docker);
    if (count % 2 === 0) await certify(hosts);
  }
}

describe('releases under load', () => {
  it('lose no request: 5 deploys, 2 rollbacks, 5 reloads of HAProxy, 2 new certificates; apps that end politely and that exit at once', async () => {
    const hosts: string[] = [];
    for (const each of visited) hosts.push(await begin(each));
    await certify(hosts);
    const { host: address } = practice.server;
    const targets = hosts.map((host) => ({ address, port: 80, host, tls: { address, port: 443, host } }));
    for (const { tls } of targets) {
      expect(await poll(async () => (await speaksHttp2(tls)) || undefined, { everyMs: 250, withinMs: 30_000 }), tls.host).toBe(true);
    }
    const traffic = startTraffic({ targets, perSecond: 60, witness });
    const [jobs] = await Promise.all([Promise.all(visited.map(release)), reloadAndRenew(hosts)]);
    const report = await traffic.stop();

    const kinds = report.kinds.map(({ kind, requests, failed }) => `${kind} ${requests}${failed > 0 ? ` (${failed} failed)` : ''}`);
    const { requests, failed, replayed, askedAgain } = report;
    console.log(`${requests} requests, ${failed} failed, ${replayed.length} replayed, ${askedAgain} refused unbegun: ${kinds.join(', ')}`);
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ failed: 0, replayed: [], unseen: 0 });
    expect(report.requests).toBeGreaterThan(3_000);
    expect(report.idleReused).toBeGreaterThan(0);
    const answered = hosts.map((host) => [...(report.releases.get(host)?.keys() ?? [])].sort());
    expect(answered).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
      ['1', '2'],
    ]);
    expect(jobs.map((each) => each.map(({ result }) => result?.release))).toEqual([[2, 3, 2], [2, 3, 2], [2]]);
    // What the product says of its own switches is as good.
    expect(jobs.flat().map(({ result }) => result?.probe?.failed)).toEqual(Array(7).fill(0));
  }, 300_000);
});
