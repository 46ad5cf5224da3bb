import type { JobSummary, Stage } from '../../../src-main/contract/index.ts';

/** A stage of a job as main tells of it; waiting, unless said. */
export function stageOf(id: string, change: Partial<Stage> = {}): Stage {
  return { id, title: id, state: 'waiting', detail: '', progress: null, startedAt: null, durationMs: null, ...change };
}

/** A job as main tells of it: a deploy that runs, unless said. */
export function jobOf(change: Partial<JobSummary> = {}): JobSummary {
  return {
    id: 'j',
    kind: 'deploy',
    title: 'Deploy shop to h',
    server: 's1',
    app: 'shop',
    state: 'running',
    startedAt: 0,
    endedAt: null,
    stages: [],
    error: null,
    result: null,
    cancellable: true,
    stays: null,
    ...change,
  };
}
