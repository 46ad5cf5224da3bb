import { ExpectedError } from '../../contract/index.ts';
import type { Container } from '../../docker/types.ts';

export const WEB_PORTS: readonly number[] = [80, 443];

export interface Listener {
  readonly port: number;
  /** The names of the programs; empty when only root may see them. */
  readonly programs: readonly string[];
}

/** TCP listeners with the programs that hold them (iproute2; without it, nothing: the edge's own start will tell). */
export const LISTENERS_SCRIPT = `
command -v ss >/dev/null 2>&1 && ss -Hltnp
exit 0
`;

/** Takes apart `ss -Hltnp`: state, queues, local address and port, peer, and `users:(("nginx",pid=1,fd=6))`. */
export function parseListeners(output: string): Listener[] {
  return output.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const port = Number(/:(\d+)$/.exec(fields[3] ?? '')?.[1]);
    if (fields[0] !== 'LISTEN' || !port) return [];
    const programs = [...line.matchAll(/\("([^"]+)",pid=/g)].flatMap((match) => match[1] ?? []);
    return [{ port, programs: [...new Set(programs)] }];
  });
}

/**
 * Throws `ports-taken`, naming who holds them, unless the ports are free or held by `ours`, the edge's own container.
 * Returns a few words.
 */
export function checkPorts(
  listeners: readonly Listener[],
  containers: readonly Container[],
  isOurs: (container: Container) => boolean,
  server: string,
): string {
  const taken = WEB_PORTS.flatMap((port) => {
    const holders = listeners.filter((listener) => listener.port === port);
    const publishing = containers.filter((container) => container.state === 'running' && container.publishedPorts.includes(port));
    if (publishing.some(isOurs) || (holders.length === 0 && publishing.length === 0)) return [];
    return [{ port, by: nameOf(holders, publishing) }];
  });
  const [first] = taken;
  if (!first) return containers.some(isOurs) ? 'Held by the edge' : 'Free';
  const ports = taken.map(({ port }) => port).join(' and ');
  const holders = [...new Set(taken.map(({ by }) => by))].join(' and ');
  throw new ExpectedError('ports-taken', `Port ${ports} of ${server} ${taken.length > 1 ? 'are' : 'is'} used by ${holders}`, {
    next: `Stop ${holders}, or move it to other ports; the edge needs 80 and 443 to serve your apps.`,
    detail: taken.map(({ port, by }) => `${port}: ${by}`).join('\n'),
  });
}

function nameOf(holders: readonly Listener[], publishing: readonly Container[]): string {
  const [container] = publishing;
  if (container) return `the container ${container.name} (${container.image})`;
  const programs = [...new Set(holders.flatMap((holder) => holder.programs))];
  if (programs.includes('docker-proxy')) return 'a Docker container';
  return programs.length > 0 ? programs.join(', ') : 'another program';
}
