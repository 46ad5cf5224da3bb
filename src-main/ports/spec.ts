import type { PortRoute } from '../contract/index.ts';
import type { ServiceSpec } from '../docker/types.ts';
import { EDGE_NETWORK, edgeFolders } from '../edge/index.ts';
import { proxyKinds } from './kind.ts';
import { labelsOfPort, portServiceName } from './labels.ts';
import { FOLDER, INNER_PORT } from './tcp.ts';

const second = 1_000_000_000;
/** On the server. Each proxy has a folder in it. */
export const HOST_FOLDER = '/var/lib/longshore/ports';

export function folderName({ protocol, port }: Pick<PortRoute, 'protocol' | 'port'>): string {
  return `${protocol}-${port}`;
}

interface PortSpec {
  readonly route: PortRoute;
  readonly by: string;
  readonly at: number;
  readonly imageId: string;
  readonly nodeId: string;
}

/**
 * The proxy of a port, a service of its own: to publish a port on the edge would mean a new container of it, and every visitor would
 * notice. Of the route only its port is in the task: all else can be changed while the container runs on.
 */
export function portSpec({ route, by, at, imageId, nodeId }: PortSpec): ServiceSpec {
  const [edgeFiles] = edgeFolders;
  const { command, user, stopSignal } = proxyKinds[route.protocol];
  return {
    Name: portServiceName(route),
    Labels: labelsOfPort(route, by, at),
    TaskTemplate: {
      ContainerSpec: {
        Image: imageId,
        Command: command,
        User: user,
        // The edge's map of the slots that serve: what a proxy goes by when it starts.
        Mounts: [
          { Type: 'bind', Source: `${HOST_FOLDER}/${folderName(route)}`, Target: FOLDER },
          { ...edgeFiles, ReadOnly: true },
        ],
        StopGracePeriod: 10 * second,
        StopSignal: stopSignal,
        Healthcheck: { Test: ['NONE'] },
        // See the edge's own.
        DNSConfig: { Search: ['.'], Options: ['ndots:1'] },
      },
      RestartPolicy: { Condition: 'any', Delay: second },
      Placement: { Constraints: [`node.id==${nodeId}`] },
      Networks: [{ Target: EDGE_NETWORK }],
      LogDriver: { Name: 'json-file', Options: { 'max-size': '1m', 'max-file': '2' } },
    },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: { Parallelism: 1, Order: 'stop-first', FailureAction: 'pause' },
    EndpointSpec: {
      Mode: 'dnsrr',
      Ports: [{ Protocol: route.protocol, TargetPort: INNER_PORT, PublishedPort: route.port, PublishMode: 'host' }],
    },
  };
}
