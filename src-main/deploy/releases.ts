import { type AppOnServer, changeNeeded, imageTag, mergeSettings } from '../apps/index.ts';
import { ExpectedError, type ReleaseRecord } from '../contract/index.ts';
import { rollbackTarget } from './retention.ts';
import { rollOut, rolloutStages } from './rollout.ts';
import { type Run, startRun } from './run.ts';
import { type ScalePlan, scaleInPlace } from './scale.ts';
import type { ConfigureRequest, DeployDeps, OnApp, RollbackRequest } from './types.ts';

/** Lets an earlier release serve again: no build, no upload, the same switch. Returns the job's id. */
export function startRollback(deps: DeployDeps, request: RollbackRequest): string {
  return startRun(
    deps,
    request,
    'rollback',
    (server) => `Roll back ${request.app} on ${server}`,
    rolloutStages,
    async (run) => {
      await rollOut(run, async (_stage, app) => {
        const record = rollbackTarget(app, await run.session.docker.images(), request.number);
        return { record, isNew: false };
      });
    },
  );
}

/** Starts the live release once more in the other slot: fresh containers without a gap. Returns the job's id. */
export function startRestart(deps: DeployDeps, target: OnApp): string {
  return startRun(
    deps,
    target,
    'restart',
    (server) => `Restart ${target.app} on ${server}`,
    rolloutStages,
    async (run) => {
      await rollOut(run, async (_stage, app) => ({ record: currentRecord(run, app), isNew: false }));
    },
  );
}

/**
 * Changes settings. A release is immutable, so that a change makes a new one of the same image; what is as it was makes no write at all.
 * More replicas are added in place. For fewer the same release starts in the other slot: Swarm would end the ones too many while they
 * still answer, and cut what takes longer than the app's own grace. An app that was stopped is started by a new release, and only takes
 * note of a number of replicas. Returns the job's id.
 */
export function startConfigure(deps: DeployDeps, request: ConfigureRequest): string {
  const given = Object.entries(request.settings).filter(([, value]) => value !== undefined);
  const kind = given.length > 0 && given.every(([name]) => name === 'replicas') ? 'scale' : 'configure';
  const title = (server: string): string =>
    kind === 'scale' ? `Scale ${request.app} on ${server}` : `Change the settings of ${request.app} on ${server}`;
  return startRun(deps, request, kind, title, rolloutStages, async (run) => {
    const decided: { scale: ScalePlan | null } = { scale: null };
    const rolledOut = await rollOut(run, async (stage, app) => {
      const current = currentRecord(run, app);
      const settings = mergeSettings(current.settings, request.settings);
      switch (changeNeeded(current.settings, settings)) {
        case 'nothing':
          stage.already('these are its settings');
          return null;
        case 'scale':
          if (!app.current) return null;
          if (settings.replicas < current.settings.replicas && !app.current.stopped) {
            return { record: { ...current, settings }, isNew: false };
          }
          decided.scale = { service: app.current, record: current, replicas: settings.replicas };
          return null;
        case 'release': {
          const number = app.lastNumber + 1;
          const record: ReleaseRecord = { ...current, number, settings, by: run.by, createdAt: Date.now() };
          await tagAgain(run, record);
          return { record, isNew: true };
        }
      }
    });
    if (rolledOut) return;
    if (decided.scale) await scaleInPlace(run, decided.scale);
    else for (const id of rolloutStages.slice(1)) run.job.skip(id, 'nothing to change');
  });
}

/** The record of the release that serves or was stopped. Throws `not-found`. */
export function currentRecord(run: Run, app: AppOnServer): ReleaseRecord {
  const record = app.records.find((entry) => entry.record.number === app.current?.release)?.record;
  if (record) return record;
  throw new ExpectedError('not-found', `${run.app} has no release on ${run.server}`, { next: 'Deploy it first.' });
}

/** The image gets a tag of the new release's own, which holds it for as long as that release is kept. */
async function tagAgain(run: Run, record: ReleaseRecord): Promise<void> {
  const [repository = '', tag = ''] = imageTag(run.app, record.number).split(':');
  await run.assertHeld();
  await run.session.docker.tagImage(record.image, repository, tag);
}
