import { ExpectedError, type ServerFacts } from '../../contract/index.ts';
import type { Docker } from '../../docker/types.ts';
import { EDGE_NETWORK } from '../../edge/index.ts';
import type { Edge } from '../../edge/types.ts';
import type { SshConnection } from '../../ssh/types.ts';
import { versionOrNull } from './docker-step.ts';
import { parseResources, RESOURCES_SCRIPT, type Resources } from './resources.ts';
import { isDockerAbsent } from './root.ts';
import { parseSystem, SYSTEM_SCRIPT } from './system.ts';

/** Where Docker keeps images unless it was told otherwise. */
const DEFAULT_DOCKER_FOLDER = '/var/lib/docker';

/** What a server is and has. Changes nothing, needs no root. */
export async function readFacts(connection: SshConnection, docker: Docker): Promise<ServerFacts> {
  const [system, dockerVersion] = await Promise.all([readSystem(connection), versionOrNull(docker)]);
  const folder = dockerVersion === null ? DEFAULT_DOCKER_FOLDER : (await docker.info()).rootFolder;
  const resources = await readResources(connection, folder);
  return {
    address: connection.address ?? '',
    system: system.prettyName,
    kernel: resources.kernel,
    cpus: resources.cpus,
    memoryBytes: resources.memoryBytes,
    diskTotalBytes: resources.diskTotalBytes,
    diskFreeBytes: resources.diskFreeBytes,
    dockerVersion,
  };
}

export async function readSystem(connection: Pick<SshConnection, 'script'>, signal?: AbortSignal) {
  return parseSystem((await connection.script(SYSTEM_SCRIPT, [], { signal })).stdout);
}

export async function readResources(
  connection: Pick<SshConnection, 'name' | 'script'>,
  folder: string = DEFAULT_DOCKER_FOLDER,
  signal?: AbortSignal,
): Promise<Resources> {
  const result = await connection.script(RESOURCES_SCRIPT, [folder || DEFAULT_DOCKER_FOLDER], { signal });
  const resources = parseResources(result.stdout);
  if (resources) return resources;
  throw new ExpectedError('command-failed', `The disk and memory of ${connection.name} could not be read`, {
    detail: `${result.stdout}\n${result.stderr}`.trim(),
  });
}

/** Whether every step of the checklist that changes something is done. Changes nothing; a few calls over the held connection. */
export async function isSetUp(docker: Docker, edge: Edge): Promise<boolean> {
  try {
    const info = await docker.info();
    if (info.swarm !== 'active' || !info.swarmManager) return false;
    if (!(await docker.networks()).some((network) => network.name === EDGE_NETWORK)) return false;
    return await edge.isRunning();
  } catch (error) {
    if (isDockerAbsent(error)) return false;
    throw error;
  }
}
