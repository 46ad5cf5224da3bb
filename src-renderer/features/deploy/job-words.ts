import type { JobKind, JobState, JobSummary, ProbeResult, ServerSummary, Stage } from '../../../src-main/contract/index.ts';
import type { Tone } from '../apps/app-words.ts';

interface KindWords {
  readonly doing: string;
  readonly done: string;
  readonly noun: string;
}

const kinds: Readonly<Record<JobKind, KindWords>> = {
  setup: { doing: 'Setting up', done: 'Set up', noun: 'Set-up' },
  deploy: { doing: 'Deploying', done: 'Deployed', noun: 'Deploy' },
  rollback: { doing: 'Rolling back', done: 'Rolled back', noun: 'Roll back' },
  configure: { doing: 'Changing settings', done: 'Settings changed', noun: 'Change of settings' },
  scale: { doing: 'Scaling', done: 'Scaled', noun: 'Scale' },
  restart: { doing: 'Restarting', done: 'Restarted', noun: 'Restart' },
  stop: { doing: 'Stopping', done: 'Stopped', noun: 'Stop' },
  start: { doing: 'Starting', done: 'Started', noun: 'Start' },
  remove: { doing: 'Removing', done: 'Removed', noun: 'Removal' },
};

/** The job's state in a word or two: "Deploying", "Deployed r13", "Deploy failed". */
export function jobHeadline(job: Pick<JobSummary, 'kind' | 'state' | 'result'>): { readonly word: string; readonly tone: Tone } {
  const { doing, done, noun } = kinds[job.kind];
  switch (job.state) {
    case 'running':
      return { word: doing, tone: 'work' };
    case 'cancelling':
      return { word: 'Cancelling', tone: 'warn' };
    case 'succeeded':
      return { word: job.result === null || job.result.release === 0 ? done : `${done} r${job.result.release}`, tone: 'live' };
    case 'failed':
      return { word: `${noun} failed`, tone: 'fail' };
    case 'cancelled':
      return { word: `${noun} cancelled`, tone: 'stale' };
    case 'interrupted':
      return { word: `${noun} interrupted`, tone: 'warn' };
  }
}

export function isRunning(state: JobState): boolean {
  return state === 'running' || state === 'cancelling';
}

/** What visitors get while the job runs; null for jobs that do not touch an app. */
export function servingMeanwhile(job: Pick<JobSummary, 'kind' | 'app'>, server: ServerSummary | undefined): string | null {
  if (job.app === null || job.kind === 'setup') return null;
  const app = server?.apps.find((one) => one.name === job.app);
  if (app === undefined || app.release === null) return job.kind === 'deploy' ? 'Nothing yet: this is the first release.' : null;
  if (job.kind === 'stop' || job.kind === 'remove') return `r${app.release} until its requests are answered.`;
  return `r${app.release} serves until the new release answers.`;
}

export function failedStage(job: Pick<JobSummary, 'stages'>): Stage | undefined {
  return job.stages.find((stage) => stage.state === 'failed') ?? job.stages.find((stage) => stage.state === 'cancelled');
}

/** How long a stage took or has taken, in milliseconds; null when it has not begun or did nothing. */
export function stageTimeMs(stage: Stage, now: number): number | null {
  if (stage.durationMs !== null) return stage.durationMs;
  return stage.state === 'running' && stage.startedAt !== null ? Math.max(0, now - stage.startedAt) : null;
}

/** Seconds as the stage list shows them: two digits below a second, one below ten, then whole, then minutes. */
export function stageTimeWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

export function probeWords(probe: ProbeResult): string {
  const requests = `${probe.requests.toLocaleString('en')} ${probe.requests === 1 ? 'request' : 'requests'} during the switch`;
  return `${requests}, ${probe.failed.toLocaleString('en')} failed`;
}

/** Share of a stage that is done, 0 to 1; null when it cannot be known. */
export function stageShare(stage: Stage): number | null {
  const { progress } = stage;
  if (progress === null || progress.total === null || progress.total <= 0) return null;
  return Math.min(1, progress.done / progress.total);
}
