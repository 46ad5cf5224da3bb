import { poll, withDeadline } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import { newestTasks, runningContainer, serviceLabels, tasksInWords } from '../docker/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import { prepareEdge } from './prepare.ts';
import { lastLines } from './reload.ts';
import type { Runtime } from './runtime.ts';
import { parseProcesses } from './runtime-answers.ts';
import { EDGE_NETWORK, EDGE_SERVICE, edgeAge, edgeLabels, edgeSpec, refuseUnknownEdge } from './service.ts';

const START_WITHIN_MS = 60_000;
/** A service that is there may be starting, e.g. just after the server was booted. */
const COME_BACK_WITHIN_MS = 15_000;
/** An edge that is replaced has its grace period to answer what it is busy with, and Swarm some seconds more. */
const REPLACED_WITHIN_MS = 180_000;

/**
 * Makes the edge run. Does nothing when its HAProxy answers already. One that an older Longshore made is made anew, with its files as
 * they are; throws for one that a newer made.
 */
export async function ensureEdge(
  connection: Pick<SshConnection, 'name' | 'exec' | 'openTcp'>,
  docker: Docker,
  runtime: Runtime,
  signal?: AbortSignal,
): Promise<'created' | 'already'> {
  const service = await docker.service(EDGE_SERVICE);
  if (service) refuseUnknownEdge(service.labels, connection.name);
  const old = service !== null && edgeAge(service.labels) === 'older';
  if (service && !old && (await answersWithin(COME_BACK_WITHIN_MS, connection, runtime, signal))) return 'already';
  const networks = await docker.networks();
  if (!networks.some((network) => network.name === EDGE_NETWORK)) {
    throw new ExpectedError('not-set-up', `The network ${EDGE_NETWORK} is not on ${connection.name}`, {
      next: `Run the set-up of ${connection.name}.`,
    });
  }
  const imageId = await prepareEdge(connection, docker, signal);
  const { nodeId } = await docker.info();
  if (!service) await docker.createService(edgeSpec(imageId, nodeId));
  else if (old || service.replicas === 0) await docker.updateService(service, edgeSpec(imageId, nodeId));
  if (old) await untilReplaced(docker, signal);
  if (await answersWithin(START_WITHIN_MS, connection, runtime, signal)) return 'created';
  throw new ExpectedError('edge-failed', `The edge on ${connection.name} was started and does not answer`, {
    detail: await whyNot(docker),
    next: 'Look at the details; when they name a port, stop what uses it and run the set-up again.',
  });
}

/** Until then what answers is the old one. That it does not come about in time is told by what follows. */
async function untilReplaced(docker: Docker, signal: AbortSignal | undefined): Promise<void> {
  const labels = { ...edgeLabels, [serviceLabels.name]: EDGE_SERVICE };
  await poll(async () => ((await runningContainer(docker, labels)) ? true : undefined), {
    everyMs: 250,
    withinMs: REPLACED_WITHIN_MS,
    signal,
  });
}

/** Ready is when the master answers and somebody takes connections at the published port. */
async function answersWithin(
  withinMs: number,
  connection: Pick<SshConnection, 'openTcp'>,
  runtime: Runtime,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const ready = await poll(
    async () => {
      if (!(await runtime.tryMaster('show proc', parseProcesses, signal))) return undefined;
      return (await takesConnections(connection, signal)) ? true : undefined;
    },
    { everyMs: 250, withinMs, signal },
  );
  return ready ?? false;
}

async function takesConnections(connection: Pick<SshConnection, 'openTcp'>, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const channel = await connection.openTcp('127.0.0.1', 80, withDeadline(5_000, signal));
    channel.on('error', () => undefined);
    channel.destroy();
    return true;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof ExpectedError && error.code === 'channel-refused') return false;
    if (error instanceof Error && error.name === 'TimeoutError') return false;
    throw error;
  }
}

/** What Swarm says of the newest tasks, and what HAProxy printed before it ended. */
async function whyNot(docker: Docker): Promise<string> {
  const tasks = (await newestTasks(docker, EDGE_SERVICE)).slice(0, 3);
  const ended = tasks.find((task) => task.containerId !== null && task.exitCode !== null && task.exitCode !== 0);
  return [tasksInWords(tasks), ...(ended?.containerId ? [await lastLines(docker, ended.containerId)] : [])].join('\n');
}
