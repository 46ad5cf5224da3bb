import { poll, withDeadline } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import { prepareEdge } from './prepare.ts';
import { lastLines } from './reload.ts';
import type { Runtime } from './runtime.ts';
import { parseProcesses } from './runtime-answers.ts';
import { EDGE_NETWORK, EDGE_SERVICE, edgeSpec } from './service.ts';

const START_WITHIN_MS = 60_000;
/** A service that is there may be starting, e.g. just after the server was booted. */
const COME_BACK_WITHIN_MS = 15_000;

/** Makes the edge run. Does nothing when its HAProxy answers already. */
export async function ensureEdge(
  connection: Pick<SshConnection, 'exec' | 'openTcp'>,
  docker: Docker,
  runtime: Runtime,
  signal?: AbortSignal,
): Promise<'created' | 'already'> {
  const service = await docker.service(EDGE_SERVICE);
  if (service && (await answersWithin(COME_BACK_WITHIN_MS, connection, runtime, signal))) return 'already';
  const networks = await docker.networks();
  if (!networks.some((network) => network.name === EDGE_NETWORK)) {
    throw new ExpectedError('not-set-up', `The network ${EDGE_NETWORK} is not on the server`, { next: 'Run the set-up of this server.' });
  }
  const imageId = await prepareEdge(connection, docker, signal);
  const { nodeId } = await docker.info();
  if (!service) await docker.createService(edgeSpec(imageId, nodeId));
  else if (service.replicas === 0) await docker.updateService(service, edgeSpec(imageId, nodeId));
  if (await answersWithin(START_WITHIN_MS, connection, runtime, signal)) return 'created';
  throw new ExpectedError('edge-failed', 'The edge was started and does not answer', {
    detail: await whyNot(docker),
    next: 'Look at the details; when they name a port, stop what uses it and run the set-up again.',
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
  const tasks = [...(await docker.tasks({ service: EDGE_SERVICE }))].sort((one, other) => other.createdAt - one.createdAt).slice(0, 3);
  const said = tasks.map((task) => `${task.state}: ${task.error || task.message}`);
  const ended = tasks.find((task) => task.containerId !== null && task.exitCode !== null && task.exitCode !== 0);
  return [...said, ...(ended?.containerId ? [await lastLines(docker, ended.containerId)] : [])].join('\n');
}
