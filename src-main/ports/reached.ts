import { connect } from 'node:net';
import { type PortRoute, portInWords } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';

const ANSWER_WITHIN_MS = 3_000;

/**
 * Whether a TCP port that was opened takes connections from this computer as well: a sentence when it does not, which is most often a
 * firewall of the provider. Null when it does, and where this cannot be tried (UDP, whose silence says nothing).
 */
export async function reachedFromHere(
  { connection, profile }: Pick<ServerSession, 'connection' | 'profile'>,
  route: PortRoute,
  signal?: AbortSignal,
): Promise<string | null> {
  const { address } = connection;
  if (route.protocol !== 'tcp' || address === null) return null;
  const reached = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: address, port: route.port, timeout: ANSWER_WITHIN_MS, ...(signal ? { signal } : {}) });
    const end = (result: boolean) => (): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).on('error', end(false));
  });
  if (reached) return null;
  return `The port ${portInWords(route)} is open on ${profile.name}, and not reached from this computer: a firewall in between, often the provider's own, has to let it through.`;
}
