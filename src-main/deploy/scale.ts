import { labelNames, type RunningService, recordName, serviceLabels } from '../apps/index.ts';
import { counted, type ReleaseRecord } from '../contract/index.ts';
import { awaitHealthy, awaitStarted } from './await-healthy.ts';
import type { Run } from './run.ts';
import { applyEdge, changeRecord, changeService, persist, withReplicas } from './server-writes.ts';

export interface ScalePlan {
  /** The one that serves, or was stopped. */
  readonly service: RunningService;
  /** Of its release, with the replicas that it has. */
  readonly record: ReleaseRecord;
  readonly replicas: number;
}

/** Gives the serving release more replicas in place, for which the edge gets room first; or notes the number for a stopped one's next start. */
export async function scaleInPlace(run: Run, plan: ScalePlan): Promise<void> {
  const { docker } = run.session;
  const { service, replicas } = plan;
  const name = service.service.name;
  const record: ReleaseRecord = { ...plan.record, settings: { ...plan.record.settings, replicas } };
  const awaited = { record, slot: service.slot, service: name, meanwhile: '' };
  const toReplicas = async (count: number): Promise<void> => {
    const labels = serviceLabels({ ...service, settings: { ...service.settings, replicas: count } });
    const settings = { [labelNames.settings]: labels[labelNames.settings] ?? '' };
    // The label first: from it the edge knows how much room to make.
    await changeService(docker, name, (now) => withReplicas(now, now.replicas, settings));
    await applyEdge(run);
    if (!service.stopped) await changeService(docker, name, (now) => withReplicas(now, count));
  };

  await run.stage('start', async (stage) => {
    await run.assertHeld();
    run.onUndo(() => toReplicas(plan.record.settings.replicas));
    await toReplicas(replicas);
    if (service.stopped) stage.detail(`${replicas} at its next start`);
    else await awaitStarted(run, stage, awaited);
  });
  if (service.stopped) run.job.skip('healthy', 'the app is stopped');
  else await run.stage('healthy', (stage) => awaitHealthy(run, stage, awaited));
  run.job.skip('route', 'the same release serves');
  run.job.skip('drain', 'the same release serves');
  run.job.skip('watch', 'the same release serves');
  await run.stage('record', async () => {
    await run.assertHeld();
    run.job.commit(`${run.app} has ${counted(replicas, 'replica')}, only its record is left`);
    run.keep();
    await persist(run, async () => {
      await run.assertHeld();
      await changeRecord(docker, recordName(run.app, record.number), { replicas });
    });
  });
  run.job.setResult({ app: run.app, release: record.number, host: service.host, url: `http://${service.host}`, probe: null });
}
