import { ExpectedError } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import type { Services } from '../services.ts';
import { askSecret, canAsk } from './ask.ts';

/** The session of a server by its name; an error that lists the names when there is none. */
export function findServer(services: Services, name: string): ServerSession {
  const found = services.servers.find(name);
  if (found) return found;
  const names = services.servers.list().map(({ profile }) => profile.name);
  throw new ExpectedError('not-found', `There is no server named “${name}” here.`, {
    next: names.length === 0 ? `Add it: longshore servers add ${name} ssh://user@host` : `There are: ${names.join(', ')}.`,
  });
}

/**
 * Waits until the server is connected. What the connection needs from its user is asked for when there is a terminal;
 * in a script it is an error at once, since nobody would answer.
 */
export async function connect(session: ServerSession, services: Services, signal: AbortSignal): Promise<void> {
  session.connection.connect();
  for (;;) {
    try {
      await session.connection.ready(signal);
      return;
    } catch (error) {
      const state = session.connection.state;
      if (state.phase !== 'needs-you' || !canAsk()) throw error;
      const { need } = state;
      if (need.kind !== 'password' && need.kind !== 'passphrase') throw error;
      const question =
        need.kind === 'password' ? `Password of ${session.profile.user} on ${session.profile.name}` : `Passphrase of ${need.identityFile}`;
      await services.servers.giveSecret(session.profile.id, need.kind, await askSecret(question), false);
    }
  }
}

/** The connected server of an app: the one named, or the only one that has an app of that name. */
export async function findApp(services: Services, app: string, server: string | undefined, signal: AbortSignal): Promise<ServerSession> {
  if (server !== undefined) {
    const session = findServer(services, server);
    await connect(session, services, signal);
    return session;
  }
  const all = services.servers.list();
  if (all.length === 0)
    throw new ExpectedError('not-found', 'There is no server yet.', { next: 'Add one: longshore servers add NAME ssh://user@host' });
  const only = all[0];
  if (all.length === 1 && only) {
    await connect(only, services, signal);
    return only;
  }
  const looks = await Promise.allSettled(
    all.map(async (session) => {
      await connect(session, services, signal);
      return (await services.apps.list(session)).some(({ name }) => name === app) ? session : null;
    }),
  );
  const having = looks.flatMap((look) => (look.status === 'fulfilled' && look.value ? [look.value] : []));
  const unreached = all.filter((_, at) => looks[at]?.status === 'rejected').map(({ profile }) => profile.name);
  const [first, ...others] = having;
  if (first && others.length === 0) return first;
  if (first) {
    const names = having.map(({ profile }) => profile.name).join(', ');
    throw new ExpectedError('invalid-input', `“${app}” is on more than one server: ${names}.`, { next: 'Say which by --server.' });
  }
  throw new ExpectedError('not-found', `No server has an app named “${app}”.`, {
    next: unreached.length > 0 ? `Not reached: ${unreached.join(', ')}.` : 'longshore apps lists what is there.',
  });
}
