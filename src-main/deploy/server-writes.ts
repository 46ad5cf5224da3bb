import {
  appIn,
  labelNames,
  type Outcome,
  type ReleaseEntry,
  type RunningService,
  readApps,
  refuseTakenHosts,
  type ServerApps,
  applyEdge as tellEdge,
} from '../apps/index.ts';
import { poll } from '../base/wait.ts';
import { counted, ExpectedError, type ProbeResult } from '../contract/index.ts';
import { removeWithContainers } from '../docker/index.ts';
import type { Docker, Service, ServiceSpec } from '../docker/types.ts';
import type { StageContext } from '../jobs/types.ts';
import { throughPassing } from './passing.ts';
import type { Run } from './run.ts';

/** Writes that several jobs share. Each can be done twice; each is called by the holder of the lease. */

const attempts = 5;

/**
 * Changes a service as it is now, again when somebody changed it meanwhile: Swarm itself counts up its version. `change` gives null
 * when there is nothing to change. Throws `not-found`.
 */
export async function changeService(docker: Docker, name: string, change: (service: Service) => ServiceSpec | null): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const service = await docker.service(name);
    if (!service) throw new ExpectedError('not-found', `The service ${name} is no longer there`, { next: 'Deploy the app again.' });
    const spec = change(service);
    if (!spec) return;
    try {
      await docker.updateService(service, spec);
      return;
    } catch (error) {
      if (attempt >= attempts || !isBusy(error)) throw error;
    }
  }
}

/** With another number of replicas, and the labels changed where given: null takes a label off. */
export function withReplicas(service: Service, replicas: number, labels: Readonly<Record<string, string | null>> = {}): ServiceSpec | null {
  const merged = { ...service.labels };
  for (const [name, value] of Object.entries(labels)) {
    if (value === null) delete merged[name];
    else merged[name] = value;
  }
  const same = service.replicas === replicas && Object.entries(labels).every(([name, value]) => (service.labels[name] ?? null) === value);
  return same ? null : { ...service.spec, Labels: merged, Mode: { Replicated: { Replicas: replicas } } };
}

export interface RecordChange {
  readonly outcome?: Outcome;
  readonly note?: string;
  readonly probe?: ProbeResult | null;
  readonly replicas?: number;
  /** Milliseconds by the server's clock. */
  readonly servedAt?: number;
}

/** Changes what may change of a release's record. One that is no longer there has nothing to change. */
export async function changeRecord(docker: Docker, name: string, change: RecordChange): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const config = await docker.config(name);
    if (!config) return;
    const labels = {
      ...config.labels,
      ...(change.outcome === undefined ? {} : { [labelNames.outcome]: change.outcome }),
      ...(change.note === undefined ? {} : { [labelNames.note]: change.note }),
      ...(change.probe ? { [labelNames.probe]: JSON.stringify(change.probe) } : {}),
      ...(change.replicas === undefined ? {} : { [labelNames.replicas]: String(change.replicas) }),
      ...(change.servedAt === undefined ? {} : { [labelNames.servedAt]: String(change.servedAt) }),
    };
    if (Object.entries(labels).every(([label, value]) => config.labels[label] === value)) return;
    try {
      await docker.updateConfigLabels(config, labels);
      return;
    } catch (error) {
      if (attempt >= attempts || !isBusy(error)) throw error;
    }
  }
}

/** Tells the edge what the services on the server say now. */
export function applyEdge(run: Run, signal?: AbortSignal, stage?: StageContext): Promise<ServerApps> {
  return tellEdge(run.session, signal, (text) => stage?.log(text, 'note'));
}

/** Throws `domain-taken`, for the hosts of `release` of the run's app. */
export function refuseTaken(run: Run, all: ServerApps, host: string, domains: readonly string[]): void {
  refuseTakenHosts(run.app, [host, ...domains], all.services, all.routes);
}

/** Removes a service, where it is there, with its containers, so that nothing holds its image any more. */
export async function removeServiceWholly(docker: Docker, name: string): Promise<void> {
  const service = await docker.service(name);
  if (!service) return;
  await removeWithContainers(docker, service.id);
}

/** No replicas any more, and none that still runs: that is waited for, a minute at most. A service that is not there has none. */
export async function stopReplicas(run: Run, name: string): Promise<void> {
  await run.assertHeld();
  if ((await run.session.docker.service(name)) === null) return;
  await changeService(run.session.docker, name, (now) => withReplicas(now, 0));
  await poll(async () => ((await runningTasks(run, name)) === 0 ? true : undefined), { everyMs: 300, withinMs: 60_000 });
}

const endStates: ReadonlySet<string> = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned']);

/** How many containers of a service run or may yet: one that waits for its turn after a crash is started by its node until that hears of the end. */
export async function runningTasks(run: Run, name: string): Promise<number> {
  const tasks = await run.session.docker.tasks({ service: name });
  return tasks.filter((task) => !endStates.has(task.state)).length;
}

/** Removes an image's tags, and the images that no other tag holds. What cannot be removed now is told and tried after a later run. */
export async function removeTags(docker: Docker, tags: readonly string[], onProblem: (text: string) => void): Promise<void> {
  for (const tag of tags) {
    try {
      await docker.removeImage(tag);
    } catch (error) {
      if (!(error instanceof ExpectedError) || error.code !== 'docker-failed') throw error;
      onProblem(`The image ${tag} stays for now: ${error.detail ?? error.message}`);
    }
  }
}

export async function removeRecords(docker: Docker, records: readonly ReleaseEntry[]): Promise<void> {
  for (const entry of records) await docker.removeConfig(entry.config.id);
}

/** The app of the run as it is now. */
export async function readApp(run: Run): Promise<ReturnType<typeof appIn>> {
  return appIn(await readApps(run.session), run.app);
}

/** Milliseconds for which a step is tried again: a rebooted server has its swarm and its edge back in less. */
const persistMs = 120_000;

/**
 * Does it again when the connection broke or the server's daemons were away meanwhile, once they are back: for steps that can be done
 * twice and that must come to their end.
 */
export function persist<T>(run: Run, step: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  return throughPassing(run.session.connection, step, { withinMs: persistMs, signal });
}

/**
 * Waits until the requests to a service that is off the edge have ended, and shows how many are left. Returns what was cut, in words;
 * null when nothing was.
 */
export async function drainService(
  run: Run,
  stage: StageContext,
  { slot, settings }: RunningService,
  signal?: AbortSignal,
): Promise<string | null> {
  const onSessions = (sessions: number): void => stage.detail(`${counted(sessions, 'session')} left`);
  const left = await persist(run, () => run.session.edge.drain(run.app, slot, settings.drainSeconds, onSessions, signal));
  return left === 0 ? null : `${counted(left, 'session')} cut after ${settings.drainSeconds} s`;
}

function isBusy(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'busy';
}
