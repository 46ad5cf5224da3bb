import type { JobKind, JobSummary, ServerSummary } from '../../../src-main/contract/index.ts';
import type { Status } from '../../ui/status.tsx';

interface KindWords {
  readonly doing: string;
  readonly done: string;
  readonly noun: string;
}

const kinds: Readonly<Record<JobKind, KindWords>> = {
  setup: { doing: 'Setting up', done: 'Set up', noun: 'Set-up' },
  deploy: { doing: 'Deploying', done: 'Deployed', noun: 'Deploy' },
  rollback: { doing: 'Rolling back', done: 'Rolled back to', noun: 'Roll back' },
  configure: { doing: 'Changing settings', done: 'Settings changed,', noun: 'Change of settings' },
  scale: { doing: 'Scaling', done: 'Scaled,', noun: 'Scale' },
  restart: { doing: 'Restarting', done: 'Restarted', noun: 'Restart' },
  stop: { doing: 'Stopping', done: 'Stopped', noun: 'Stop' },
  start: { doing: 'Starting', done: 'Started', noun: 'Start' },
  pause: { doing: 'Pausing', done: 'Paused', noun: 'Pause' },
  resume: { doing: 'Resuming', done: 'Resumed', noun: 'Resume' },
  remove: { doing: 'Removing', done: 'Removed', noun: 'Removal' },
  // Its page is headed by what it is for.
  certificate: { doing: 'Asking for it', done: 'Got and served', noun: 'Request' },
  edge: { doing: 'Renewing the edge', done: 'Edge up to date', noun: 'Renewal' },
};

/** The job's state in a word or two: "Deploying", "Deployed r13", "Deploy failed". */
export function jobHeadline(job: Pick<JobSummary, 'kind' | 'state' | 'result'>): { readonly word: string; readonly status: Status } {
  const { doing, done, noun } = kinds[job.kind];
  switch (job.state) {
    case 'running':
      return { word: doing, status: 'working' };
    case 'cancelling':
      return { word: 'Cancelling', status: 'waiting' };
    case 'succeeded':
      return {
        word: job.result === null || job.result.release === 0 ? done.replace(/,$| to$/, '') : `${done} r${job.result.release}`,
        status: 'live',
      };
    case 'failed':
      return { word: `${noun} failed`, status: 'failed' };
    case 'cancelled':
      return { word: `${noun} cancelled`, status: 'stopped' };
    case 'interrupted':
      return { word: `${noun} interrupted`, status: 'degraded' };
  }
}

/** What visitors get while the job runs; null for jobs that do not touch an app. */
export function servingMeanwhile(job: Pick<JobSummary, 'kind' | 'app'>, server: ServerSummary | undefined): string | null {
  if (job.app === null || job.kind === 'setup') return null;
  const app = server?.apps.find((one) => one.name === job.app);
  if (app === undefined || app.release === null) return job.kind === 'deploy' ? 'Nothing yet: this is the first release.' : null;
  if (job.kind === 'stop' || job.kind === 'remove') return `r${app.release} until its requests are answered.`;
  return `r${app.release} serves until the new release answers.`;
}
