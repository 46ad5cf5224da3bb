import { z } from 'zod';
import { ExpectedError, type PortKey, type PortRoute, portRoute } from '../contract/index.ts';
import type { Labels, Service } from '../docker/types.ts';

/** Version of the label and of what a proxy is made of. A reader that meets a higher one writes nothing. */
const schema = '1';
export const portLabels: Labels = { 'dev.longshore.kind': 'port' };
const routeLabel = 'dev.longshore.port';

/** A port route that is on the server: its Swarm service says all of it. */
export interface PortService {
  readonly route: PortRoute;
  /** `user@computer` that changed it last, and when by that computer's clock. */
  readonly by: string;
  readonly at: number;
  readonly service: Service;
}

/** No release's service has this name: those end in `-rN`. */
export function portServiceName({ protocol, port }: PortKey): string {
  return `longshore-port-${protocol}-${port}`;
}

export function labelsOfPort(route: PortRoute, by: string, at: number): Labels {
  return { ...portLabels, 'dev.longshore.schema': schema, [routeLabel]: JSON.stringify({ route, by, at }) };
}

const labelForm = z.object({ route: portRoute, by: z.string(), at: z.number() });

/**
 * The port routes among `services`, by port. Throws when one cannot be read: to go on without it would offer its port to another.
 */
export function portServices(services: readonly Service[]): PortService[] {
  return services
    .filter((service) => service.labels['dev.longshore.kind'] === portLabels['dev.longshore.kind'])
    .map((service) => {
      const label = labelForm.safeParse(json(service.labels[routeLabel] ?? ''));
      if (label.success && service.labels['dev.longshore.schema'] === schema) return { ...label.data, service };
      throw new ExpectedError('docker-failed', `The labels of the service ${service.name} cannot be read`, {
        next: 'It may have been made by a newer Longshore: update this one.',
        detail: label.success ? `schema ${service.labels['dev.longshore.schema'] ?? 'unknown'}` : z.prettifyError(label.error),
      });
    })
    .sort((one, other) => one.route.port - other.route.port || (one.route.protocol < other.route.protocol ? -1 : 1));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
