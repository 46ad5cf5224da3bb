import type { AppState, AppSummary, Release, Replica } from '../contract/index.ts';
import type { ImageSummary, Task } from '../docker/types.ts';
import type { Slot, SlotServers } from '../edge/types.ts';
import { hostsOf } from './edge-model.ts';
import type { AppService, ReleaseEntry } from './labels.ts';
import { compareReleases } from './release-changes.ts';

/** Task states before `running` (moby's swarmkit, api/types.proto). */
const startingStates = new Set(['new', 'allocated', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting']);
const failedStates = new Set(['failed', 'rejected', 'orphaned']);

/** What is seen of an app at one moment. */
export interface AppSight {
  readonly name: string;
  readonly services: readonly AppService[];
  /** The slot that serves; null when none does. */
  readonly live: Slot | null;
  /** Of the slot that serves. */
  readonly servers: SlotServers | null;
  /** All hosts at the edge whose visitors are sent to https. */
  readonly https: readonly string[];
  /** Milliseconds since 1970; 0, and any time that is over, for an app that is not paused. */
  readonly pausedUntil?: number;
}

/** The words for an app are made from what runs and what the edge reaches, at the moment of looking. */
export function appSummary(sight: AppSight): AppSummary {
  const serving = servingService(sight);
  const stopped = sight.services.find((service) => service.stopped);
  const shown = serving ?? stopped ?? sight.services[0];
  const wanted = serving?.settings.replicas ?? stopped?.settings.replicas ?? 0;
  const healthy = serving ? Math.min(sight.servers ? asServed(sight.servers).healthy : 0, wanted) : 0;
  const hosts = shown ? [...hostsOf(shown)] : [];
  return {
    name: sight.name,
    state: stateOf(serving, stopped, healthy, wanted),
    release: (serving ?? stopped)?.release ?? null,
    replicas: { healthy, wanted },
    hosts,
    https: hosts.filter((host) => sight.https.includes(host)),
    ...((sight.pausedUntil ?? 0) > Date.now() ? { pausedUntil: sight.pausedUntil } : {}),
  };
}

/** The servers of the live release as visitors find them: what HAProxy has not looked at yet, as after a reload, serves as before. */
export function asServed(servers: SlotServers): SlotServers {
  return { ...servers, healthy: servers.healthy + servers.unchecked, unchecked: 0 };
}

export function servingService<T extends AppService>(sight: {
  readonly services: readonly T[];
  readonly live: Slot | null;
}): T | undefined {
  return sight.services.find((service) => service.slot === sight.live);
}

function stateOf(serving: AppService | undefined, stopped: AppService | undefined, healthy: number, wanted: number): AppState {
  if (!serving) return stopped ? 'stopped' : 'absent';
  if (serving.stopped) return 'stopped';
  if (healthy >= wanted) return 'live';
  return healthy > 0 ? 'degraded' : 'down';
}

/**
 * The replicas of one service, one per task slot, and what is still stopping. The edge counts its healthy servers but does not say
 * which replica each is: the replicas that run longest are taken for the healthy ones.
 */
export function serviceReplicas(service: AppService, tasks: readonly Task[], servers: SlotServers): Replica[] {
  const replicas: Replica[] = [];
  let healthyLeft = servers.healthy;
  const newestFirst = [...tasks].sort((one, other) => other.createdAt - one.createdAt);
  const wanted = [...new Set(tasks.map((task) => task.slot))]
    .map((slot) => newestFirst.filter((task) => task.slot === slot))
    .flatMap((ofSlot) => {
      const current = ofSlot.find((task) => task.desiredState === 'running' || task.desiredState === 'ready') ?? lastFailed(ofSlot);
      return current ? [{ current, failed: lastFailed(ofSlot) }] : [];
    })
    .sort((one, other) => one.current.createdAt - other.current.createdAt);
  for (const { current, failed } of wanted) {
    const isRunning = current.state === 'running';
    const state = replicaState(current, isRunning && healthyLeft > 0, failed);
    if (isRunning && healthyLeft > 0) healthyLeft -= 1;
    replicas.push(toReplica(service, current, state, messageOf(state, current, failed, servers)));
  }
  for (const task of newestFirst) {
    if (task.state !== 'running' || task.desiredState === 'running' || task.desiredState === 'ready') continue;
    replicas.push(toReplica(service, task, 'stopping', ''));
  }
  return replicas.sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
}

function lastFailed(newestFirst: readonly Task[]): Task | undefined {
  return newestFirst.find((task) => failedStates.has(task.state));
}

function replicaState(task: Task, healthy: boolean, failed: Task | undefined): Replica['state'] {
  if (healthy) return 'healthy';
  if (failedStates.has(task.state)) return 'failed';
  // Between two starts of a crash loop the newest task waits for its turn: what a user sees is that it fails.
  if (startingStates.has(task.state) && failed) return 'failed';
  return 'starting';
}

function messageOf(state: Replica['state'], task: Task, failed: Task | undefined, servers: SlotServers): string {
  switch (state) {
    case 'healthy':
    case 'stopping':
      return '';
    case 'failed':
      return failed ? taskFailure(failed) : taskFailure(task);
    case 'starting':
      return task.state === 'running' ? (servers.lastFailure ?? '') : task.error;
  }
}

/** "exit code 1", or Docker's own words. */
export function taskFailure(task: Task): string {
  if (task.exitCode !== null && task.exitCode !== 0) return `exit code ${task.exitCode}`;
  return task.error || task.message;
}

function toReplica(service: AppService, task: Task, state: Replica['state'], message: string): Replica {
  return {
    name: `${service.app}.${task.slot}`,
    taskId: task.id,
    containerId: task.containerId,
    release: service.release,
    state,
    message,
    startedAt: task.state === 'running' ? task.createdAt : null,
  };
}

/** The releases of an app by the records of it alone, the newest first. `unfinished` is what no ended deploy stands behind. */
export function releases(entries: readonly ReleaseEntry[], live: number | null, images: readonly ImageSummary[]): Release[] {
  const present = new Set(images.map((image) => image.id));
  const newestFirst = [...entries].sort((one, other) => other.record.number - one.record.number);
  return newestFirst.map((entry, at) => {
    const before = newestFirst[at + 1];
    return {
      record: entry.record,
      state: releaseState(entry, live, present),
      note: entry.note,
      probe: entry.probe,
      comparison: before ? compareReleases(before.record, entry.record) : null,
    };
  });
}

function releaseState(entry: ReleaseEntry, live: number | null, images: ReadonlySet<string>): Release['state'] {
  if (entry.record.number === live) return 'live';
  if (entry.outcome === 'failed') return 'failed';
  if (entry.outcome === 'unfinished') return 'unfinished';
  return images.has(entry.record.image) ? 'kept' : 'gone';
}
