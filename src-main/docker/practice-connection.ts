import type { PracticeServer } from '../../sandbox/index.ts';
import { HeldConnection } from '../ssh/index.ts';

/** Only for tests: a real connection to a practice server, as root by its key, or as one of its password users. */
export function connectTo(server: PracticeServer, userName?: string): HeldConnection {
  const user = server.passwordUsers.find((each) => each.name === userName);
  return new HeldConnection({
    target: () => ({
      name: server.name,
      host: server.host,
      port: server.port,
      user: user?.name ?? server.user,
      authentication: user ? { kind: 'password' } : { kind: 'key', identityFile: server.identityFile },
      hostKey: { type: 'ssh-ed25519', fingerprint: server.hostKey },
    }),
    secrets: { get: async () => user?.password ?? null, refused: () => undefined },
  });
}
