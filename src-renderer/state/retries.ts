import { navigate } from './view.ts';

/** How to start a job once more. Kept only while the window lives: a job of an earlier run is started from its app instead. */
const retries = new Map<string, () => Promise<{ readonly job: string }>>();
const mostKept = 100;

/** Starts a job, remembers how, and shows it. Throws what the call throws. */
export async function startJob(run: () => Promise<{ readonly job: string }>): Promise<void> {
  const { job } = await run();
  retries.set(job, run);
  const [oldest] = retries.keys();
  if (retries.size > mostKept && oldest !== undefined) retries.delete(oldest);
  navigate({ kind: 'job', job });
}

/** The function that starts the same job again; null when it is not known any more. */
export function retryOf(job: string): (() => Promise<void>) | null {
  const run = retries.get(job);
  return run === undefined ? null : () => startJob(run);
}
