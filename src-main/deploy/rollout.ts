import {
  type AppOnServer,
  appIn,
  defaultHost,
  labelNames,
  lastHeldMs,
  type RunningService,
  readApps,
  serviceName,
  serviceSpec,
} from '../apps/index.ts';
import { poll } from '../base/wait.ts';
import { counted, ExpectedError, holdWords, type ReleaseRecord } from '../contract/index.ts';
import type { ServiceSpec } from '../docker/types.ts';
import { EDGE_NETWORK, HOLD_SECONDS, type Slot, slotAlias } from '../edge/index.ts';
import type { StageContext } from '../jobs/types.ts';
import { awaitHealthy, awaitStarted } from './await-healthy.ts';
import { SwitchProbe } from './probe.ts';
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
import { Turn } from './turn.ts';
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
  const turn = turnOf(run, rollout);
  const { probe, watch } = await comeUp(run, rollout, turn).catch((error: unknown) => {
    turn?.probe.abandon();
    throw error;
  });
  let loss: ReleaseDied | null = null;
  try {
    if (turn) run.job.skip('drain', `release ${rollout.before?.release} ended before release ${rollout.record.number} began`);
    else await run.stage('drain', (stage) => drainBefore(run, stage, rollout, watch?.died));
    if (watch) await run.stage('watch', (stage) => seeThroughWatch(run, stage, rollout, watch, probe, turn));
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
    const seen = await probe.stop();
    await finishRelease(run, stage, rollout, turn ? turn.seen(seen) : seen);
  });
  if (loss) throw loss;
  return true;
}

/** Where the release before must not run beside the new one: how the one takes the place of the other. Null where both may. */
function turnOf(run: Run, rollout: Rollout): Turn | null {
  const { before, liveBefore, record, host } = rollout;
  if (liveBefore === null || !mustTakeTurns(before, record)) return null;
  return new Turn(run, rollout, before, new SwitchProbe(run.session.edge, host, record.settings, (HOLD_SECONDS + 15) * 1000));
}

/** Either of them may be what nothing may run beside. */
function mustTakeTurns(before: RunningService | null, record: ReleaseRecord): before is RunningService {
  return before !== null && !before.stopped && (before.settings.oneAtATime || record.settings.oneAtATime);
}

/** Starts the release, waits until it is healthy, and switches to it. */
async function comeUp(
  run: Run,
  rollout: Rollout,
  turn: Turn | null,
): Promise<{ readonly probe: SwitchProbe; readonly watch: ReleaseWatch | null }> {
  const { record, service, slot, before, liveBefore } = rollout;
  const serves = turn ? 'serves again' : 'still serves';
  const awaited = { ...rollout, meanwhile: before && liveBefore ? `Release ${before.release} ${serves}.` : '' };
  await run.stage('start', async (stage) => {
    await persist(run, () => run.session.edge.waitForEmptySlot(run.app, slot, stage.signal), stage.signal);
    await run.assertHeld();
    if (turn) await turn.take(stage);
    else await changeService(run.session.docker, service, (now) => withReplicas(now, record.settings.replicas));
    await awaitStarted(run, stage, awaited);
    stage.detail(counted(record.settings.replicas, 'replica'));
  });
  await run.stage('healthy', (stage) => awaitHealthy(run, stage, awaited));
  turn?.arrived();
  return await run.stage('route', async (stage) => {
    const baseline = record.settings.watchSeconds > 0 ? await persist(run, () => readBaseline(run, rollout)) : null;
    const probe = await switchTraffic(run, stage, rollout, turn);
    return { probe, watch: baseline ? new ReleaseWatch(run, rollout, probe, baseline, turn !== null) : null };
  });
}

/**
 * Everything is decided and written down before anything starts: leftovers of dead runs are cleared away, the record says what the
 * release is, and its service stands in the idle slot with no replica yet, so that every laptop sees what is planned.
 */
async function configure(run: Run, stage: StageContext, makePlan: MakePlan): Promise<Rollout | null> {
  const { docker } = run.session;
  await run.begin(stage);
  // After a build of minutes, which a daemon that was restarted meanwhile is not to cost.
  const before = await persist(run, () => readApp(run), stage.signal);
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
  if (mustTakeTurns(app.current, record)) stage.log(holdWords(app.current.release, lastHeldMs(app)), 'note');
  stage.detail('telling the edge');
  await applyEdge(run, stage.signal, stage);
  stage.detail(`release ${record.number}`);
  return { record, host, service: name, slot, before: app.current, liveBefore: app.current?.stopped ? null : app.live };
}

/** Removes what earlier runs left in the way, settles their records, and returns the slot that is free then. */
export async function clearAway(run: Run, stage: StageContext, app: AppOnServer): Promise<Slot> {
  const { docker, edge } = run.session;
  const { idle, leftovers, settle } = reconcile(app);
  if (leftovers.length === 0 && settle.length === 0 && !(app.current && rests(app.current))) return idle;
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
  if (app.services.some((service) => service.settings.oneAtATime)) await endTurn(run, stage, app.current);
  for (const { entry, outcome, note } of settle) {
    await changeRecord(docker, entry.config.name, {
      outcome,
      note,
      ...(outcome === 'served' ? { servedAt: await docker.serverTime() } : {}),
    });
  }
  return idle;
}

/** Stopped by a run in favour of its successor, and not by the user. */
function rests(service: RunningService): boolean {
  return (service.idle ?? false) && !service.stopped;
}

/** What a run that was cut off in a turn left: a release that it had stopped, and requests that wait. */
async function endTurn(run: Run, stage: StageContext, current: RunningService | null): Promise<void> {
  const { docker, edge } = run.session;
  if (current && rests(current)) {
    const { replicas, healthySeconds } = current.settings;
    stage.log(`Starting release ${current.release} again: a run that was cut off had stopped it`, 'note');
    await run.assertHeld();
    await changeService(docker, current.service.name, (now) => withReplicas(now, replicas));
    await poll(async () => ((await edge.slotServers(run.app, current.slot)).healthy > 0 ? true : undefined), {
      everyMs: 250,
      withinMs: healthySeconds * 1000,
      signal: stage.signal,
    });
  }
  await run.assertHeld();
  await edge.letThrough(run.app, stage.signal);
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
