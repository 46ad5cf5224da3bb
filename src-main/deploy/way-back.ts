import { counted, ExpectedError, type ProbeResult } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import { newestWithContainer, tailOf } from './await-healthy.ts';
import type { SwitchProbe } from './probe.ts';
import { ReleaseDied } from './release-died.ts';
import { confirm } from './route.ts';
import type { Run } from './run.ts';
import { persist } from './server-writes.ts';
import type { Turn } from './turn.ts';
import type { Rollout } from './types.ts';
import type { ReleaseWatch, WatchEnd } from './watch.ts';
import { type Death, deathInWords } from './watch-verdict.ts';

/** Waits for the end of the watch. Throws `ReleaseDied`, once what was before is back where that is to be had. */
export async function seeThroughWatch(
  run: Run,
  stage: StageContext,
  rollout: Rollout,
  watch: ReleaseWatch,
  probe: SwitchProbe,
  turn: Turn | null,
): Promise<void> {
  const { number, settings } = rollout.record;
  run.job.commit(`release ${number} is live, and watched until ${settings.watchSeconds} s after the switch`, () => watch.leaveOff());
  const end = await watch.over(stage);
  switch (end.kind) {
    case 'well':
      run.job.commit(`release ${number} is live, only tidying up is left`);
      stage.detail(`well for ${settings.watchSeconds} s`);
      return;
    case 'left-off':
      run.job.commit(`release ${number} is live, only tidying up is left`);
      stage.detail('left off by you; the release stays');
      return;
    case 'dead':
      throw await takeBack(run, stage, rollout, probe, turn, end);
  }
}

/** The traffic first, the words after; what else there is of the release goes when the run is undone. */
async function takeBack(
  run: Run,
  stage: StageContext,
  rollout: Rollout,
  probe: SwitchProbe,
  turn: Turn | null,
  { death, answer, afterMs }: Extract<WatchEnd, { readonly kind: 'dead' }>,
): Promise<ReleaseDied> {
  const { record, before, liveBefore } = rollout;
  const after = `${Math.max(1, Math.round(afterMs / 1000))} s after the switch`;
  let now: string;
  if (answer === 'stay') {
    run.job.commit(`release ${record.number} is live, only tidying up is left`);
    now = `release ${before?.release} is no better, so release ${record.number} stays`;
  } else {
    run.job.commit(
      before && liveBefore
        ? `${run.app} is being switched back to release ${before.release}`
        : `release ${record.number} is being taken back`,
    );
    stage.detail(`died ${after}, going back`);
    await persist(run, async () => {
      await run.assertHeld();
      if (turn) await turn.takeBack();
      else await run.session.edge.switchTo(run.app, liveBefore);
    });
    run.job.setResult(null);
    now = await whatServesNow(run, rollout);
  }
  stage.detail(`died ${after}, ${now}`);
  const seen = await probe.stop();
  const { cause, lastLines } = await describe(run, rollout, death);
  const { number, app } = record;
  return new ReleaseDied(`Release ${number} of ${app} on ${run.server} died ${after}: ${cause}; ${now}, ${missed(seen, death)}`, {
    crashed: death.kind === 'ended',
    isUndone: answer === 'back',
    detail: lastLines,
  });
}

async function whatServesNow(run: Run, { before, liveBefore, host }: Rollout): Promise<string> {
  if (!before) return 'nothing served before it, so it was taken away';
  if (liveBefore === null) return 'the app is stopped again, as it was before';
  try {
    await confirm(run, { record: { number: before.release, settings: before.settings }, slot: liveBefore, host });
    return `release ${before.release} serves again`;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return `release ${before.release} was put back, but does not answer yet`;
  }
}

/** Both are a help and no more: what cannot be read is left out. */
async function describe(run: Run, { service }: Rollout, death: Death): Promise<{ readonly cause: string; readonly lastLines: string }> {
  const { docker } = run.session;
  const tasks = await docker.tasks({ service }).catch(() => []);
  const container = (death.kind === 'ended' ? death.task : newestWithContainer(tasks))?.containerId ?? null;
  const last = death.kind === 'ended' && container !== null ? await docker.container(container).catch(() => null) : null;
  return { cause: deathInWords(death, last), lastLines: await tailOf(docker, container) };
}

/** Status 500 alone is no failed request of an app whose port alone is checked; of one that died of it, it is. */
function missed({ requests, failed }: ProbeResult, death: Death): string {
  const count = death.kind === 'unanswered' ? Math.max(failed, death.count) : failed;
  return `${count} of ${counted(requests, 'probe request')} failed meanwhile`;
}
