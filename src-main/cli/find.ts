import { ExpectedError, isCancellation } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import type { Services } from '../services.ts';
import { askSecret, canAsk } from './ask.ts';
import type { CommandContext } from './command-context.ts';

/** The session of a server by its name; an error that lists the names when there is none. */
export function findServer(services: Services, name: string): ServerSession {
  const found = services.servers.find(name);
  if (found) return found;
  const names = services.servers.list().map(({ profile }) => profile.name);
  throw new ExpectedError('not-found', `There is no server named “${name}” here.`, {
    next: names.length === 0 ? `Add it: longshore servers add ${name} ssh://user@host` : `There are: ${names.join(', ')}.`,
  });
}

/** Milliseconds that a server has to let itself be connected to where others are asked as well: that one is down must not hold them up. */
export const amongOthersMs = 5_000;

interface Patience {
  /** Milliseconds; as long as the connection waits by itself when not given. */
  readonly withinMs?: number | undefined;
  /** Puts a question to the user; at once when not given. */
  readonly inTurn?: ((ask: () => Promise<void>) => Promise<void>) | undefined;
}

/**
 * Waits until the server is connected. What the connection needs from its user is asked for when there is a terminal;
 * in a script it is an error at once, since nobody would answer.
 */
export async function connect(
  session: ServerSession,
  services: Services,
  signal: AbortSignal,
  { withinMs, inTurn = (ask) => ask() }: Patience = {},
): Promise<void> {
  session.connection.connect();
  for (;;) {
    try {
      await session.connection.ready(signal, withinMs);
      return;
    } catch (error) {
      const state = session.connection.state;
      if (state.phase !== 'needs-you' || !canAsk()) throw error;
      const { need } = state;
      if (need.kind !== 'password' && need.kind !== 'passphrase') throw error;
      const question =
        need.kind === 'password' ? `Password of ${session.profile.user} on ${session.profile.name}` : `Passphrase of ${need.identityFile}`;
      await inTurn(async () => {
        signal.throwIfAborted();
        await services.servers.giveSecret(session.profile.id, need.kind, await askSecret(question), false);
      });
    }
  }
}

/**
 * Does something on each server as soon as it is connected; the results are in the order of the sessions. All are waited for at once, and
 * of several none for long. But a question waits for those of the servers before: of two at a time, the password typed for one would go to
 * the other as well. Throws a cancellation at Ctrl-C.
 */
export async function onEach<T>(
  sessions: readonly ServerSession[],
  { services, signal }: CommandContext,
  act: (session: ServerSession) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  const cancelled = new AbortController();
  const until = AbortSignal.any([signal, cancelled.signal]);
  const withinMs = sessions.length > 1 ? amongOthersMs : undefined;
  const results: Promise<T>[] = [];
  let before: Promise<unknown> = Promise.resolve();
  for (const session of sessions) {
    const turn = before;
    const inTurn = (ask: () => Promise<void>): Promise<void> => turn.then(ask);
    const connected = connect(session, services, until, { withinMs, inTurn }).catch((error: unknown) => {
      // Ctrl-C at one question is meant for the command, not for that server.
      if (isCancellation(error)) cancelled.abort(error);
      throw error;
    });
    before = Promise.allSettled([turn, connected]);
    results.push(connected.then(() => act(session)));
  }
  const settled = await Promise.allSettled(results);
  until.throwIfAborted();
  return settled;
}

export interface ServerFlag {
  readonly server?: string;
}

/** The server named by `--server`, or the only one there is; undefined where there is none or `--server` has to say. */
function namedOrOnly(services: Services, server: string | undefined): ServerSession | undefined {
  const all = services.servers.list();
  return server === undefined ? (all.length === 1 ? all[0] : undefined) : findServer(services, server);
}

/** The same, connected. Throws `invalid-input` for none. */
export async function onlyServer({ services, signal }: CommandContext, { server }: ServerFlag): Promise<ServerSession> {
  const session = namedOrOnly(services, server);
  if (!session) {
    const none = services.servers.list().length === 0;
    throw new ExpectedError('invalid-input', none ? noServerYet.message : 'There is more than one server.', {
      next: none ? noServerYet.next : 'Say which by --server NAME.',
    });
  }
  await connect(session, services, signal);
  return session;
}

const noServerYet = { message: 'There is no server yet.', next: 'Add one: longshore servers add NAME ssh://user@host' };

interface AppToFind {
  readonly app: string;
  /** As given by `--server`. */
  readonly server: string | undefined;
  /**
   * `changes` is for what acts on the app. Where a server was not reached, that may be the one that is meant; so nothing is done on
   * another that happens to have an app of that name, while `reads` may look there and say so.
   */
  readonly intent: 'reads' | 'changes';
}

/**
 * The connected server of an app: the one named, or the only one that has an app of that name. Throws `not-found`, and `invalid-input`
 * where `--server` has to say which is meant.
 */
export async function findApp(context: CommandContext, { app, server, intent }: AppToFind): Promise<ServerSession> {
  const { output, services, signal } = context;
  const all = services.servers.list();
  const named = namedOrOnly(services, server);
  if (named) {
    await connect(named, services, signal);
    return named;
  }
  if (all.length === 0) throw new ExpectedError('not-found', noServerYet.message, { next: noServerYet.next });
  const looks = await onEach(all, context, async (session) =>
    (await services.apps.list(session)).some(({ name }) => name === app) ? session : null,
  );
  const having = looks.flatMap((look) => (look.status === 'fulfilled' && look.value ? [look.value] : []));
  const failures = looks.flatMap((look, at) => (look.status === 'rejected' ? [`${all[at]?.profile.name}: ${messageOf(look.reason)}`] : []));
  const unreached = all.filter((_, at) => looks[at]?.status === 'rejected').map(({ profile }) => profile.name);
  const detail = failures.length === 0 ? undefined : failures.join('\n');
  const [first, ...others] = having;
  if (!first) {
    throw unreached.length === 0
      ? new ExpectedError('not-found', `No server has an app named “${app}”.`, { next: 'longshore apps lists what is there.' })
      : new ExpectedError('not-found', `No server that was reached has an app named “${app}”; not reached: ${unreached.join(', ')}.`, {
          next: 'Try again when it is back.',
          detail,
        });
  }
  if (others.length > 0) {
    const names = having.map(({ profile }) => profile.name).join(', ');
    throw new ExpectedError('invalid-input', `“${app}” is on more than one server: ${names}.`, { next: 'Say which by --server NAME.' });
  }
  const { name } = first.profile;
  if (unreached.length > 0 && intent === 'changes') {
    throw new ExpectedError(
      'invalid-input',
      `“${app}” is on ${name}, and maybe also on ${unreached.join(', ')}, which could not be reached. Nothing was done.`,
      { next: `When the one on ${name} is meant, say so: --server ${name}`, detail },
    );
  }
  if (unreached.length > 0) output.note(`Not reached: ${unreached.join(', ')}. This is of “${app}” on ${name}.`);
  return first;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
