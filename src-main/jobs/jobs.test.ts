import { describe, expect, it } from 'vitest';
import { CancelledError, ExpectedError, endEarlyWords, type JobSummary, tooLateWords } from '../contract/index.ts';
import type { JobHistory } from './history.ts';
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

  it('cannot be cancelled any more once it has committed itself, and says what stays', async () => {
    const jobs = createJobs();
    const told: JobSummary[] = [];
    jobs.onChange((list) => void told.push(...list));
    const id = jobs.start(
      job(async (context) => {
        expect(jobs.get(context.id)).toMatchObject({ cancellable: true, stays: null });
        expect(tooLateWords(jobs.get(context.id))).toBeNull();
        context.commit('blog is being switched to release 4');
        expect(told.at(-1)).toMatchObject({ cancellable: false, stays: 'blog is being switched to release 4' });
        context.commit('release 4 is live, only tidying up is left');
        expect(() => jobs.cancel(context.id)).toThrow('Past the point of no return: release 4 is live, only tidying up is left.');
        await context.stage('one', async (stage) => stage.signal.throwIfAborted());
      }),
    );
    const ended = await jobs.finished(id);
    expect(ended).toMatchObject({ state: 'succeeded', error: null });
    expect(ended.stages[0]?.state).toBe('done');
    expect(tooLateWords(ended)).toBeNull();
  });

  it('ends early past that point where it can, by a cancel and by the end of the program, and has succeeded then', async () => {
    for (const end of ['cancel', 'dispose'] as const) {
      const jobs = createJobs();
      const committed = gate();
      const id = jobs.start(
        job(async (context) => {
          const ended = gate();
          context.commit('release 4 is live, and watched', ended.open);
          committed.open();
          await ended.opened;
          context.signal.throwIfAborted();
          context.commit('release 4 is live');
        }),
      );
      await committed.opened;
      const running = jobs.get(id);
      expect(running).toMatchObject({ cancellable: true, stays: 'release 4 is live, and watched' });
      expect(tooLateWords(running)).toBeNull();
      expect(endEarlyWords(running)).toBe('Cancelling takes nothing back and only ends the rest early: release 4 is live, and watched.');
      const ended = jobs.finished(id);
      if (end === 'cancel') jobs.cancel(id);
      else jobs.dispose();
      expect(await ended).toMatchObject({ state: 'succeeded', cancellable: false, stays: 'release 4 is live' });
      expect(endEarlyWords(await ended)).toBeNull();
    }
  });

  it('tells of what is there already while it runs, and takes it back', async () => {
    const jobs = createJobs();
    const result = { app: 'blog', release: 4, host: 'blog', url: 'http://blog', probe: null };
    const id = jobs.start(
      job(async (context) => {
        context.setResult(result);
        expect(jobs.get(context.id).result).toEqual(result);
        context.setResult(null);
      }),
    );
    expect((await jobs.finished(id)).result).toBeNull();
  });

  it('is not stopped past that point by the end of the program either', async () => {
    const jobs = createJobs();
    const committed = gate();
    const held = gate();
    const id = jobs.start(
      job(async (context) => {
        context.commit('release 4 is live');
        committed.open();
        await held.opened;
        context.signal.throwIfAborted();
      }),
    );
    await committed.opened;
    const ended = jobs.finished(id);
    jobs.dispose();
    held.open();
    expect((await ended).state).toBe('succeeded');
  });

  it('does not commit itself after a cancel', async () => {
    const jobs = createJobs();
    const id = jobs.start(
      job(async (context) => {
        jobs.cancel(context.id);
        context.commit('nothing');
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

  it('takes no harm from a history that is not one', () => {
    expect(createJobs({ history: memory([{ id: 1 }, 'x']) }).list()).toEqual([]);
    expect(createJobs({ history: memory('nonsense') }).list()).toEqual([]);
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

/** One place that several programs keep their jobs in; what is kept is JSON. */
function memory(initial?: unknown): JobHistory & { saved: unknown } {
  return {
    saved: initial,
    load() {
      return this.saved;
    },
    async update(change) {
      await Promise.resolve();
      this.saved = JSON.parse(JSON.stringify(change(this.saved)));
    },
  };
}

function hold(): { readonly start: JobStart; readonly opened: () => void } {
  const held = gate();
  return { start: job(() => held.opened), opened: held.open };
}

describe('programs that share a history', () => {
  const alive = new Set(['window', 'command']);
  const program = (self: string, history: JobHistory) => createJobs({ history, owner: { self, isAlive: (owner) => alive.has(owner) } });
  const titles = (jobs: { list(): readonly JobSummary[] }) => jobs.list().map((each) => each.title);
  const run = async (jobs: ReturnType<typeof createJobs>, title: string) =>
    jobs.finished(jobs.start(job(async () => undefined, { title })));

  it('finds a job of an earlier run as it ended, and one that still ran as interrupted', async () => {
    const history = memory();
    const first = program('gone', history);
    const done = first.start(job(async () => undefined, { app: 'done' }));
    await first.finished(done);
    const { start, opened } = hold();
    const held = first.start(start);
    await expect.poll(() => JSON.stringify(history.saved)).toContain(held);

    const second = program('window', history);
    expect(second.get(done).state).toBe('succeeded');
    expect(second.get(held)).toMatchObject({ state: 'interrupted', endedAt: expect.any(Number) as number });
    expect(await readAll(second.log(done, new AbortController().signal))).toEqual([expect.stringContaining('not kept')]);
    opened();
    await first.finished(held);
  });

  it('finds jobs that were written before it was known whether they can be cancelled', async () => {
    const history = memory();
    const first = program('gone', history);
    await run(first, 'of old');
    const [old] = history.saved as [Record<string, unknown>];
    delete old['cancellable'];
    delete old['stays'];
    expect(program('window', history).list()).toMatchObject([{ title: 'of old', state: 'succeeded', cancellable: true, stays: null }]);
  });

  it('shows of the running job of another that it can no longer be cancelled', async () => {
    const history = memory();
    const held = gate();
    const window = program('window', history);
    const id = window.start(
      job(async (context) => {
        context.commit('release 4 is live');
        await held.opened;
      }),
    );
    const command = program('command', history);
    await expect.poll(() => command.list()[0]).toMatchObject({ id, state: 'running', cancellable: false, stays: 'release 4 is live' });
    held.open();
    await window.finished(id);
  });

  it('loses no job of either', async () => {
    const history = memory();
    const window = program('window', history);
    await run(window, 'by the window');
    const command = program('command', history);
    await run(command, 'by a command');
    await run(window, 'by the window again');
    expect(titles(window).sort()).toEqual(['by a command', 'by the window', 'by the window again']);
    expect(titles(command).sort()).toEqual(titles(window).sort());
  });

  it('shows the running job of another as running, and as interrupted only once that one is gone', async () => {
    const history = memory();
    const window = program('window', history);
    const { start, opened } = hold();
    const id = window.start(start);
    await expect.poll(() => JSON.stringify(history.saved)).toContain(id);
    const command = program('command', history);
    await run(command, 'beside it');
    expect(command.get(id)).toMatchObject({ state: 'running', endedAt: null });
    expect(command.get(id)).not.toHaveProperty('owner');
    expect(command.running()).toEqual([]);
    expect(() => command.cancel(id)).toThrow(/Another Longshore/);
    alive.delete('window');
    expect(command.get(id).state).toBe('interrupted');
    alive.add('window');
    opened();
    await window.finished(id);
    expect(command.get(id).state).toBe('succeeded');
  });

  it('removes what was cleared and nothing that ended or ran meanwhile', async () => {
    const history = memory();
    const window = program('window', history);
    const command = program('command', history);
    await run(command, 'seen');
    const { start, opened } = hold();
    const id = command.start({ ...start, title: 'runs' });
    await expect.poll(() => titles(window)).toContain('runs');
    window.clearEnded();
    await command.finished(command.start(job(async () => undefined, { title: 'later', app: 'other' })));
    expect(titles(window)).not.toContain('seen');
    opened();
    await command.finished(id);
    expect(titles(window)).toContain('runs');
    expect(titles(command)).not.toContain('seen');
  });

  it('keeps what could not be written until it can', async () => {
    const history = memory();
    const { update } = history;
    history.update = () => Promise.reject(new Error('the disk is full'));
    const window = program('window', history);
    await run(window, 'first');
    expect(titles(window)).toEqual(['first']);
    history.update = update;
    await run(window, 'second');
    expect(titles(program('command', history)).sort()).toEqual(['first', 'second']);
  });
});
