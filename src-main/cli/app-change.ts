import type { JobResult } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import type { CommandContext } from './command-context.ts';
import { showJob } from './job-progress.ts';

interface StartedChange {
  /** Of the job. */
  readonly id: string;
  readonly session: ServerSession;
  readonly app: string;
}

/**
 * Shows a job that changes an app to its end, and then its result: `changed` is false where all was so already. `words` get what came of
 * it, null where nothing had to be done.
 */
export async function showChange(
  { output, services, signal }: CommandContext,
  { id, session, app }: StartedChange,
  words: (result: Partial<JobResult> | null) => string,
): Promise<void> {
  const job = await showJob(id, services, output, signal);
  const changed = job.stages.some(({ state }) => state === 'done');
  output.result({ server: session.profile.name, app, changed, ...job.result }, words(changed ? (job.result ?? {}) : null));
}
