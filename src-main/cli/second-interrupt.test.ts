import { afterEach, expect, it, vi } from 'vitest';
import { createJobs } from '../jobs/index.ts';
import type { Services } from '../services.ts';
import { showJob } from './job-progress.ts';
import { createOutput, exitCodes } from './output.ts';
import { runProgram } from './program.ts';

// The command is replaced by one whose undoing takes until the test lets it end: as with a server that is out of reach.
vi.mock('./server-commands.ts', async (original) => ({
  ...(await original<typeof import('./server-commands.ts')>()),
  listServers: async ({ services, signal }: { readonly services: Services; readonly signal: AbortSignal }) => {
    const [job] = services.jobs.running();
    await showJob(job?.id ?? '', services, createOutput(false), signal);
  },
}));

afterEach(() => void vi.restoreAllMocks());

it.each([
  ['', 'SIGINT'],
  ['--json', 'SIGINT'],
  ['', 'SIGTERM'],
] as const)('does not wait for the undoing after the second %s %s, and says what is left', async (flag, signal) => {
  const jobs = createJobs();
  let undone = (): void => undefined;
  jobs.start({
    kind: 'deploy',
    title: 'Deploy shop to harbor-1',
    server: 'h1',
    app: 'shop',
    stages: [],
    run: async (job) => {
      await new Promise<void>((resolve) => (undone = resolve));
      job.signal.throwIfAborted();
    },
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((chunk: string | Uint8Array, done?: unknown) => {
      written[name] += String(chunk);
      if (typeof done === 'function') done();
      return true;
    });
  }
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  let now = 1_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const before = process.listenerCount(signal);
  const services = { store: { recovered: [] }, jobs, dispose: () => undefined } as unknown as Services;
  const ran = runProgram(['servers', 'list', ...(flag === '' ? [] : [flag])], { version: '1', open: async () => services });
  await vi.waitFor(() => expect(process.listenerCount(signal)).toBe(before + 1));
  await new Promise((resolve) => setImmediate(resolve));

  process.emit(signal);
  expect(written.stderr).toMatch(/^Cancelling; .*Ctrl-C again/);
  expect(exit).not.toHaveBeenCalled();
  now += 2_000;
  process.emit(signal);
  expect(exit).toHaveBeenCalledExactlyOnceWith(exitCodes.cancelled);
  const words = written.stderr.trim().split('\n').at(-1);
  expect(words).toMatch(
    /^Ended at once\. "Deploy shop to harbor-1" was not undone, .* stays on the server\. The next deploy of shop there/,
  );
  if (flag === '--json') expect(JSON.parse(written.stdout)).toEqual({ error: { code: 'cancelled', message: words } });
  else expect(written.stdout).toBe('');

  undone();
  expect(await ran).toBe(exitCodes.cancelled);
  expect(process.listenerCount(signal)).toBe(before);
  jobs.dispose();
});
