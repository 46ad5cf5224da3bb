import { type AppOnServer, labelNames, parseImageTag, type RunningService, recordName, refuseUnknown } from '../apps/index.ts';
import { ExpectedError } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import { removePortsOf } from '../ports/index.ts';
import { awaitHealthy, awaitStarted } from './await-healthy.ts';
import { currentRecord } from './releases.ts';
import { clearAway } from './rollout.ts';
import { confirm } from './route.ts';
import { type Run, startRun } from './run.ts';
import {
  applyEdge,
  changeRecord,
  changeService,
  drainService,
  persist,
  readApp,
  removeRecords,
  removeServiceWholly,
  removeTags,
  stopReplicas,
  withReplicas,
} from './server-writes.ts';
import type { DeployDeps, OnApp, StageId } from './types.ts';

const stopStages = ['route', 'drain', 'stop'] as const satisfies readonly StageId[];
const startStages = ['start', 'healthy', 'route', 'record'] as const satisfies readonly StageId[];
const removeStages = ['route', 'drain', 'remove'] as const satisfies readonly StageId[];

/** Takes an app off the edge, lets its requests end, then stops its replicas. Everything of it stays for a start. Returns the job's id. */
export function startStop(deps: DeployDeps, target: OnApp): string {
  return startRun(
    deps,
    target,
    'stop',
    (server) => `Stop ${target.app} on ${server}`,
    stopStages,
    async (run) => {
      const current = await run.stage('route', async (stage) => {
        const app = await beginOn(run, stage);
        if (!app.current) throw new ExpectedError('not-found', `${run.app} has no release on ${run.server}`, { next: 'Deploy it first.' });
        if (app.current.stopped && app.current.service.replicas === 0) {
          stage.already('it is stopped');
          return null;
        }
        await clearAway(run, stage, app);
        await takeOff(run, app.current, `${run.app} is being stopped`);
        return app.current;
      });
      if (!current) {
        run.job.skip('drain', 'it is stopped');
        run.job.skip('stop', 'it is stopped');
        return;
      }
      await drain(run, current);
      await run.stage('stop', () => persist(run, () => stopReplicas(run, current.service.name)));
    },
  );
}

/** Starts the replicas of a stopped app and gives it back to the edge when they are healthy. Returns the job's id. */
export function startStart(deps: DeployDeps, target: OnApp): string {
  return startRun(
    deps,
    target,
    'start',
    (server) => `Start ${target.app} on ${server}`,
    startStages,
    async (run) => {
      const { docker, edge } = run.session;
      const started = await run.stage('start', async (stage) => {
        const app = await beginOn(run, stage);
        const record = currentRecord(run, app);
        if (!app.current?.stopped) {
          stage.already('it runs');
          return null;
        }
        await clearAway(run, stage, app);
        const { slot, service } = app.current;
        const awaited = { record, slot, service: service.name, meanwhile: '' };
        await run.assertHeld();
        run.onUndo(() => stopReplicas(run, service.name));
        await applyEdge(run, stage.signal, stage);
        await changeService(docker, service.name, (now) => withReplicas(now, record.settings.replicas));
        await awaitStarted(run, stage, awaited);
        return { ...awaited, host: app.current.host };
      });
      if (!started) {
        for (const id of startStages.slice(1)) run.job.skip(id, 'it runs');
        return;
      }
      const { record, host } = started;
      await run.stage('healthy', (stage) => awaitHealthy(run, stage, started));
      await run.stage('route', async (stage) => {
        await run.assertHeld();
        run.job.commit(`${run.app} is being given back to the edge`);
        run.onUndo(() => edge.switchTo(run.app, null));
        await persist(run, async () => {
          await run.assertHeld();
          await edge.switchTo(run.app, started.slot);
        });
        await confirm(run, started);
        run.keep();
        run.job.commit(`release ${record.number} is live, only its record is left`);
        await persist(run, async () => {
          await run.assertHeld();
          await changeService(docker, started.service, (now) => withReplicas(now, now.replicas, { [labelNames.stopped]: null }));
        });
        stage.detail(`${host} answers by release ${record.number}`);
      });
      await run.stage('record', () =>
        persist(run, async () => {
          await run.assertHeld();
          await changeRecord(docker, recordName(run.app, record.number), { servedAt: await docker.serverTime() });
        }),
      );
      run.job.setResult({ app: run.app, release: record.number, host, url: `http://${host}`, probe: null });
    },
  );
}

/** Removes an app: its names at the edge, its services, its images and its releases. There is no way back. Returns the job's id. */
export function startRemove(deps: DeployDeps, target: OnApp): string {
  return startRun(
    deps,
    target,
    'remove',
    (server) => `Remove ${target.app} from ${server}`,
    removeStages,
    async (run) => {
      const { docker } = run.session;
      const app = await run.stage('route', async (stage) => {
        const found = await beginOn(run, stage);
        await takeOff(run, found.current, `${run.app} is being removed`);
        return found;
      });
      if (app.current) await drain(run, app.current);
      else run.job.skip('drain', 'nothing served');
      await run.stage('remove', async (stage) => {
        await persist(run, async () => {
          await run.assertHeld();
          const { services, records } = await readApp(run);
          for (const { service } of services) await removeServiceWholly(docker, service.name);
          await applyEdge(run);
          const images = await docker.images();
          const tags = images.flatMap((image) => image.tags).filter((tag) => parseImageTag(tag)?.app === run.app);
          await removeTags(docker, tags, (text) => stage.log(text, 'note'));
          await run.assertHeld();
          await removeRecords(docker, records);
          const ports = await removePortsOf(run.session, run.app);
          if (ports.length > 0) stage.log(`Closed the ports that led to it: ${ports.join(', ')}`, 'note');
          await run.uploads.remove(run.serverAccess, run.app);
          stage.detail(`${records.length} ${records.length === 1 ? 'release' : 'releases'} and ${tags.length} images`);
        });
      });
    },
  );
}

async function beginOn(run: Run, stage: StageContext): Promise<AppOnServer> {
  await run.begin(stage);
  const app = await readApp(run);
  refuseUnknown(run.session, app);
  return app;
}

/** Marks the service as stopped, so that nobody takes the missing route for a loss, then takes the app off the edge. No cancel from here on. */
async function takeOff(run: Run, current: RunningService | null, stays: string): Promise<void> {
  await run.assertHeld();
  run.job.commit(stays);
  if (!current) return;
  await persist(run, async () => {
    await run.assertHeld();
    await changeService(run.session.docker, current.service.name, (now) =>
      withReplicas(now, now.replicas, { [labelNames.stopped]: 'true' }),
    );
    await run.session.edge.switchTo(run.app, null);
    // Who waits has nobody to wait for.
    await run.session.edge.resume(run.app);
  });
}

async function drain(run: Run, current: RunningService): Promise<void> {
  await run.stage('drain', async (stage) => {
    stage.detail((await drainService(run, stage, current)) ?? 'all requests ended');
  });
}
