import type { JobSummary, Stage } from '../../../src-main/contract/index.ts';
import { count, duration, plural } from '../../ui/format.ts';

/** Where a job is or how it ended, in one line: "Build, step 6 of 9", "Live as r48, 18,204 requests during the switch, 0 failed". */
export function jobWords(job: JobSummary): string {
  switch (job.state) {
    case 'running': {
      const stage = job.stages.find((one) => one.state === 'running');
      if (stage === undefined) return 'Starting';
      return stage.detail === '' ? stage.title : `${stage.title}, ${stage.detail}`;
    }
    case 'cancelling':
      return 'Cancelling, undoing what was begun';
    case 'succeeded':
      return succeeded(job);
    case 'failed':
      return job.error?.message ?? 'Failed';
    case 'cancelled':
      return 'Cancelled, nothing left half-made';
    case 'interrupted':
      if (job.kind === 'certificate') return 'Longshore ended while it ran; what was asked for may be served';
      return 'Longshore ended while it ran; the next run finishes or undoes it';
  }
}

function succeeded(job: JobSummary): string {
  const took = job.endedAt === null ? '' : ` in ${duration(job.endedAt - job.startedAt)}`;
  const { result } = job;
  if (result === null || result.release < 1) return `Done${took}`;
  const probe = result.probe === null ? '' : `, ${plural(result.probe.requests, 'request')}, ${count(result.probe.failed)} failed`;
  return `r${result.release} live${took}${probe}`;
}

/** The share of a job's stages that is behind it, 0 to 1; the running one counts by its own progress. Null before it has stages. */
export function jobShare(job: JobSummary): number | null {
  if (job.stages.length === 0) return null;
  const parts = job.stages.map((stage): number => {
    const { state } = stage;
    if (state === 'done' || state === 'already' || state === 'skipped') return 1;
    return state === 'running' ? (stageShare(stage) ?? 0) : 0;
  });
  return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

/** How long a stage took or has taken, in milliseconds; null when it has not begun or did nothing. */
export function stageTimeMs(stage: Stage, now: number): number | null {
  if (stage.durationMs !== null) return stage.durationMs;
  return stage.state === 'running' && stage.startedAt !== null ? Math.max(0, now - stage.startedAt) : null;
}

/** Share of a stage that is done, 0 to 1; null when it cannot be known. */
export function stageShare(stage: Stage): number | null {
  const { progress } = stage;
  if (progress === null || progress.total === null || progress.total <= 0) return null;
  return Math.min(1, progress.done / progress.total);
}
