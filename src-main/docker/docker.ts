import type { SshConnection } from '../ssh/types.ts';
import { containerApi } from './containers.ts';
import { Failures } from './errors.ts';
import { execApi } from './exec.ts';
import { imageApi } from './images.ts';
import { infoAnswer, versionAnswer } from './schemas.ts';
import { fileBehindRequest, SOCKET } from './socket.ts';
import { swarmApi } from './swarm.ts';
import { Transport } from './transport.ts';
import type { Docker } from './types.ts';

/**
 * Docker Engine and Swarm over one held SSH connection. This folder is for the Docker API and nothing else: it knows how to ask, how to
 * parse what comes back and how to explain a failure. It may not know of apps, releases, the edge, or which names and labels mean what.
 *
 * Holds no state but idle channels, which end with the connection; when the connection comes back, so does Docker.
 */
export function createDocker(connection: Pick<SshConnection, 'name' | 'openSocket' | 'openProgram'>): Docker {
  const failures = new Failures(() => connection.name);
  const transport = new Transport(() => connection.openSocket(SOCKET), failures);
  return {
    async ping(signal) {
      await transport.text({ method: 'GET', path: '/_ping', doing: 'answer', timeoutMs: 10_000, signal });
    },
    async version() {
      const answer = await transport.json({ method: 'GET', path: '/version', doing: 'tell its version' }, versionAnswer);
      return { version: answer.Version, apiVersion: answer.ApiVersion };
    },
    async info() {
      const answer = await transport.json({ method: 'GET', path: '/info', doing: 'describe itself' }, infoAnswer);
      return {
        name: answer.Name,
        version: answer.ServerVersion,
        operatingSystem: answer.OperatingSystem,
        kernelVersion: answer.KernelVersion,
        cpus: answer.NCPU,
        memoryBytes: answer.MemTotal,
        rootFolder: answer.DockerRootDir,
        swarm: answer.Swarm?.LocalNodeState ?? 'inactive',
        swarmManager: answer.Swarm?.ControlAvailable ?? false,
        nodeId: answer.Swarm?.NodeID ?? '',
        nodeAddress: answer.Swarm?.NodeAddr ?? '',
        addressPools: answer.Swarm?.Cluster?.DefaultAddrPool ?? [],
      };
    },
    async serverTime() {
      const headers = await transport.headers({ method: 'GET', path: '/_ping', doing: 'tell the time', timeoutMs: 10_000 });
      const at = Date.parse(headers.date ?? '');
      if (Number.isNaN(at)) throw new Error('Docker answered without a Date header');
      return at;
    },
    ...imageApi(
      transport,
      ({ path, bytes }) =>
        new Transport(() => connection.openProgram(fileBehindRequest(path)), failures, { bytes, type: 'application/x-tar' }),
    ),
    ...swarmApi(transport),
    ...containerApi(transport),
    ...execApi(transport),
  };
}
