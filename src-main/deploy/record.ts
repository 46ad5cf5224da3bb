import { appIn, readApps, recordName } from '../apps/index.ts';
import type { ProbeResult } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import { superfluous } from './retention.ts';
import type { Run } from './run.ts';
import { changeRecord, persist, removeRecords, removeTags } from './server-writes.ts';
import type { Rollout } from './types.ts';

/** Writes down that the release serves and what its switch showed, and lets go of what the app no longer needs. */
export async function finishRelease(run: Run, stage: StageContext, rollout: Rollout, probe: ProbeResult): Promise<void> {
  const { docker } = run.session;
  const { record, host } = rollout;
  await persist(run, async () => {
    await run.assertHeld();
    await changeRecord(docker, recordName(run.app, record.number), {
      outcome: 'served',
      note: '',
      probe,
      replicas: record.settings.replicas,
      servedAt: await docker.serverTime(),
    });
    await prune(run, stage);
  });
  stage.detail(`${probe.requests} requests during the switch, ${probe.failed} failed`);
  run.job.setResult({ app: run.app, release: record.number, host, url: `http://${host}`, probe });
}

/** Removes image tags and records beyond what a rollback may want. */
async function prune(run: Run, stage: StageContext): Promise<void> {
  const { docker } = run.session;
  const [all, images] = await Promise.all([readApps(run.session), docker.images()]);
  const app = appIn(all, run.app);
  const { tags, records } = superfluous(run.app, app.records, images, app.current?.release ?? null, run.keepReleases);
  await removeTags(docker, tags, (text) => stage.log(text, 'note'));
  await removeRecords(docker, records);
}
