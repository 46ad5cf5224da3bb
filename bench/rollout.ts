import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execOn } from '../sandbox/index.ts';
import {
  speaksHttp2,
  startTraffic,
  startWitness,
  type Target,
  type TrafficReport,
  type Witness,
  writeVisitedApp,
} from '../sandbox/traffic/traffic.ts';
import { poll, sleep } from '../src-main/base/wait.ts';
import { practiceChain } from '../src-main/certificates/practice-chain.ts';
import { hostByAddress } from '../src-main/contract/index.ts';
import { reloadEdge } from '../src-main/edge/practice-reload.ts';
import { type Bed, benchServer, finished } from './bed.ts';
import { loadAtEnd, markdown, ms } from './measure.ts';
import { type PeerApp, reloadPeer, removePeer, rollBackPeer, startPeer, updatePeer } from './rollout-peer.ts';

const apps: readonly PeerApp[] = [
  { app: 'polite', manners: 'polite', replicas: 2 },
  { app: 'rude', manners: 'impolite', replicas: 2 },
];
const perSecond = 200;
/** Between the end of one reload and the next. */
const reloadEveryMs = 12_000;
const peerImage = 'peer:1';

/** Of both apps together. */
interface Rounds {
  readonly deploys: number;
  readonly reloads: number;
  readonly rollbacks: number;
}

const rounds = {
  whole: {
    ours: { deploys: 50, reloads: 50, rollbacks: 10 },
    peer: { deploys: 10, reloads: 10, rollbacks: 2 },
  },
  quick: {
    ours: { deploys: 4, reloads: 4, rollbacks: 2 },
    peer: { deploys: 2, reloads: 2, rollbacks: 2 },
  },
} as const satisfies Record<string, Record<string, Rounds>>;

/** One side of the comparison: how each change is made there. */
interface Side {
  deploy(app: PeerApp, count: number): Promise<unknown>;
  rollBack(app: PeerApp): Promise<unknown>;
  reload(): Promise<unknown>;
}

interface Measured {
  readonly report: TrafficReport;
  readonly minutes: number;
}

/**
 * Releases, reloads and rollbacks under requests of all kinds: what is lost, to the request. Both apps change at the same time, each in its
 * own pace, and the proxy is reloaded whatever they are at.
 */
export async function benchRollout(bed: Bed, { quick }: { readonly quick: boolean }): Promise<string> {
  const { ours, peer } = quick ? rounds.quick : rounds.whole;
  const witnesses: Witness[] = [];
  const newWitness = async (): Promise<Witness> => {
    const started = await startWitness(bed.server.host, bed.server.port);
    witnesses.push(started);
    return started;
  };
  try {
    const witness = await newWitness();
    const targets = await startOurs(bed, witness);
    const product = await measure(targets, witness, ours, {
      deploy: ({ app, manners }, count) => {
        const settings = { environment: { MANNERS: manners, WITNESS: witness.address, COUNT: String(count) } };
        return finished(bed.services, bed.services.deploys.configure(bed.session.profile.id, app, settings));
      },
      rollBack: ({ app }) => finished(bed.services, bed.services.deploys.rollBack(bed.session.profile.id, app, null)),
      reload: () => reloadEdge(bed.session.connection, bed.session.docker),
    });
    for (const { app } of apps) await finished(bed.services, bed.services.deploys.remove(bed.session.profile.id, app));

    const theirWitness = await newWitness();
    const others = await measure(await startPeer(bed, peerImage, apps, theirWitness), theirWitness, peer, {
      deploy: ({ app }, count) => updatePeer(app, count + 1),
      rollBack: ({ app }) => rollBackPeer(app),
      reload: reloadPeer,
    });
    await removePeer(apps);
    return [
      tableOf(product.report, others.report),
      '"Swarm" is `docker service update` as it comes, behind a HAProxy as it comes.',
      markdown([
        ['', 'deploys', 'rollbacks', 'reloads', 'minutes', 'POSTs that came twice', 'failed because'],
        row('Longshore', ours, product),
        row('Swarm', peer, others),
      ]),
      `${perSecond} requests a second to two apps of two replicas each, one that ends politely on SIGTERM and one that exits at once; those by HTTP/2, of which the peer has none, come on top. ${loadAtEnd()}`,
    ].join('\n\n');
  } finally {
    for (const witness of witnesses) await witness.close();
  }
}

/** Deploys the apps by the product; a copy of their image stays for the peer. */
async function startOurs(bed: Bed, witness: Witness): Promise<(Target & { readonly tls: Target })[]> {
  const server = bed.session.profile.id;
  const path = join(bed.folder, 'visited');
  await mkdir(path);
  await writeVisitedApp(path);
  for (const { app, manners, replicas } of apps) {
    const settings = { replicas, drainSeconds: 60, watchSeconds: 0, environment: { MANNERS: manners, WITNESS: witness.address } };
    await finished(bed.services, bed.services.deploys.deploy({ server, app, path, settings, dockerfile: null, include: [], exclude: [] }));
  }
  const [first] = apps;
  await execOn(benchServer, ['docker', 'tag', `longshore/${first?.app}:r1`, peerImage]);
  const { host: address } = bed.server;
  const hosts = apps.map(({ app }) => hostByAddress(app, address));
  const { leaf, intermediate, key } = await practiceChain(hosts);
  await bed.session.edge.installCertificate('visited', [leaf, intermediate, key].join('\n'));
  const targets = hosts.map((host) => ({ address, port: 80, host, tls: { address, port: 443, host } }));
  for (const { tls } of targets) {
    const ready = await poll(async () => (await speaksHttp2(tls)) || undefined, { everyMs: 250, withinMs: 30_000 });
    if (!ready) throw new Error(`No HTTP/2 for ${tls.host}`);
  }
  return targets;
}

async function measure(
  targets: readonly Target[],
  witness: Witness,
  { deploys, reloads, rollbacks }: Rounds,
  side: Side,
): Promise<Measured> {
  const began = performance.now();
  const traffic = startTraffic({ targets, perSecond, witness });
  const rollBackEvery = Math.floor(deploys / rollbacks);
  const changes = async (app: PeerApp): Promise<void> => {
    for (let count = 1; count <= deploys / apps.length; count += 1) {
      await side.deploy(app, count);
      if (count % rollBackEvery === 0) await side.rollBack(app);
    }
  };
  const reloading = async (): Promise<void> => {
    for (let count = 0; count < reloads; count += 1) {
      await sleep(reloadEveryMs);
      await side.reload();
    }
  };
  const outcomes = await Promise.allSettled([...apps.map(changes), reloading()]);
  const report = await traffic.stop();
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return { report, minutes: (performance.now() - began) / 60_000 };
}

function tableOf(product: TrafficReport, others: TrafficReport): string {
  const cells = (report: TrafficReport, kind: string): string[] => {
    const counts = report.kinds.find((each) => each.kind === kind);
    return counts ? [String(counts.requests), String(counts.failed), ms(counts.slowestMs)] : ['', '', ''];
  };
  const sum = ({ requests, failed }: TrafficReport): string[] => [`**${requests}**`, `**${failed}**`, ''];
  return markdown([
    ['requests of', 'Longshore', 'failed', 'slowest', 'Swarm', 'failed', 'slowest'],
    ...product.kinds.map(({ kind }) => [kind, ...cells(product, kind), ...cells(others, kind)]),
    ['**all**', ...sum(product), ...sum(others)],
  ]);
}

function row(name: string, { deploys, rollbacks, reloads }: Rounds, { report, minutes }: Measured): string[] {
  const twice = report.unseen > 0 ? `unknown: the witness was not told of ${report.unseen}` : String(report.replayed.length);
  const reasons = [...report.reasons].sort(([, one], [, other]) => other - one).map(([reason, count]) => `${reason} (${count})`);
  return [name, String(deploys), String(rollbacks), String(reloads), minutes.toFixed(1), twice, reasons.join(', ')];
}
