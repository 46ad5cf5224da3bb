import { ExpectedError } from '../contract/index.ts';
import type { Labels, ServiceSpec } from '../docker/types.ts';
import { ETC, RUN } from './render/config.ts';
import { HOST_FOLDER } from './runtime.ts';

export const EDGE_SERVICE = 'longshore-edge';
/** Stands in for the edge while that is renewed. As long as it is there, nothing of the edge may be changed: the two would differ. */
export const SECOND_EDGE_SERVICE = 'longshore-edge-second';
/** The overlay network that the edge and every app are on. */
export const EDGE_NETWORK = 'longshore';
export const EDGE_IMAGE = 'haproxy:2.6';
/**
 * Raised with every change of {@link edgeSpec} or of the form of the files that an edge made before cannot serve: the set-up then makes
 * the service anew, and older programs keep their hands off it.
 */
const SCHEMA = 1;
export const edgeLabels = { 'dev.longshore.schema': String(SCHEMA), 'dev.longshore.kind': 'edge' } as const;

/** How an edge compares with the one that this program makes. What cannot be read as a schema is taken for a newer one, not touched. */
export function edgeAge(labels: Labels): 'same' | 'older' | 'newer' | 'foreign' {
  if (labels['dev.longshore.kind'] !== edgeLabels['dev.longshore.kind']) return 'foreign';
  const schema = Number(labels['dev.longshore.schema']);
  if (schema === SCHEMA) return 'same';
  return schema < SCHEMA ? 'older' : 'newer';
}

/** Throws where this program would damage what it does not know: an edge that a newer one made, or a service that is none. */
export function refuseUnknownEdge(labels: Labels, server: string): void {
  const age = edgeAge(labels);
  if (age === 'newer') {
    throw new ExpectedError('edge-failed', `The edge on ${server} was made by a newer Longshore than this one`, {
      next: 'Update Longshore on this computer. Until then its apps go on serving, and nothing of them can be changed from here.',
      detail: `schema ${labels['dev.longshore.schema'] ?? 'unknown'}; this Longshore knows ${SCHEMA}`,
    });
  }
  if (age === 'foreign') {
    throw new ExpectedError('name-taken', `There is a service ${EDGE_SERVICE} on ${server} that Longshore did not make`, {
      next: `Remove it by \`docker service rm ${EDGE_SERVICE}\`, or give it another name, and run the set-up of ${server} again.`,
    });
  }
}

const SECOND = 1_000_000_000;
/** How long its clients' requests have when the edge itself is replaced. Swarm takes it from the task that goes, so it is set from the start. */
export const EDGE_GRACE_SECONDS = 120;

/** Binds of the two folders, for the service and for a container that prepares them. */
export const edgeBinds = [`${HOST_FOLDER}/etc:${ETC}`, `${HOST_FOLDER}/run:${RUN}`] as const;
/** The same two as mounts of a service. */
export const edgeFolders = [
  { Type: 'bind', Source: `${HOST_FOLDER}/etc`, Target: ETC },
  { Type: 'bind', Source: `${HOST_FOLDER}/run`, Target: RUN },
] as const;

/**
 * HAProxy as a Swarm service: as one it comes back after a restart of Docker, as a plain container on an overlay network it did not.
 * Both ports are published from the first day, since publishing another needs a new container; until certificates are there a client
 * of 443 is refused by nobody listening behind it. The image is named by its id, which Swarm never asks a registry for.
 */
export function edgeSpec(imageId: string, nodeId: string): ServiceSpec {
  return {
    Name: EDGE_SERVICE,
    Labels: edgeLabels,
    TaskTemplate: {
      ContainerSpec: {
        Image: imageId,
        Labels: edgeLabels,
        Command: ['haproxy', '-W', '-db', '-S', `${RUN}/master.sock,mode,666`, '-f', `${ETC}/haproxy.cfg`],
        // The master binds ports and sockets as root; its workers run as an unprivileged user (`uid` in the configuration).
        User: '0',
        Mounts: edgeFolders,
        StopGracePeriod: EDGE_GRACE_SECONDS * SECOND,
        // HAProxy ends its connections in good order on this one, and cuts them on SIGTERM.
        StopSignal: 'SIGUSR1',
        Healthcheck: { Test: ['NONE'] },
        // With an explicit ndots Docker's DNS answers a name without dots by itself instead of asking the outer DNS, whose silence
        // made each lookup of an empty slot, and so a reload, take seconds.
        DNSConfig: { Search: ['.'], Options: ['ndots:1'] },
      },
      RestartPolicy: { Condition: 'any', Delay: SECOND },
      Placement: { Constraints: [`node.id==${nodeId}`] },
      Networks: [{ Target: EDGE_NETWORK }],
      LogDriver: { Name: 'json-file', Options: { 'max-size': '10m', 'max-file': '3' } },
    },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: { Parallelism: 1, Order: 'stop-first', FailureAction: 'pause' },
    EndpointSpec: {
      Mode: 'dnsrr',
      Ports: [80, 443].map((port) => ({ Protocol: 'tcp', TargetPort: port, PublishedPort: port, PublishMode: 'host' })),
    },
  };
}

const secondLabels = { 'dev.longshore.schema': String(SCHEMA), 'dev.longshore.kind': 'edge-second' } as const;

/** The same HAProxy on the same files, with sockets of its own and no port of the server. */
export function secondEdgeSpec(imageId: string, nodeId: string): ServiceSpec {
  const { EndpointSpec, TaskTemplate, ...edge } = edgeSpec(imageId, nodeId);
  return {
    ...edge,
    Name: SECOND_EDGE_SERVICE,
    Labels: secondLabels,
    TaskTemplate: {
      ...TaskTemplate,
      ContainerSpec: {
        ...TaskTemplate.ContainerSpec,
        Labels: secondLabels,
        Mounts: [
          { Type: 'bind', Source: `${HOST_FOLDER}/etc`, Target: ETC },
          { Type: 'bind', Source: `${HOST_FOLDER}/run-second`, Target: RUN },
        ],
      },
    },
    EndpointSpec: { Mode: EndpointSpec.Mode },
  };
}
