import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Manners, speaksHttp2, startTraffic, startWitness, type Witness, writeVisitedApp } from '../../sandbox/traffic/traffic.ts';
import { sleep } from '../base/wait.ts';
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

/** Deploys the app for the first time; returns its name at the edge. */
async function begin(manners: Manners, replicas: number): Promise<string> {
  const settings = { replicas, drainSeconds: 60, environment: { MANNERS: manners, WITNESS: witness.address } };
  const job = await practice.succeeded(startDeploy(practice.deps, practice.request(manners, { path: folder, settings })));
  return job.result?.host ?? '';
}

/** A new release of the same image, then others; in the end back to the one before the last. */
async function releaseAndRollBack(manners: Manners, releases: number): Promise<JobSummary[]> {
  const app = { server: NAME, app: manners };
  const jobs: JobSummary[] = [];
  for (let count = 1; count <= releases; count += 1) {
    const environment = { MANNERS: manners, WITNESS: witness.address, COUNT: String(count) };
    jobs.push(await practice.succeeded(startConfigure(practice.deps, { ...app, settings: { environment } })));
  }
  jobs.push(await practice.succeeded(startRollback(practice.deps, { ...app, number: null })));
  return jobs;
}

async function reloadNowAndThen(): Promise<void> {
  for (let count = 0; count < RELOADS; count += 1) {
    await sleep(12_000);
    await reloadEdge(practice.connection, practice.session.docker);
  }
}

describe('releases under load', () => {
  it('lose no request: 5 deploys, 2 rollbacks and 5 reloads of HAProxy, of an app that ends politely and one that exits at once', async () => {
    const hosts = { polite: await begin('polite', 2), impolite: await begin('impolite', 1) };
    const { host: address } = practice.server;
    const secure = { address, port: 443, host: hosts.polite };
    const hasHttp2 = await speaksHttp2(secure);
    const targets = Object.values(hosts).map((host) => ({
      address,
      port: 80,
      host,
      ...(hasHttp2 ? { tls: { ...secure, host } } : {}),
    }));
    const traffic = startTraffic({ targets, perSecond: 40, witness });
    const [polite, impolite] = await Promise.all([releaseAndRollBack('polite', 3), releaseAndRollBack('impolite', 2), reloadNowAndThen()]);
    const report = await traffic.stop();

    const kinds = report.kinds.map(({ kind, requests, failed }) => `${kind} ${requests}${failed > 0 ? ` (${failed} failed)` : ''}`);
    const http2 = hasHttp2 ? '' : '; HTTP/2 not asked: no TLS at port 443';
    console.log(`${report.requests} requests, ${report.failed} failed, ${report.replayed.length} replayed: ${kinds.join(', ')}${http2}`);
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ failed: 0, replayed: [], unseen: 0 });
    expect(report.requests).toBeGreaterThan(3_000);
    expect(report.idleReused).toBeGreaterThan(0);
    expect([...(report.releases.get(hosts.polite)?.keys() ?? [])].sort()).toEqual(['1', '2', '3', '4']);
    expect([...(report.releases.get(hosts.impolite)?.keys() ?? [])].sort()).toEqual(['1', '2', '3']);
    expect(polite.map(({ result }) => result?.release)).toEqual([2, 3, 4, 3]);
    expect(impolite.map(({ result }) => result?.release)).toEqual([2, 3, 2]);
    // What the product says of its own switches is as good.
    expect([...polite, ...impolite].map(({ result }) => result?.probe?.failed)).toEqual(Array(7).fill(0));
  }, 300_000);
});
