import { poll } from '../base/wait.ts';
import { type AppSettings, ExpectedError } from '../contract/index.ts';
import type { Slot } from '../edge/types.ts';
import type { StageContext } from '../jobs/types.ts';
import { isPassing } from './passing.ts';
import { isFailedAnswer, probePath, SwitchProbe } from './probe.ts';
import { ReleaseDied } from './release-died.ts';
import type { Run } from './run.ts';
import { applyEdge, persist } from './server-writes.ts';
import type { Turn } from './turn.ts';
import type { Rollout } from './types.ts';

/** Milliseconds within which the edge has to answer by the new release once it was told to. */
const answerWithinMs = 15_000;

/**
 * Switches the app to the release's slot and believes it only when a request through the edge was answered by it. No cancel from here
 * on. Returns the probe that watches the switch, still running.
 */
export async function switchTraffic(run: Run, stage: StageContext, rollout: Rollout, turn: Turn | null): Promise<SwitchProbe> {
  const { edge } = run.session;
  const { record, slot, liveBefore, host } = rollout;
  await run.assertHeld();
  run.job.commit(`${run.app} is being switched to release ${record.number}`);
  // Where nothing served before, a request before the switch fails by rights and tells nothing of it.
  const early = turn?.probe ?? (liveBefore ? new SwitchProbe(edge, host, record.settings) : null);
  try {
    run.onUndo(async () => {
      // That has to come after the release before is there again.
      if (turn) return await turn.takeBack();
      await edge.switchTo(run.app, liveBefore);
      // It may have been answering since.
      await edge.drain(run.app, slot, record.settings.drainSeconds);
    });
    await persist(run, async () => {
      // At each try: while the server was out of reach another computer may have taken over, and removed what this would switch to.
      await run.assertHeld();
      await edge.switchTo(run.app, slot);
    });
    await turn?.end();
    await confirm(run, rollout);
    run.keepUnless((error) => error instanceof ReleaseDied && error.isUndone);
    run.job.commit(liveWords(record));
    run.job.setResult({ app: run.app, release: record.number, host, url: `http://${host}`, probe: null });
    // The names that the release asks for, now that it serves.
    await persist(run, () => applyEdge(run));
  } catch (error) {
    early?.abandon();
    throw error;
  }
  stage.detail(`${host} answers by release ${record.number}`);
  return early ?? new SwitchProbe(edge, host, record.settings);
}

/** What stays once a release was switched to. */
function liveWords({ number, settings: { watchSeconds } }: Rollout['record']): string {
  return watchSeconds === 0
    ? `release ${number} is live, only tidying up is left`
    : `release ${number} is live, and watched for ${watchSeconds} s from the switch on`;
}

export interface Answering {
  readonly record: { readonly number: number; readonly settings: Pick<AppSettings, 'health'> };
  readonly slot: Slot;
  readonly host: string;
}

/** Throws `edge-failed` when no answer came from the slot. */
export async function confirm(run: Run, { record, slot, host }: Answering): Promise<void> {
  let last = 'no answer';
  const answered = await poll(
    async () => {
      try {
        const answer = await run.session.edge.request(host, probePath(record.settings), AbortSignal.timeout(answerWithinMs));
        last = `status ${answer.status}${answer.slot ? '' : ' by the edge itself'}`;
        return answer.slot === slot && !isFailedAnswer(answer, record.settings) ? true : undefined;
      } catch (error) {
        if (!(error instanceof ExpectedError) && !(error instanceof Error && error.name === 'TimeoutError')) throw error;
        last = error.message;
        if (isPassing(error)) await run.session.connection.ready(undefined, 60_000);
        return undefined;
      }
    },
    { everyMs: 100, withinMs: answerWithinMs },
  );
  if (answered) return;
  throw new ExpectedError('edge-failed', `The edge of ${run.server} does not answer for ${host} by release ${record.number}: ${last}`, {
    next: 'The release before it was put back. Look at the edge in the set-up of the server, then deploy again.',
  });
}
