import { describe, expect, it } from 'vitest';
import { endJobs } from './end-jobs.ts';
import { createJobs } from './jobs.ts';
import type { JobContext, Jobs } from './types.ts';

function start(jobs: Jobs, app: string, run: (job: JobContext) => Promise<void>): string {
  return jobs.start({ kind: 'deploy', title: `Deploy ${app}`, server: 'one', app, stages: [], run });
}

function untilAborted({ signal }: JobContext): Promise<void> {
  return signal.aborted ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describe('endJobs', () => {
  it('cancels every job and waits until each has undone what it began', async () => {
    const jobs = createJobs();
    const undone: string[] = [];
    const ids = ['first', 'second'].map((app) =>
      start(jobs, app, async (job) => {
        await untilAborted(job);
        await new Promise((resolve) => setImmediate(resolve));
        undone.push(app);
        job.signal.throwIfAborted();
      }),
    );
    await endJobs(jobs, 60_000);
    expect(undone).toEqual(['first', 'second']);
    expect(ids.map((id) => jobs.get(id).state)).toEqual(['cancelled', 'cancelled']);
    jobs.dispose();
  });

  it('waits for one that can no longer be undone, without a cancel', async () => {
    const jobs = createJobs();
    let finish = (): void => undefined;
    const id = start(jobs, 'late', async (job) => {
      job.commit('release 2 is live');
      await new Promise<void>((resolve) => (finish = resolve));
      job.signal.throwIfAborted();
    });
    await Promise.resolve();
    const ended = endJobs(jobs, 60_000);
    finish();
    await ended;
    expect(jobs.get(id).state).toBe('succeeded');
    jobs.dispose();
  });

  it('does not wait for ever for one that cannot end', async () => {
    const jobs = createJobs();
    let finish = (): void => undefined;
    const id = start(jobs, 'stuck', () => new Promise((resolve) => (finish = resolve)));
    await endJobs(jobs, 20);
    expect(jobs.get(id).state).toBe('cancelling');
    finish();
    await jobs.finished(id);
    jobs.dispose();
  });

  it('has nothing to wait for where nothing runs', async () => {
    const jobs = createJobs();
    await endJobs(jobs, 60_000);
    expect(jobs.list()).toEqual([]);
    jobs.dispose();
  });
});
