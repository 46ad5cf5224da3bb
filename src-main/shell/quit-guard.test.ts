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
  cancellable: true,
  stays: null,
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

it('promises no undoing of what can no longer be undone', async () => {
  const late: JobSummary = {
    ...job,
    title: 'Deploy shop to harbor-1',
    cancellable: false,
    stays: 'release 4 is live, only tidying up is left',
  };
  const told = (running: readonly JobSummary[]): string | undefined => {
    const { guard: quitting, ask } = guard(running, []);
    quitting.mayQuit();
    return ask.mock.calls[0]?.[1];
  };
  expect(told([job])).toMatch(/^Quitting cancels what runs and undoes/);
  expect(told([job])).not.toContain('point of no return');
  expect(told([late])).toMatch(/^Past the point of no return: release 4 is live, only tidying up is left\. Quitting does not undo it:/);
  expect(told([late])).not.toContain('cancels');
  expect(told([late, job])).toMatch(/^Quitting cancels .*\n\n"Deploy shop to harbor-1": Past the point of no return: release 4/);
});
