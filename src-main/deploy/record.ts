import { appIn, imageTag, readApps, recordLabels, recordName } from '../apps/index.ts';
import { type ProbeResult, probeWords, type ReleaseRecord } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import { superfluous } from './retention.ts';
import type { Run } from './run.ts';
import { changeRecord, persist, removeRecords, removeTags } from './server-writes.ts';
import type { Rollout } from './types.ts';

/** Writes down what the release is, before anything of it starts. Throws `name-taken` when its number has a record already. */
export async function writeRecord(run: Run, record: ReleaseRecord): Promise<void> {
  const { docker } = run.session;
  const name = recordName(run.app, record.number);
  const data = JSON.stringify(record);
  await run.assertHeld();
  run.onUndo(async (reason) => {
    // By what it says and not by its name alone, which may be another's; nor by an id, which a lost answer would have kept from here.
    const found = await docker.config(name);
    if (found && found.data !== data) return;
    if (found) {
      if (reason.kind === 'cancelled') await docker.removeConfig(found.id);
      else await changeRecord(docker, found.id, { outcome: 'failed', note: reason.message });
    }
    await removeTags(docker, [imageTag(run.app, record.number)], () => undefined);
  });
  await docker.createConfig({ name, labels: recordLabels(record, 'unfinished'), data });
}

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
  stage.detail(probeWords(probe));
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
