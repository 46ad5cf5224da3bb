import { create } from 'zustand';
import type { ErrorShape, JobSummary } from '../../src-main/contract/index.ts';
import { toErrorShape } from '../../src-main/contract/index.ts';
import { call, subscribe } from '../bridge/index.ts';

export interface JobsState {
  /** The latest first. */
  readonly jobs: readonly JobSummary[];
  readonly loaded: boolean;
  readonly error: ErrorShape | null;
}

export const useJobs = create<JobsState>()(() => ({ jobs: [], loaded: false, error: null }));

/** Listens first and reads then, so that nothing is missed in between. Returns the function that ends it. */
export function followJobs(): () => void {
  const stop = subscribe('jobs.changed', (jobs) => useJobs.setState({ jobs: latestFirst(jobs), loaded: true, error: null }));
  void loadJobs();
  return stop;
}

export async function loadJobs(): Promise<void> {
  const before = useJobs.getState().jobs;
  try {
    const jobs = await call('jobs.list', {});
    if (useJobs.getState().jobs === before) useJobs.setState({ jobs: latestFirst(jobs), loaded: true, error: null });
  } catch (error) {
    useJobs.setState({ loaded: true, error: toErrorShape(error) });
  }
}

function latestFirst(jobs: readonly JobSummary[]): readonly JobSummary[] {
  return [...jobs].sort((a, b) => b.startedAt - a.startedAt);
}

export function isRunning(job: JobSummary): boolean {
  return job.state === 'running' || job.state === 'cancelling';
}

export function useJob(id: string): JobSummary | undefined {
  return useJobs((state) => state.jobs.find((job) => job.id === id));
}

/** The running job of an app, if any: it says so in place of "Live". */
export function runningJobOf(jobs: readonly JobSummary[], server: string, app: string): JobSummary | undefined {
  return jobs.find((job) => isRunning(job) && job.server === server && job.app === app);
}

/** The running set-up of a server, if any. Other jobs have no app either: one that gets a certificate. */
export function runningSetupOf(jobs: readonly JobSummary[], server: string): JobSummary | undefined {
  return jobs.find((job) => isRunning(job) && job.server === server && job.kind === 'setup');
}

/** The latest job that gets a certificate for a server, running or ended. */
export function latestCertificateJob(jobs: readonly JobSummary[], server: string): JobSummary | undefined {
  return jobs.find((job) => job.kind === 'certificate' && job.server === server);
}

/** The latest set-up of a server, running or ended. */
export function latestSetup(jobs: readonly JobSummary[], server: string): JobSummary | undefined {
  return jobs.find((job) => job.kind === 'setup' && job.server === server);
}

export async function cancelJob(job: string): Promise<void> {
  await call('jobs.cancel', { job });
}

/** Forgets the jobs that have ended. */
export async function clearJobs(): Promise<void> {
  await call('jobs.clear', {});
}
