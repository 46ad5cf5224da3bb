import { z } from 'zod';
import type { Event } from '../base/emitter.ts';
import { type JobSummary, jobSummary } from '../contract/index.ts';

/** How many jobs that have ended are kept. */
const mostEnded = 50;

/**
 * Where the list of jobs is kept between two runs of the program and between programs: the window and the command line share
 * it. Logs are not kept.
 */
export interface JobHistory {
  /** What was written last, by whom ever; anything that is not a list of jobs is left out. The same object while nothing changed. */
  load(): unknown;
  /** Reads, changes and writes with no other program's write in between. Called when a job starts, is cancelled, can no longer be, or ends, not for progress. */
  update(change: (saved: unknown) => unknown): Promise<void>;
  /** Another program may have written. */
  readonly onChange?: Event<void> | undefined;
}

/** Tells programs apart, so that a job that still runs in another one is not taken for one that was left behind. */
export interface JobOwner {
  /** This program, unlike any before it and any beside it. */
  readonly self: string;
  isAlive(owner: string): boolean;
}

const savedJob = jobSummary.extend({ owner: z.string().optional() });
export type SavedJob = z.infer<typeof savedJob>;

/** A job to write instead of what is saved of it; null to remove it. */
type JobChanges = ReadonlyMap<string, SavedJob | null>;

export function parseHistory(saved: unknown): SavedJob[] {
  if (!Array.isArray(saved)) return [];
  return saved.flatMap((item) => {
    const parsed = savedJob.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** What is saved, with the changes: those that run, then the last 50 that ended, the newest first in both. */
export function mergeHistory(saved: readonly SavedJob[], changes: JobChanges, owner: JobOwner | undefined): SavedJob[] {
  const changed = [...changes.values()].filter((job) => job !== null).reverse();
  const others = saved.filter((job) => !changes.has(job.id)).map((job) => settle(job, owner));
  const all = [...changed, ...others];
  const running = all.filter((job) => job.endedAt === null).sort((one, other) => other.startedAt - one.startedAt);
  const ended = all.filter((job) => job.endedAt !== null).sort((one, other) => (other.endedAt ?? 0) - (one.endedAt ?? 0));
  return [...running, ...ended.slice(0, mostEnded)];
}

export function toSummary({ owner: _, ...job }: SavedJob): JobSummary {
  return job;
}

/** What a job that a program left behind looked like is not known: it was interrupted, and the next run on the server settles it. */
function settle(job: SavedJob, owner: JobOwner | undefined): SavedJob {
  if (job.state !== 'running' && job.state !== 'cancelling') return job;
  if (job.owner !== undefined && owner?.isAlive(job.owner) === true) return job;
  const lastSign = Math.max(job.startedAt, ...job.stages.map((stage) => (stage.startedAt ?? 0) + (stage.durationMs ?? 0)));
  return {
    ...toSummary(job),
    state: 'interrupted',
    endedAt: lastSign,
    stages: job.stages.map((stage) => (stage.state === 'running' ? { ...stage, state: 'cancelled', progress: null } : stage)),
  };
}
