import { describe, expect, it } from 'vitest';
import { CancelledError, ExpectedError, type JobSummary } from '../contract/index.ts';
import { createJobs } from './jobs.ts';
import type { JobContext, JobStart } from './types.ts';

const stages = [
  { id: 'one', title: 'One' },
  { id: 'two', title: 'Two' },
];

function job(run: (job: JobContext) => Promise<void>, more: Partial<JobStart> = {}): JobStart {
  return { kind: 'deploy', title: 'Deploy blog to harbor-1', server: 'h1', app: 'blog', stages, run, ...more };
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits until it is cancelled, then throws what the signal says. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

async function readAll(source: AsyncIterable<readonly { readonly text: string }[]>): Promise<string[]> {
  const texts: string[] = [];
  for await (const batch of source) texts.push(...batch.map((line) => line.text));
  return texts;
}

describe('jobs', () => {
  it('shows each stage as it goes and keeps the result', async () => {
    const jobs = createJobs();
    const id = jobs.start(
      job(async (context) => {
        await context.stage('one', async (stage) => {
          stage.detail('12 files');
          stage.progress({ done: 12, total: 12, unit: 'files' });
        });
        await context.stage('two', async (stage) => stage.already('nothing to do'));
        context.setResult({ app: 'blog', release: 3, host: 'blog.example.com', url: 'http://blog.example.com', probe: null });
      }),
    );
    const ended = await jobs.finished(id);
    expect(ended.state).toBe('succeeded');
    expect(ended.stages.map((stage) => [stage.state, stage.detail])).toEqual([
      ['done', '12 files'],
      ['already', 'nothing to do'],
    ]);
    expect(ended.result?.release).toBe(3);
    expect(ended.endedAt).toBeGreaterThanOrEqual(ended.startedAt);
    expect(jobs.get(id)).toEqual(ended);
  });

  it('marks the stage that failed, keeps the error, and leaves later stages waiting', async () => {
    const jobs = createJobs();
    const id = jobs.start(
      job(async (context) => {
        await context.stage('one', async () => {
          throw new ExpectedError('disk-full', 'No space left on harbor-1', { next: 'Remove images.', detail: '12 MB free' });
        });
      }),
    );
    const ended = await jobs.finished(id);
    expect(ended.state).toBe('failed');
    expect(ended.error).toEqual({ code: 'disk-full', message: 'No space left on harbor-1', next: 'Remove images.', detail: '12 MB free' });
    expect(ended.stages.map((stage) => stage.state)).toEqual(['failed', 'waiting']);
  });

  it('is cancelling until what it began is undone, then cancelled', async () => {
    const jobs = createJobs();
    const undone = gate();
    const begun = gate();
    const id = jobs.start(
      job(async (context) => {
        try {
          await context.stage('one', (stage) => {
            begun.open();
            return untilAborted(stage.signal);
          });
        } finally {
          await undone.opened;
        }
      }),
    );
    await begun.opened;
    jobs.cancel(id);
    expect(jobs.get(id).state).toBe('cancelling');
    undone.open();
    const ended = await jobs.finished(id);
    expect(ended.state).toBe('cancelled');
    expect(ended.error).toBeNull();
    expect(ended.stages[0]?.state).toBe('cancelled');
  });

  it('starts no further stage once it is cancelled', async () => {
    const jobs = createJobs();
    let ran = false;
    const id = jobs.start(
      job(async (context) => {
        jobs.cancel(context.id);
        await context.stage('one', async () => {
          ran = true;
        });
      }),
    );
    expect((await jobs.finished(id)).state).toBe('cancelled');
    expect(ran).toBe(false);
  });

  it('has succeeded when a cancel came too late to stop it', async () => {
    const jobs = createJobs();
    const id = jobs.start(job(async (context) => jobs.cancel(context.id)));
    expect((await jobs.finished(id)).state).toBe('succeeded');
  });

  it('cannot be cancelled any more once it has committed itself', async () => {
    const jobs = createJobs();
    const id = jobs.start(
      job(async (context) => {
        context.commit();
        jobs.cancel(context.id);
        await context.stage('one', async (stage) => stage.signal.throwIfAborted());
      }),
    );
    const ended = await jobs.finished(id);
    expect(ended.state).toBe('succeeded');
    expect(ended.stages[0]?.state).toBe('done');
  });

  it('does not commit itself after a cancel', async () => {
    const jobs = createJobs();
    const id = jobs.start(
      job(async (context) => {
        jobs.cancel(context.id);
        context.commit();
      }),
    );
    expect((await jobs.finished(id)).state).toBe('cancelled');
  });

  it('refuses a second job on the same app, and any beside a job on the whole server', async () => {
    const jobs = createJobs();
    const held = gate();
    const wait = async (): Promise<void> => held.opened;
    const ids = [
      jobs.start(job(wait)),
      jobs.start(job(wait, { app: 'shop' })),
      jobs.start(job(wait, { server: 'h2', kind: 'setup', app: null })),
    ];
    expect(() => jobs.start(job(wait))).toThrow(/"Deploy blog to harbor-1" is still running/);
    expect(() => jobs.start(job(wait, { kind: 'setup', app: null }))).toThrow(ExpectedError);
    expect(() => jobs.start(job(wait, { server: 'h2' }))).toThrow(ExpectedError);
    held.open();
    await Promise.all(ids.map((id) => jobs.finished(id)));
    await jobs.finished(jobs.start(job(async () => undefined)));
  });

  it('replays the log from its beginning, goes on live, and ends with the job', async () => {
    const jobs = createJobs();
    const held = gate();
    const id = jobs.start(
      job((context) =>
        context.stage('one', async (stage) => {
          stage.log('before');
          await held.opened;
          stage.log('after', 'stderr');
        }),
      ),
    );
    const live = readAll(jobs.log(id, new AbortController().signal));
    held.open();
    expect(await live).toEqual(['before', 'after']);
    await jobs.finished(id);
    expect(await readAll(jobs.log(id, new AbortController().signal))).toEqual(['before', 'after']);
  });

  it('stops reading the log of a job when the reader leaves', async () => {
    const jobs = createJobs();
    const held = gate();
    const id = jobs.start(job(() => held.opened));
    const reader = new AbortController();
    const reading = readAll(jobs.log(id, reader.signal));
    reader.abort();
    expect(await reading).toEqual([]);
    held.open();
    await jobs.finished(id);
  });

  it('tells at most some ten times a second, and always the last state', async () => {
    const jobs = createJobs();
    const told: JobSummary[] = [];
    jobs.onChange((list) => {
      const [first] = list;
      if (first) told.push(first);
    });
    const id = jobs.start(
      job((context) =>
        context.stage('one', async (stage) => {
          for (let done = 0; done < 5000; done += 1) stage.progress({ done, total: 5000, unit: 'files' });
        }),
      ),
    );
    await jobs.finished(id);
    expect(told.length).toBeLessThan(10);
    expect(told.at(-1)?.state).toBe('succeeded');
    expect(told.at(-1)?.stages[0]?.progress?.done).toBe(4999);
  });

  it('keeps the last 50 ended jobs and clears them when asked', async () => {
    const jobs = createJobs();
    for (let i = 0; i < 55; i += 1) await jobs.finished(jobs.start(job(async () => undefined, { title: `job ${i}` })));
    expect(jobs.list()).toHaveLength(50);
    expect(jobs.list()[0]?.title).toBe('job 54');
    jobs.clearEnded();
    expect(jobs.list()).toEqual([]);
  });

  it('finds a job of an earlier run as it ended, and one that still ran as interrupted', async () => {
    const saved: { list: unknown } = { list: undefined };
    const history = { load: () => saved.list, save: (list: readonly JobSummary[]) => (saved.list = JSON.parse(JSON.stringify(list))) };
    const first = createJobs({ history });
    const done = first.start(job(async () => undefined, { app: 'done' }));
    await first.finished(done);
    const begun = gate();
    const held = first.start(
      job((context) =>
        context.stage('one', (stage) => {
          begun.open();
          return untilAborted(stage.signal);
        }),
      ),
    );
    await begun.opened;

    const second = createJobs({ history: { ...history, save: () => undefined } });
    expect(second.get(done).state).toBe('succeeded');
    expect(second.get(held).state).toBe('interrupted');
    expect(second.get(held).endedAt).not.toBeNull();
    expect(await readAll(second.log(done, new AbortController().signal))).toEqual([expect.stringContaining('not kept')]);

    first.cancel(held);
    await first.finished(held);
  });

  it('takes no harm from a history that is not one', () => {
    expect(createJobs({ history: { load: () => [{ id: 1 }, 'x'], save: () => undefined } }).list()).toEqual([]);
    expect(createJobs({ history: { load: () => 'nonsense', save: () => undefined } }).list()).toEqual([]);
  });

  it('cancels what runs when it is disposed of', async () => {
    const jobs = createJobs();
    const id = jobs.start(job((context) => untilAborted(context.signal)));
    const ended = jobs.finished(id);
    await Promise.resolve();
    jobs.dispose();
    expect((await ended).state).toBe('cancelled');
  });

  it('keeps a failure apart from a cancellation that the work made up itself', async () => {
    const jobs = createJobs();
    const id = jobs.start(
      job(async () => {
        throw new CancelledError();
      }),
    );
    expect((await jobs.finished(id)).state).toBe('cancelled');
  });
});
