import { z } from 'zod';
import { errorShape } from '../error-shape.ts';
import { probeResult } from './app.ts';
import { serverId, timestamp } from './common.ts';

export const jobKind = z.enum([
  'setup',
  'deploy',
  'rollback',
  'configure',
  'scale',
  'restart',
  'stop',
  'start',
  'remove',
  'pause',
  'resume',
  'certificate',
  'edge',
]);
export type JobKind = z.infer<typeof jobKind>;

export const stageProgress = z.object({
  done: z.number(),
  total: z.number().nullable(),
  unit: z.enum(['bytes', 'steps', 'files', 'replicas']),
});
export type StageProgress = z.infer<typeof stageProgress>;

/** `already` is a step that found nothing to do; `skipped` one that this job does not need. */
export const stage = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'already', 'skipped', 'failed', 'cancelled']),
  /** A few words of result: "2,564 files", "step 6 of 9". */
  detail: z.string(),
  progress: stageProgress.nullable(),
  startedAt: timestamp.nullable(),
  durationMs: z.number().nullable(),
});
export type Stage = z.infer<typeof stage>;

export const jobResult = z.object({
  app: z.string(),
  release: z.number().int(),
  host: z.string(),
  url: z.string(),
  probe: probeResult.nullable(),
});
export type JobResult = z.infer<typeof jobResult>;

/** `interrupted`: the app ended while it ran; the next run on the server finishes or undoes it. */
export const jobState = z.enum(['running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export type JobState = z.infer<typeof jobState>;

export const jobSummary = z.object({
  id: z.string(),
  kind: jobKind,
  /** "Deploy blog to harbor-1". */
  title: z.string(),
  server: serverId,
  app: z.string().nullable(),
  state: jobState,
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  stages: z.array(stage),
  error: errorShape.nullable(),
  result: jobResult.nullable(),
  /** False once what it did stays whatever comes, so that a cancel has no effect. Lists written before there was this field have none. */
  cancellable: z.boolean().default(true),
  /** What stays, from then on: "release 4 is live, only tidying up is left". With it and `cancellable` a cancel only ends the rest early. */
  stays: z.string().nullable().default(null),
});
export type JobSummary = z.infer<typeof jobSummary>;

/** Why a running job can no longer be cancelled, as a sentence; null while it can, and once it has ended. */
export function tooLateWords(job: Pick<JobSummary, 'endedAt' | 'cancellable' | 'stays'>): string | null {
  if (job.cancellable || job.endedAt !== null) return null;
  return `Past the point of no return: ${job.stays ?? 'what was done stays'}.`;
}

/** What a cancel does to a running job that has something to stay, as a sentence; null where it takes everything back, and where it is refused. */
export function endEarlyWords(job: Pick<JobSummary, 'endedAt' | 'cancellable' | 'stays'>): string | null {
  if (job.stays === null || !job.cancellable || job.endedAt !== null) return null;
  return `Cancelling takes nothing back and only ends the rest early: ${job.stays}.`;
}

export const jobLogLine = z.object({
  at: timestamp,
  stage: z.string(),
  stream: z.enum(['stdout', 'stderr', 'note']),
  text: z.string(),
});
export type JobLogLine = z.infer<typeof jobLogLine>;
