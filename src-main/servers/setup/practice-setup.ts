/** For tests: the set-up of a practice server as the product runs it. */
import type { PracticeServer } from '../../../sandbox/index.ts';
import type { JobSummary } from '../../contract/index.ts';
import { createDocker } from '../../docker/index.ts';
import { connectTo } from '../../docker/practice-connection.ts';
import { createEdge } from '../../edge/index.ts';
import { createJobs } from '../../jobs/index.ts';
import type { HeldConnection } from '../../ssh/index.ts';
import { runSetup, setupStages } from './index.ts';
import type { SetupParts } from './types.ts';

export type OpenSetup = SetupParts & { readonly connection: HeldConnection };

/** Whoever opens one disposes of its connection. */
export function openSetup(server: PracticeServer, user?: string): OpenSetup {
  const connection = connectTo(server, user);
  const docker = createDocker(connection);
  return { name: server.name, connection, docker, edge: createEdge({ connection, docker }) };
}

const jobs = createJobs();

/** Runs the set-up as a job; returns its end and its log. */
export async function setUpAsJob(parts: SetupParts): Promise<{ readonly job: JobSummary; readonly log: readonly string[] }> {
  const id = jobs.start({
    kind: 'setup',
    title: `Set up ${parts.name}`,
    server: parts.name,
    app: null,
    stages: setupStages,
    run: (job) => runSetup(job, parts),
  });
  const job = await jobs.finished(id);
  const log: string[] = [];
  for await (const lines of jobs.log(id, new AbortController().signal)) log.push(...lines.map((line) => line.text));
  return { job, log };
}

export function statesOf(job: JobSummary): Record<string, string> {
  return Object.fromEntries(job.stages.map((stage) => [stage.id, stage.state]));
}
