import { sleep } from '../base/wait.ts';
import type { Jobs } from './types.ts';

/**
 * Cancels what runs in this program, and resolves when what it began is undone and what is past its point of no return has ended, or after `withinMs`: a server out of reach must not
 * keep the program from ending, and the next run there makes good what is left. Without it a lease would outlive the program, and
 * the next deploy of the same app would wait for it to expire.
 */
export async function endJobs(jobs: Pick<Jobs, 'running' | 'cancel' | 'finished'>, withinMs: number): Promise<void> {
  const running = jobs.running();
  for (const { id, cancellable } of running) if (cancellable) jobs.cancel(id);
  const ended = new AbortController();
  const deadline = sleep(withinMs, ended.signal).catch(() => undefined);
  await Promise.race([Promise.all(running.map(({ id }) => jobs.finished(id))), deadline]);
  ended.abort();
}
