import { taskFailure } from '../apps/index.ts';
import { sleep } from '../base/wait.ts';
import { type AppSettings, ExpectedError, type ReleaseRecord } from '../contract/index.ts';
import type { Docker, Task } from '../docker/types.ts';
import type { Slot } from '../edge/types.ts';
import type { StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { explain, type Finding, findCause, findingInBrief, findingKey, isFinal, notPoorerThan } from './diagnosis.ts';
import { type Listener, parseListeners } from './listeners.ts';
import { isPassing } from './passing.ts';
import type { Run } from './run.ts';

const lookEveryMs = 400;
/** Looking into a container costs a process in it. */
const lookInsideEveryMs = 1_500;
const lastLines = 30;
/** How long after its time a release is waited for while the server cannot be asked. */
const outOfSightMs = 60_000;

export interface Awaited {
  readonly record: ReleaseRecord;
  readonly slot: Slot;
  readonly service: string;
  /** What serves meanwhile, or will when this does not come up, as a sentence; empty for nothing. */
  readonly meanwhile: string;
}

/** Waits until Docker has started every replica once, or has something to say against it. `awaitHealthy` judges what it says. */
export async function awaitStarted(run: Run, stage: StageContext, { record: { settings }, service }: Awaited): Promise<void> {
  const deadline = Date.now() + settings.healthySeconds * 1000;
  const wanted = settings.replicas;
  while (Date.now() < deadline) {
    const tasks = await tasksIfSeen(run, service);
    const started = tasks.filter((task) => task.state === 'running' || isChecked(task, settings)).length;
    stage.progress({ done: started, total: wanted, unit: 'replicas' });
    if (started >= wanted || tasks.some((task) => ['failed', 'rejected', 'complete'].includes(task.state))) return;
    await sleep(lookEveryMs, stage.signal);
  }
}

/** Runs, and waits for its health command: Swarm calls such a one starting. */
function isChecked(task: Task, { health }: Pick<AppSettings, 'health'>): boolean {
  return health.kind === 'command' && task.state === 'starting' && task.containerId !== null;
}

/** None while the server cannot be asked: the next look may see them. */
async function tasksIfSeen(run: Run, service: string): Promise<readonly Task[]> {
  try {
    return await run.session.docker.tasks({ service });
  } catch (error) {
    if (!isPassing(error)) throw error;
    await run.session.connection.ready(undefined, 60_000);
    return [];
  }
}

/**
 * Waits until all replicas passed the edge's check. Throws `app-crashed`, `app-loopback-only`, `app-unhealthy` or `docker-failed` with
 * the app's last lines: at once when waiting cannot help, else when the time of its settings is up.
 */
export async function awaitHealthy(run: Run, stage: StageContext, awaited: Awaited): Promise<void> {
  const { settings } = awaited.record;
  const deadline = Date.now() + settings.healthySeconds * 1000;
  const insides = new Insides(run.session);
  let held: { readonly key: string; readonly since: number } | null = null;
  let last: Finding | null = null;
  for (;;) {
    const sight = await look(run, awaited, insides, last);
    const now = Date.now();
    if (!(sight instanceof ExpectedError)) {
      const { finding, tasks } = sight;
      last = finding;
      stage.progress({ done: Math.min(sight.healthy, settings.replicas), total: settings.replicas, unit: 'replicas' });
      stage.detail(sight.brief);
      if (!finding) return;
      if (held?.key !== findingKey(finding)) held = { key: findingKey(finding), since: now };
      if (now >= deadline || isFinal(finding, now - held.since)) throw await failure(run, awaited, finding, tasks);
    } else {
      // Out of reach: the time runs on, but there is no verdict on what cannot be seen.
      if (now >= deadline + outOfSightMs) throw sight;
      stage.detail(`waiting: ${sight.message}`);
      await run.session.connection.ready(stage.signal, 60_000);
    }
    await sleep(lookEveryMs, stage.signal);
  }
}

interface Sight {
  readonly finding: Finding | null;
  readonly tasks: readonly Task[];
  readonly healthy: number;
  readonly brief: string;
}

/** Gives the error instead when it is one that may pass. */
async function look(run: Run, { record, slot, service }: Awaited, insides: Insides, last: Finding | null): Promise<Sight | ExpectedError> {
  const { docker, edge } = run.session;
  try {
    const [tasks, servers] = await Promise.all([docker.tasks({ service }), edge.slotServers(run.app, slot)]);
    const running = tasks.find((task) => task.state === 'running' && task.containerId !== null);
    const listeners = servers.healthy === 0 && running?.containerId ? await insides.listeners(running.containerId) : null;
    const checked = tasks.find((task) => isChecked(task, record.settings));
    const lastCheck = checked?.containerId ? ((await docker.container(checked.containerId))?.lastCheck ?? null) : null;
    const sight = { settings: record.settings, tasks, servers, listeners, lastCheck };
    const finding = notPoorerThan(last, findCause(sight));
    const brief = finding ? findingInBrief(finding, sight) : `${record.settings.replicas} of ${record.settings.replicas} healthy`;
    return { finding, tasks, healthy: servers.healthy, brief };
  } catch (error) {
    if (error instanceof ExpectedError && isPassing(error)) return error;
    throw error;
  }
}

/** On which ports something listens in a container, looked up not too often. */
class Insides {
  #container = '';
  #at = 0;
  #listeners: readonly Listener[] | null = null;

  constructor(private readonly session: ServerSession) {}

  async listeners(container: string): Promise<readonly Listener[] | null> {
    if (container === this.#container && Date.now() - this.#at < lookInsideEveryMs) return this.#listeners;
    this.#listeners = await readListeners(this.session, container);
    this.#container = container;
    this.#at = Date.now();
    return this.#listeners;
  }
}

/** Null when it cannot be seen: that only makes the explanation poorer. */
async function readListeners(session: ServerSession, container: string): Promise<Listener[] | null> {
  const inside = await session.docker.exec(container, ['cat', '/proc/net/tcp', '/proc/net/tcp6']).catch(() => null);
  if (inside?.stdout.includes('local_address')) return parseListeners(inside.stdout);
  // An image without `cat`: the same text as the server's root sees it.
  try {
    const state = await session.docker.container(container);
    if (!state || state.pid <= 0) return null;
    const outside = await session.connection.script('cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null', [String(state.pid)], {
      asRoot: true,
      timeoutMs: 10_000,
    });
    return outside.stdout.includes('local_address') ? parseListeners(outside.stdout) : null;
  } catch {
    return null;
  }
}

async function failure(run: Run, awaited: Awaited, finding: Finding, tasks: readonly Task[]): Promise<Error> {
  const { record, meanwhile } = awaited;
  const { docker } = run.session;
  const shown = finding.cause === 'crashed' ? finding.task : newestWithContainer(tasks);
  const outOfMemory = finding.cause === 'crashed' && shown?.containerId ? await ranOutOfMemory(docker, shown.containerId) : false;
  return explain(finding, {
    name: `${record.app} r${record.number} on ${run.server}`,
    settings: record.settings,
    meanwhile,
    lastLines: (await tailOf(docker, shown?.containerId ?? null)) || (shown ? taskFailure(shown) : ''),
    outOfMemory,
  });
}

export function newestWithContainer(tasks: readonly Task[]): Task | undefined {
  return tasks.filter((task) => task.containerId !== null).sort((one, other) => other.createdAt - one.createdAt)[0];
}

async function ranOutOfMemory(docker: Docker, container: string): Promise<boolean> {
  const state = await docker.container(container).catch(() => null);
  return state?.outOfMemory ?? false;
}

/** What the container printed last; empty when that is nothing or cannot be read. */
export async function tailOf(docker: Docker, container: string | null): Promise<string> {
  if (!container) return '';
  const lines: string[] = [];
  try {
    const signal = AbortSignal.timeout(10_000);
    for await (const chunk of docker.logs(container, { follow: false, tail: lastLines, signal })) lines.push(chunk.text);
  } catch {
    // The lines so far are better than none.
  }
  return lines.join('\n');
}
