import { ExpectedError, type PortKey, type PortProtocol, portInWords } from '../contract/index.ts';
import type { Service } from '../docker/types.ts';
import { type PortService, portServiceName } from './labels.ts';

/** A port that something on the server listens on. */
export interface Listener {
  readonly protocol: PortProtocol;
  readonly port: number;
  /** The names of the programs; empty when only root may see them. */
  readonly programs: readonly string[];
}

/** Takes apart `ss -Hltunp`: protocol, state, queues, local address and port, peer, and `users:(("nginx",pid=1,fd=6))`. */
export function parseListeners(output: string): Listener[] {
  return output.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [protocol] = fields;
    const port = Number(/:(\d+)$/.exec(fields[4] ?? '')?.[1]);
    if ((protocol !== 'tcp' && protocol !== 'udp') || !port) return [];
    const programs = [...line.matchAll(/\("([^"]+)",pid=/g)].flatMap((match) => match[1] ?? []);
    return [{ protocol, port, programs: [...new Set(programs)] }];
  });
}

export interface Taken {
  readonly ports: readonly PortService[];
  readonly services: readonly Service[];
  readonly listeners: readonly Listener[];
  /** By which this computer logs in. */
  readonly sshPort: number;
  readonly server: string;
}

/** Throws `name-taken` where the port has a route, and `ports-taken`, naming who has it, where it is used otherwise. */
export function refuseTakenPort(key: PortKey, { ports, services, listeners, sshPort, server }: Taken): void {
  const words = portInWords(key);
  if (ports.some(({ route }) => route.protocol === key.protocol && route.port === key.port)) {
    throw new ExpectedError('name-taken', `The port ${words} of ${server} has a route already`, { next: 'Change that one, or remove it.' });
  }
  const own = portServiceName(key);
  const named = services.find(({ name }) => name === own);
  if (named) {
    throw new ExpectedError('name-taken', `There is a service ${own} on ${server} that Longshore did not make`, {
      next: `Remove it by \`docker service rm ${own}\` if nobody needs it, and try again.`,
    });
  }
  if (key.protocol === 'tcp' && (key.port === 80 || key.port === 443)) {
    throw new ExpectedError('ports-taken', `The port ${words} of ${server} is the edge's, which serves all apps by it`, {
      next: 'Take another port; for a web app give it a domain, or a route with a path.',
    });
  }
  if (key.protocol === 'tcp' && (key.port === 22 || key.port === sshPort)) {
    throw new ExpectedError('ports-taken', `The port ${words} of ${server} is where it is logged in to`, { next: 'Take another port.' });
  }
  const publishing = services.find(({ spec }) =>
    (spec.EndpointSpec?.Ports ?? []).some(({ Protocol, PublishedPort }) => Protocol === key.protocol && PublishedPort === key.port),
  );
  const listening = listeners.filter(({ protocol, port }) => protocol === key.protocol && port === key.port);
  if (!publishing && listening.length === 0) return;
  const by = publishing ? `the service ${publishing.name}` : programsInWords(listening);
  throw new ExpectedError('ports-taken', `The port ${words} of ${server} is used by ${by}`, {
    next: `Take another port, or stop ${by} first.`,
  });
}

function programsInWords(listening: readonly Listener[]): string {
  const programs = [...new Set(listening.flatMap(({ programs }) => programs))];
  if (programs.includes('docker-proxy')) return 'a Docker container';
  return programs.length > 0 ? programs.join(', ') : 'another program';
}
