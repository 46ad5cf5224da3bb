import type { AppSettings } from '../contract/index.ts';
import { ExpectedError } from '../contract/index.ts';
import type { ContainerState, Task } from '../docker/types.ts';
import type { SlotServers } from '../edge/types.ts';
import type { Listener } from './listeners.ts';

/** What is seen of a release that is being started, at one moment. */
export interface StartSight {
  readonly settings: AppSettings;
  readonly tasks: readonly Task[];
  readonly servers: SlotServers;
  /** Of one container that runs; null when none does or it could not be looked into. */
  readonly listeners: readonly Listener[] | null;
  /** How the health command of a replica that waits for it ended last; null where none waits. */
  readonly lastCheck: ContainerState['lastCheck'];
}

/** Why a release is not healthy yet. */
export type Finding =
  /** A replica ended by itself `times` times; the last time with `exitCode`. */
  | { readonly cause: 'crashed'; readonly times: number; readonly exitCode: number | null; readonly task: Task }
  /** Docker refuses to run it at all. */
  | { readonly cause: 'rejected'; readonly times: number; readonly words: string }
  /** Swarm finds no place for it. */
  | { readonly cause: 'unplaced'; readonly words: string }
  | { readonly cause: 'starting' }
  | { readonly cause: 'loopback-only'; readonly ports: readonly number[] }
  | { readonly cause: 'other-port'; readonly ports: readonly number[] }
  | { readonly cause: 'no-port' }
  | { readonly cause: 'status'; readonly status: number }
  /** The health command does not end well. */
  | { readonly cause: 'command'; readonly exitCode: number; readonly output: string }
  /** The edge's check fails for another reason, or some replicas are not up yet. */
  | { readonly cause: 'check'; readonly words: string };

const crashesThatProve = 3;
const rejectionsThatProve = 2;
/** Milliseconds for which a finding has to hold: servers bind their final port after others, and later than they start. */
const loopbackHoldsMs = 5_000;
const otherPortHoldsMs = 20_000;

/** The most telling reason why not all replicas are healthy; null when they are. */
export function findCause(sight: StartSight): Finding | null {
  if (sight.servers.healthy >= sight.settings.replicas) return null;
  const rejected = sight.tasks.filter((task) => task.state === 'rejected');
  const lastRejected = newest(rejected);
  if (lastRejected) return { cause: 'rejected', times: rejected.length, words: lastRejected.error || lastRejected.message };

  const crashed = crashes(sight.tasks);
  if (crashed) return crashed;

  if (sight.lastCheck !== null && sight.lastCheck.exitCode !== 0) return { cause: 'command', ...sight.lastCheck };
  if (!sight.tasks.some((task) => task.state === 'running')) {
    const stuck = sight.tasks.find((task) => task.state === 'pending' && task.error !== '');
    return stuck ? { cause: 'unplaced', words: stuck.error } : { cause: 'starting' };
  }
  return sight.servers.healthy === 0 ? (findInListeners(sight) ?? findInCheck(sight.servers)) : findInCheck(sight.servers);
}

/** The task slot that crashed most. An end with code 0 is one as well: a server is not meant to end. */
function crashes(tasks: readonly Task[]): Finding | null {
  let worst: Finding | null = null;
  for (const slot of new Set(tasks.map((task) => task.slot))) {
    const ended = tasks.filter((task) => task.slot === slot && (task.state === 'failed' || task.state === 'complete'));
    const last = newest(ended);
    if (!last || (worst?.cause === 'crashed' && worst.times >= ended.length)) continue;
    worst = { cause: 'crashed', times: ended.length, exitCode: last.exitCode, task: last };
  }
  return worst;
}

function findInListeners({ listeners, settings }: StartSight): Finding | null {
  if (!listeners) return null;
  const own = listeners.find((listener) => listener.port === settings.port);
  if (own) return own.loopback ? { cause: 'loopback-only', ports: [own.port] } : null;
  const open = listeners.filter((listener) => !listener.loopback).map((listener) => listener.port);
  if (open.length > 0) return { cause: 'other-port', ports: open };
  const closed = listeners.map((listener) => listener.port);
  return closed.length > 0 ? { cause: 'loopback-only', ports: closed } : { cause: 'no-port' };
}

function findInCheck(servers: SlotServers): Finding {
  const words = servers.lastFailure ?? '';
  const status = /^L7STS\D*(\d{3})/.exec(words)?.[1];
  return status ? { cause: 'status', status: Number(status) } : { cause: 'check', words };
}

/** True when waiting longer cannot help. `heldMs` is for how long the same has been found. */
export function isFinal(finding: Finding, heldMs: number): boolean {
  switch (finding.cause) {
    case 'crashed':
      return finding.times >= crashesThatProve;
    case 'rejected':
      return finding.times >= rejectionsThatProve;
    case 'loopback-only':
      return heldMs >= loopbackHoldsMs;
    case 'other-port':
      return heldMs >= otherPortHoldsMs;
    default:
      return false;
  }
}

/**
 * The finding to go by after `last`. While a check is under way HAProxy may show the end of the one before without its status: that is
 * no news, and must not hide what is known.
 */
export function notPoorerThan(last: Finding | null, finding: Finding | null): Finding | null {
  const isPoorer = finding?.cause === 'check' && last?.cause === 'status' && finding.words.startsWith('L7STS');
  return isPoorer ? last : finding;
}

/** Equal for two findings that say the same. */
export function findingKey(finding: Finding): string {
  return 'ports' in finding ? `${finding.cause} ${finding.ports.join()}` : finding.cause;
}

/** A few words while it waits. */
export function findingInBrief(finding: Finding, { servers, settings }: StartSight): string {
  const count = `${servers.healthy} of ${settings.replicas} healthy`;
  switch (finding.cause) {
    case 'crashed':
      return `${count}; ${exitWords(finding.exitCode)}, starting again`;
    case 'rejected':
    case 'unplaced':
      return `${count}; ${finding.words}`;
    case 'loopback-only':
      return `${count}; listens on 127.0.0.1 only`;
    case 'other-port':
      return `${count}; listens on port ${finding.ports.join(', ')}`;
    case 'status':
      return `${count}; answers with status ${finding.status}`;
    case 'command':
      return `${count}; the health command: ${commandWords(finding)}`;
    case 'starting':
    case 'no-port':
    case 'check':
      return count;
  }
}

export interface Explained {
  /** "shop r4 on harbor-1". */
  readonly name: string;
  readonly settings: AppSettings;
  /** What still serves, as the end of the next step: "Release 3 still serves." Empty for a first release. */
  readonly meanwhile: string;
  /** The last lines that the app printed, empty when it printed nothing. */
  readonly lastLines: string;
  /** Linux killed it for want of memory. */
  readonly outOfMemory: boolean;
}

/** The failure as the user reads it: what broke, where, and what to do. */
export function explain(finding: Finding, about: Explained): ExpectedError {
  const { name, settings } = about;
  const within = `within ${settings.healthySeconds} s`;
  const fail = (
    code: 'app-crashed' | 'app-unhealthy' | 'app-loopback-only' | 'docker-failed',
    message: string,
    next: string,
  ): ExpectedError =>
    new ExpectedError(code, message, {
      next: [next, about.meanwhile].filter((text) => text !== '').join(' '),
      detail: about.lastLines === '' ? undefined : about.lastLines,
    });
  switch (finding.cause) {
    case 'crashed': {
      const times = finding.times === 1 ? 'once' : `${finding.times} times`;
      if (about.outOfMemory) {
        return fail('app-crashed', `${name} ran out of memory at start, ${times}`, 'Give the server more memory, or let the app use less.');
      }
      return fail(
        'app-crashed',
        `${name} ended at start, ${times}: ${exitWords(finding.exitCode)}`,
        'Its last lines say why; mend that and deploy again.',
      );
    }
    case 'rejected':
      return fail('docker-failed', `Docker did not start ${name}: ${finding.words}`, 'Mend what Docker names and deploy again.');
    case 'unplaced':
      return fail('docker-failed', `Swarm found no place for ${name}: ${finding.words}`, 'See whether the server is ready and has room.');
    case 'starting':
      return fail('app-unhealthy', `${name} did not start ${within}`, 'Look at the server: it may be out of memory or disk.');
    case 'loopback-only':
      return fail(
        'app-loopback-only',
        `${name} listens on 127.0.0.1:${finding.ports.join(', ')} only, where nothing outside its container reaches it`,
        'Make it listen on 0.0.0.0 (all addresses); many frameworks take HOST=0.0.0.0 or --host 0.0.0.0.',
      );
    case 'other-port':
      return fail(
        'app-unhealthy',
        `${name} listens on port ${finding.ports.join(', ')}, not on ${settings.port}`,
        `Set the app's port to ${finding.ports[0] ?? settings.port}, or let the app listen on the PORT variable.`,
      );
    case 'no-port':
      return fail(
        'app-unhealthy',
        `${name} runs but listened on no port ${within}`,
        `Let it listen on port ${settings.port}, or give it more time.`,
      );
    case 'status':
      return fail(
        'app-unhealthy',
        `${name} answered GET ${healthPath(settings)} with status ${finding.status} for ${settings.healthySeconds} s`,
        'A health check wants a status below 500: mend the app, or choose another health path.',
      );
    case 'command':
      return fail(
        'app-unhealthy',
        `The health command of ${name} did not end well ${within}: ${commandWords(finding)}`,
        'Try the command in a terminal of the app, mend what it finds, or give the app more time in the settings.',
      );
    case 'check':
      return fail(
        'app-unhealthy',
        `${name} was not healthy ${within}${finding.words ? `: ${finding.words}` : ''}`,
        'Look at its log, or give it more time in the settings.',
      );
  }
}

function healthPath({ health }: AppSettings): string {
  return health.kind === 'http' ? health.path : '/';
}

/** Docker gives -1 to a command that took too long, or that could not be run. */
export function commandWords({ exitCode, output }: NonNullable<ContainerState['lastCheck']>): string {
  const said = output.trim().split('\n')[0]?.trim() ?? '';
  const how = exitCode < 0 ? 'it did not come to an end' : `it ended with code ${exitCode}`;
  return said === '' ? how : `${how}: ${said}`;
}

function exitWords(code: number | null): string {
  return code === null ? 'ended by a signal' : `exit code ${code}`;
}

function newest(tasks: readonly Task[]): Task | undefined {
  return tasks.reduce<Task | undefined>((last, task) => (!last || task.createdAt >= last.createdAt ? task : last), undefined);
}
