import type { HostKey } from '../contract/index.ts';
import { CancelledError } from '../contract/index.ts';
import { UserNeeded } from './failures.ts';
import { openLink } from './open-link.ts';

/** The host key that a server offers now. Sends nothing but the key exchange. Throws `ssh-refused`, `ssh-timeout`, `ssh-unreachable`, `ssh-lost`. */
export async function offeredHostKey(host: string, port: number, signal?: AbortSignal): Promise<HostKey> {
  const target = { name: host, host, port, user: 'nobody', authentication: { kind: 'agent' }, hostKey: null } as const;
  const noSecrets = { get: async () => null, refused: () => undefined };
  try {
    const link = await openLink(target, { secrets: noSecrets, agentSocket: undefined }, signal ?? new AbortController().signal);
    link.close();
  } catch (error) {
    if (error instanceof UserNeeded && error.need.kind === 'accept-host-key') return error.need.offered;
    throw error;
  }
  // Cannot be: without a pin no host key is trusted, and without that there is no link.
  throw new CancelledError();
}
