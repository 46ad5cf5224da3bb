import type { Labels, Service, ServiceSpec } from '../docker/types.ts';

/** A service as Docker lists it, of which the name, the labels and the published ports count. */
export function serviceOf(name: string, labels: Labels = {}, ports: ServiceSpec['EndpointSpec']['Ports'] = []): Service {
  const spec: ServiceSpec = {
    Name: name,
    Labels: labels,
    TaskTemplate: { ContainerSpec: { Image: 'sha256:1' }, Networks: [] },
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: 'dnsrr', Ports: ports },
  };
  return { id: name, versionIndex: 1, name, labels, image: 'sha256:1', replicas: 1, createdAt: 0, updatedAt: 0, spec };
}
