import { sleep } from '../base/wait.ts';
import { CancelledError, endEarlyWords, fromErrorShape, type JobSummary, type Stage, tooLateWords } from '../contract/index.ts';
import type { Services } from '../services.ts';
import type { Output } from './output.ts';
import { rolloutKey, rolloutLine } from './rollout-lines.ts';

function duration(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

function stageLine(stage: Stage): string {
  const mark = { done: '✓', already: '✓', skipped: '–', failed: '✗', cancelled: '✗', running: '…', waiting: ' ' }[stage.state];
  const time = stage.durationMs === null ? '' : `  ${duration(stage.durationMs)}`;
  return `${mark} ${stage.title.padEnd(12)} ${stage.detail}${time}`.trimEnd();
}

/**
 * Shows a job until it has ended: each stage as it ends, the log between. Ctrl-C cancels it and waits until what it
 * began is undone, or says that it is too late for that. Returns the finished job; throws its error when it failed or was cancelled.
 */
export async function showJob(id: string, services: Services, output: Output, signal: AbortSignal): Promise<JobSummary> {
  const shown = new Set<string>();
  const showStages = (job: JobSummary): void => {
    for (const stage of job.stages) {
      if (stage.durationMs === null || stage.state === 'running' || shown.has(stage.id)) continue;
      shown.add(stage.id);
      output.note(stageLine(stage));
    }
  };
  const listening = services.jobs.onChange((jobs) => {
    const job = jobs.find((one) => one.id === id);
    if (job) showStages(job);
  });
  const cancel = (): void => {
    const tooLate = tooLateWords(services.jobs.get(id));
    if (tooLate !== null) output.note(`${tooLate} Waiting for its end; Ctrl-C again leaves it as it is.`);
    else {
      output.note(endEarlyWords(services.jobs.get(id)) ?? 'Cancelling; what was begun is being undone. Ctrl-C again leaves it as it is.');
      services.jobs.cancel(id);
    }
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  const logEnd = new AbortController();
  const log = (async () => {
    for await (const lines of services.jobs.log(id, logEnd.signal)) for (const line of lines) output.note(`  ${line.text}`);
  })().catch(() => undefined);
  const moves = showMoves(id, services, output, logEnd.signal);
  try {
    const job = await services.jobs.finished(id);
    await log;
    showStages(job);
    if (job.error) throw fromErrorShape(job.error);
    if (job.state !== 'succeeded') throw new CancelledError();
    return job;
  } finally {
    logEnd.abort();
    await moves;
    listening.dispose();
    signal.removeEventListener('abort', cancel);
  }
}

const lookEveryMs = 1_000;
/** The stages in which replicas of one release take the place of another's. */
const moving: ReadonlySet<string> = new Set(['start', 'healthy', 'route', 'drain', 'watch']);

/** A line whenever the replicas stand otherwise than before. What cannot be seen at a moment is looked for again: it is beside the job. */
async function showMoves(id: string, services: Services, output: Output, signal: AbortSignal): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    const { app, server, stages } = services.jobs.get(id);
    const isMoving = stages.some((stage) => stage.state === 'running' && moving.has(stage.id));
    const session = app !== null && isMoving ? services.servers.session(server) : null;
    const view = session && app !== null ? await services.apps.rollout(session, app, signal).catch(() => null) : null;
    if (view && view.releases.length > 0 && rolloutKey(view) !== last && !signal.aborted) {
      last = rolloutKey(view);
      output.note(`  ${rolloutLine(view)}`);
    }
    await sleep(lookEveryMs, signal).catch(() => undefined);
  }
}
