import { expect, it, vi } from 'vitest';
import type { JobSummary } from '../contract/index.ts';
import { QuitGuard } from './quit-guard.ts';

const job: JobSummary = {
  id: 'j',
  kind: 'deploy',
  title: 'Deploy blog to harbor-1',
  server: 'h1',
  app: 'blog',
  state: 'running',
  startedAt: 1,
  endedAt: null,
  stages: [],
  error: null,
  result: null,
};

function guard(running: readonly JobSummary[], answers: readonly boolean[]) {
  const left = [...answers];
  const ask = vi.fn(async (_message: string, _detail: string) => left.shift() ?? false);
  const quit = vi.fn();
  return { guard: new QuitGuard({ running: () => running, ask, quit }), ask, quit };
}

it('lets the program end unasked while no job runs', () => {
  const { guard: quitting, ask } = guard([], []);
  expect(quitting.mayQuit()).toBe(true);
  expect(ask).not.toHaveBeenCalled();
});

it('asks once however often it is tried, quits on a yes, and does not ask again', async () => {
  const { guard: quitting, ask, quit } = guard([job], [true]);
  expect([quitting.mayQuit(), quitting.mayQuit()]).toEqual([false, false]);
  await vi.waitFor(() => expect(quit).toHaveBeenCalledOnce());
  expect(ask).toHaveBeenCalledExactlyOnceWith('"Deploy blog to harbor-1" is still running', expect.stringContaining('next run'));
  expect(quitting.mayQuit()).toBe(true);
});

it('stays on a no, and asks anew the next time', async () => {
  const { guard: quitting, ask, quit } = guard([job, { ...job, id: 'k' }], [false, true]);
  expect(quitting.mayQuit()).toBe(false);
  expect(ask).toHaveBeenCalledWith('2 jobs are still running', expect.anything());
  await vi.waitFor(() => {
    quitting.mayQuit();
    expect(ask).toHaveBeenCalledTimes(2);
  });
  await vi.waitFor(() => expect(quit).toHaveBeenCalledOnce());
});
