import { describe, expect, it } from 'vitest';
import { CancelledError } from '../contract/index.ts';
import { createJobs, type JobContext } from '../jobs/index.ts';
import type { Services } from '../services.ts';
import { showJob } from './job-progress.ts';
import type { Output } from './output.ts';

/** Shows a job whose command is interrupted by `run` itself, and gives what was printed. */
async function show(run: (job: JobContext, interrupt: () => void) => Promise<void>) {
  const jobs = createJobs();
  const notes: string[] = [];
  const output: Output = { json: false, note: (text) => void notes.push(text), result: () => undefined, line: () => undefined };
  const controller = new AbortController();
  const id = jobs.start({
    kind: 'deploy',
    title: 'Deploy shop to harbor-1',
    server: 'h1',
    app: 'shop',
    stages: [{ id: 'drain', title: 'Drain' }],
    run: (job) => run(job, () => controller.abort()),
  });
  const ended = await showJob(id, { jobs } as unknown as Services, output, controller.signal).catch((error: unknown) => error);
  jobs.dispose();
  return { ended, notes };
}

describe('Ctrl-C while a job is shown', () => {
  it('cancels it and says so', async () => {
    const { ended, notes } = await show(async (job, interrupt) => {
      interrupt();
      job.signal.throwIfAborted();
    });
    expect(ended).toBeInstanceOf(CancelledError);
    expect(notes).toEqual(['Cancelling; what was begun is being undone. Ctrl-C again leaves it as it is.']);
  });

  it('promises no undoing past the point of no return, and waits for the end', async () => {
    const { ended, notes } = await show(async (job, interrupt) => {
      job.commit('release 4 is live, only tidying up is left');
      interrupt();
      await job.stage('drain', async (stage) => stage.detail('release 3 ended'));
    });
    expect(ended).toMatchObject({ state: 'succeeded' });
    expect(notes[0]).toBe(
      'Past the point of no return: release 4 is live, only tidying up is left. Waiting for its end; Ctrl-C again leaves it as it is.',
    );
    expect(notes.join('\n')).not.toMatch(/undone/);
    expect(notes.at(-1)).toContain('release 3 ended');
  });
});
