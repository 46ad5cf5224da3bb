import type { AppSummary, ConnectionNeed, JobSummary, ServerSummary } from '../../../src-main/contract/index.ts';
import { latency, relativeTime, secondsUntil } from '../../ui/format.ts';
import type { Status } from '../../ui/status.tsx';
import { shownAddress } from './server-form.ts';

/** A state at one glance: `short` fits the side bar, `words` is the line a user would say. */
export interface Said {
  readonly status: Status;
  readonly short: string;
  readonly words: string;
}

/** What is to be said of a server. `now` in milliseconds since 1970, `settingUp` its set-up while that runs. */
export function serverSaid(server: ServerSummary, now: number, settingUp?: JobSummary): Said {
  const { connection, setup } = server;
  switch (connection.phase) {
    case 'idle':
      return { status: 'stale', short: 'not connected', words: 'Not connected' };
    case 'connecting':
      return { status: 'working', short: 'connecting', words: 'Connecting' };
    case 'waiting': {
      const retry = retryWords(connection.retryAt, now);
      return {
        status: 'waiting',
        short: retry,
        words: `${connection.reason.code === 'ssh-lost' ? 'Connection lost' : 'Not reachable'}, ${retry}`,
      };
    }
    case 'needs-you':
      return {
        status: connection.need.kind === 'host-key-changed' ? 'failed' : 'waiting',
        short: 'needs you',
        words: needWords(connection.need),
      };
    case 'connected': {
      if (settingUp) return { status: 'working', short: 'setting up', words: 'Connected, setting up' };
      if (setup === 'needed') return { status: 'waiting', short: 'needs set-up', words: 'Connected, not set up yet' };
      const ms = connection.latencyMs === null ? null : latency(connection.latencyMs);
      return { status: 'live', short: ms ?? 'connected', words: ms === null ? 'Connected' : `Connected, ${ms}` };
    }
  }
}

export function retryWords(retryAt: number, now: number): string {
  const seconds = secondsUntil(retryAt, now);
  return seconds === 0 ? 'retrying' : `retry in ${seconds} s`;
}

export function needWords(need: ConnectionNeed): string {
  switch (need.kind) {
    case 'accept-host-key':
      return 'Needs you: new host key';
    case 'host-key-changed':
      return 'Stopped: host key changed';
    case 'password':
      return 'Needs you: password';
    case 'passphrase':
      return 'Needs you: passphrase';
    case 'authentication':
      return 'Needs you: login refused';
  }
}

/** Whether what is shown of a server was read over the connection that is open now. */
export function isFresh(server: ServerSummary): boolean {
  return server.connection.phase === 'connected' && server.readAt !== null && server.readAt >= server.connection.since;
}

const appStatus: Readonly<Record<AppSummary['state'], Status>> = {
  live: 'live',
  degraded: 'degraded',
  down: 'failed',
  stopped: 'stopped',
  absent: 'stale',
};

/** What is to be said of an app: a running job first, then how old the news is, then how it fares. */
export function appSaid(server: ServerSummary, app: AppSummary, job: JobSummary | undefined, now: number): Said {
  if (job) {
    const doing = stageWord(job);
    return { status: 'working', short: doing, words: doing.charAt(0).toUpperCase() + doing.slice(1) };
  }
  if (!isFresh(server)) {
    const seen = server.readAt === null ? 'not seen yet' : `seen ${relativeTime(server.readAt, now)}`;
    return { status: 'stale', short: seen, words: `Unknown, ${seen}` };
  }
  const { healthy, wanted } = app.replicas;
  const status = appStatus[app.state];
  switch (app.state) {
    case 'live':
      return { status, short: '', words: wanted > 1 ? `Live, ${healthy} of ${wanted} replicas` : 'Live' };
    case 'degraded':
      return { status, short: `${healthy} of ${wanted}`, words: `Degraded, ${healthy} of ${wanted} replicas` };
    case 'down':
      return { status, short: 'down', words: `Down, 0 of ${wanted} replicas` };
    case 'stopped':
      return { status, short: 'stopped', words: 'Stopped' };
    case 'absent':
      return { status, short: 'not live yet', words: 'Not live yet' };
  }
}

const stageWords: Readonly<Record<string, string>> = {
  scan: 'scanning',
  pack: 'packing',
  upload: 'uploading',
  build: 'building',
  distribute: 'copying',
  configure: 'configuring',
  start: 'starting',
  healthy: 'checking',
  route: 'switching',
  drain: 'draining',
  record: 'recording',
};

const kindWords: Readonly<Record<JobSummary['kind'], string>> = {
  setup: 'setting up',
  deploy: 'deploying',
  rollback: 'rolling back',
  configure: 'changing',
  scale: 'scaling',
  restart: 'restarting',
  stop: 'stopping',
  start: 'starting',
  pause: 'pausing',
  resume: 'resuming',
  remove: 'removing',
  certificate: 'getting a certificate',
  edge: 'renewing the edge',
};

/** What a running job does now, in one word where there is one: "building". */
export function stageWord(job: JobSummary): string {
  if (job.state === 'cancelling') return 'cancelling';
  const stage = job.stages.find((one) => one.state === 'running');
  return (stage && stageWords[stage.id]) ?? kindWords[job.kind];
}

/** `root@203.0.113.7`, with the port where it is another than 22: what one would type after ssh. */
export function sshAddress({ profile }: Pick<ServerSummary, 'profile'>): string {
  return shownAddress(profile.user, profile.host, profile.port);
}

/** "1 down, 2 degraded"; empty when all are well or nothing is known of them. */
export function notWell(statuses: readonly Status[]): string {
  const worst: readonly (readonly [Status, string])[] = [
    ['failed', 'down'],
    ['degraded', 'degraded'],
    ['stopped', 'stopped'],
  ];
  return worst
    .map(([status, word]) => [statuses.filter((one) => one === status).length, word] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}

/** "Debian 12" of "Debian GNU/Linux 12 (bookworm)": without what its users do not say. */
export function shortSystem(system: string): string {
  return system
    .replace(/\s*GNU\/Linux\b/, '')
    .replace(/\s*\([^)]*\)\s*$/, '')
    .trim();
}
