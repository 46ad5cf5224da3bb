import { type JobSummary, type SetupStep, type Stage, setupSteps } from '../../../src-main/contract/index.ts';

/** What each step of the checklist does, as it stands there before the first run. */
const waiting: Readonly<Record<SetupStep, { readonly title: string; readonly does: string }>> = {
  reach: { title: 'Reach the server', does: 'Answers over SSH' },
  privileges: { title: 'Check what your user may do', does: 'Root, or sudo' },
  system: { title: 'Check the operating system', does: 'Debian or Ubuntu' },
  resources: { title: 'Check disk and memory', does: 'Room for images and apps' },
  ports: { title: 'Check ports 80 and 443', does: 'Free for web traffic' },
  docker: { title: 'Install and start Docker', does: 'Where it is missing' },
  swarm: { title: 'Start the swarm', does: 'Initialised, or kept as it is' },
  network: { title: 'Make the network', does: 'Between the edge and the apps' },
  edge: { title: 'Start the edge', does: 'HAProxy, which takes the web traffic' },
};

/** The stages to show: those of the latest run, or the whole list waiting. */
export function setupStages(job: JobSummary | undefined): readonly Stage[] {
  if (job !== undefined && job.stages.length > 0) return job.stages;
  return setupSteps.map((id) => ({
    id,
    title: waiting[id].title,
    state: 'waiting',
    detail: waiting[id].does,
    progress: null,
    startedAt: null,
    durationMs: null,
  }));
}

/** How the checklist stands, in one line. */
export function setupWords(job: JobSummary | undefined, setup: 'unknown' | 'needed' | 'ready'): string {
  if (job !== undefined) {
    const done = job.stages.filter(({ state }) => state === 'done' || state === 'already' || state === 'skipped').length;
    const of = `${done} of ${job.stages.length} steps`;
    if (job.state === 'running') return `${of} done`;
    if (job.state === 'cancelling') return 'Cancelling';
    if (job.state === 'succeeded') return job.stages.every(({ state }) => state !== 'done') ? 'Nothing was left to do' : 'Ready for apps';
    if (job.state === 'failed') return `Stopped after ${of}`;
    return `Cancelled after ${of}`;
  }
  return setup === 'ready' ? 'Ready for apps' : setup === 'needed' ? 'Not set up yet' : 'Not looked at yet';
}

/** Whether the set-up stopped for want of the password for sudo. */
export function needsSudo(job: JobSummary | undefined): boolean {
  if (job?.state !== 'failed' || job.error === null) return false;
  if (job.error.code === 'password-needed') return true;
  const failed = job.stages.find(({ state }) => state === 'failed');
  return job.error.code === 'authentication-failed' && failed?.id === 'privileges';
}
