import { type AppOnServer, appIn, defaultHost, labelNames, readApps, serviceName, serviceSpec } from '../apps/index.ts';
import { counted, ExpectedError, type ReleaseRecord } from '../contract/index.ts';
import type { ServiceSpec } from '../docker/types.ts';
import { EDGE_NETWORK, type Slot, slotAlias } from '../edge/index.ts';
import type { StageContext } from '../jobs/types.ts';
import { awaitHealthy, awaitStarted } from './await-healthy.ts';
import { reconcile } from './reconcile.ts';
import { finishRelease, writeRecord } from './record.ts';
import { ReleaseDied } from './release-died.ts';
import { switchTraffic } from './route.ts';
import type { Run } from './run.ts';
import {
  applyEdge,
  changeRecord,
  changeService,
  drainService,
  persist,
  readApp,
  refuseTaken,
  removeServiceWholly,
  withReplicas,
} from './server-writes.ts';
import type { Rollout } from './types.ts';
import { ReleaseWatch, readBaseline } from './watch.ts';
import { seeThroughWatch } from './way-back.ts';

/** The stages by which a release comes to serve, whatever made it. */
export const rolloutStages = ['configure', 'start', 'healthy', 'route', 'drain', 'watch', 'record'] as const;

export interface RolloutPlan {
  readonly record: ReleaseRecord;
  /** A record has to be written, and its image tag is this run's. A release that is started once more has both already. */
  readonly isNew: boolean;
}

/** What to roll out, decided under the lease from what the server has; null for nothing. */
export type MakePlan = (stage: StageContext, app: AppOnServer) => Promise<RolloutPlan | null>;

/**
 * Puts a release into the idle slot, switches to it when it is healthy, watches it, and takes the one before it away. Returns false, with the
 * later stages untouched, when there was nothing to roll out.
 */
export async function rollOut(run: Run, makePlan: MakePlan): Promise<boolean> {
  const rollout = await run.stage('configure', (stage) => configure(run, stage, makePlan));
  if (!rollout) return false;
  const awaited = { ...rollout, meanwhile: rollout.liveBefore ? (rollout.before?.release ?? null) : null };
  await run.stage('start', async (stage) => {
    await run.session.edge.waitForEmptySlot(run.app, rollout.slot, stage.signal);
    await run.assertHeld();
    await changeService(run.session.docker, rollout.service, (service) => withReplicas(service, rollout.record.settings.replicas));
    await awaitStarted(run, stage, awaited);
    stage.detail(counted(rollout.record.settings.replicas, 'replica'));
  });
  await run.stage('healthy', (stage) => awaitHealthy(run, stage, awaited));
  const { probe, watch } = await run.stage('route', async (stage) => {
    const isWatched = rollout.record.settings.watchSeconds > 0;
    const baseline = isWatched ? await persist(run, () => readBaseline(run, rollout)) : null;
    const begun = await switchTraffic(run, stage, rollout);
    return { probe: begun, watch: baseline ? new ReleaseWatch(run, rollout, begun, baseline) : null };
  });
  let loss: ReleaseDied | null = null;
  try {
    await run.stage('drain', (stage) => drainBefore(run, stage, rollout, watch?.died));
    if (watch) await run.stage('watch', (stage) => seeThroughWatch(run, stage, rollout, watch, probe));
    else run.job.skip('watch', 'no watch time is set');
  } catch (error) {
    if (!(error instanceof ReleaseDied) || error.isUndone) throw error;
    loss = error;
  } finally {
    watch?.leaveOff();
    await probe.stop();
  }
  run.keep();
  await run.stage('record', async (stage) => {
    await removeBefore(run, rollout);
    await finishRelease(run, stage, rollout, await probe.stop());
  });
  if (loss) throw loss;
  return true;
}

/**
 * Everything is decided and written down before anything starts: leftovers of dead runs are cleared away, the record says what the
 * release is, and its service stands in the idle slot with no replica yet, so that every laptop sees what is planned.
 */
async function configure(run: Run, stage: StageContext, makePlan: MakePlan): Promise<Rollout | null> {
  const { docker } = run.session;
  await run.begin(stage);
  const before = await readApp(run);
  const plan = await makePlan(stage, before);
  if (!plan) return null;
  const { record, isNew } = plan;
  const host = hostOf(run);
  const slot = await clearAway(run, stage, before);
  const all = await readApps(run.session);
  const app = appIn(all, run.app);
  refuseTaken(run, all, host, record.settings.domains);

  if (isNew) await writeRecord(run, record);
  const name = serviceName(run.app, record.number, new Set(app.services.map((service) => service.service.name)));
  const spec = serviceSpec({
    name,
    record,
    slot,
    host,
    aliases: [slotAlias(run.app, slot)],
    network: EDGE_NETWORK,
    nodeId: (await docker.info()).nodeId,
  });
  await createService(run, { ...spec, Mode: { Replicated: { Replicas: 0 } } });
  stage.detail('telling the edge');
  await applyEdge(run, stage.signal, stage);
  stage.detail(`release ${record.number}`);
  return { record, host, service: name, slot, before: app.current, liveBefore: app.current?.stopped ? null : app.live };
}

/** Removes what earlier runs left in the way, settles their records, and returns the slot that is free then. */
export async function clearAway(run: Run, stage: StageContext, app: AppOnServer): Promise<Slot> {
  const { docker, edge } = run.session;
  const { idle, leftovers, settle } = reconcile(app);
  if (leftovers.length === 0 && settle.length === 0) return idle;
  await run.assertHeld();
  // A run that died inside its switch may have written the edge's file but not its memory: what the file says is made true first.
  if (app.live) await edge.switchTo(run.app, app.live, stage.signal);
  for (const leftover of leftovers) {
    stage.log(`Removing ${leftover.service.name}, left by a run that was cut off`, 'note');
    if (app.current && leftover.slot !== app.current.slot) {
      await edge.drain(run.app, leftover.slot, leftover.settings.drainSeconds, undefined, stage.signal);
    }
    await run.assertHeld();
    await docker.removeService(leftover.service.name);
  }
  for (const { entry, outcome, note } of settle) {
    await changeRecord(docker, entry.config.name, {
      outcome,
      note,
      ...(outcome === 'served' ? { servedAt: await docker.serverTime() } : {}),
    });
  }
  return idle;
}

/** Creates the service of this run, and never touches one of that name that is somebody else's. Throws `name-taken`. */
export async function createService(run: Run, spec: ServiceSpec): Promise<void> {
  const { docker } = run.session;
  await run.assertHeld();
  run.onUndo(async () => {
    // Also when the answer to its creation was lost: under the lease, what carries the app's label is this run's.
    const service = await docker.service(spec.Name);
    if (service?.labels[labelNames.app] === run.app) await removeServiceWholly(docker, service.id);
    await applyEdge(run);
  });
  try {
    await docker.createService(spec);
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'name-taken') throw error;
    throw new ExpectedError('name-taken', `A service that is not Longshore's has the name ${spec.Name} on ${run.server}`, {
      next: 'Take another app name, or remove that service if nobody needs it.',
      detail: error.detail,
      cause: error,
    });
  }
}

/** Lets the requests to the release before end. Its service stands until the watch is over: it is the way back. */
async function drainBefore(run: Run, stage: StageContext, { before, slot }: Rollout, died: AbortSignal | undefined): Promise<void> {
  if (!before || before.slot === slot) {
    stage.detail('nothing served before');
    return;
  }
  try {
    stage.detail((await drainService(run, stage, before, died)) ?? `release ${before.release} has no request left`);
  } catch (error) {
    if (!died?.aborted) throw error;
    stage.detail(`release ${before.release} is needed again`);
  }
}

async function removeBefore(run: Run, { before, slot }: Rollout): Promise<void> {
  if (!before || before.slot === slot) return;
  await persist(run, async () => {
    await run.assertHeld();
    await run.session.docker.removeService(before.service.name);
  });
}

/** The default host name of the run's app, by the address at which this computer reaches the server. */
export function hostOf(run: Run): string {
  const { address } = run.session.connection;
  if (address === null) throw new Error('The connection has no address');
  return defaultHost(run.app, address);
}
