import { appName, ExpectedError, logRequest } from '../contract/index.ts';
import { parseArgument } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { findApp, findServer, onEach, type ServerFlag } from './find.ts';
import { table } from './output.ts';
import { runInReplica } from './replica-exec.ts';
import { parseSince } from './since.ts';

export async function apps(context: CommandContext, flags: ServerFlag): Promise<number | undefined> {
  const { output, services } = context;
  const sessions = flags.server === undefined ? services.servers.list() : [findServer(services, flags.server)];
  const looks = await onEach(sessions, context, (session) => services.apps.list(session));
  const found = looks.flatMap((look, at) =>
    look.status === 'fulfilled' ? look.value.map((app) => ({ server: sessions[at]?.profile.name ?? '', ...app })) : [],
  );
  const failures = looks.flatMap((look) => (look.status === 'rejected' ? [look.reason as unknown] : []));
  // One server asked for and not reached is the error; of several, the others still count.
  if (failures.length === sessions.length && failures.length > 0) throw failures[0];
  for (const failure of failures) output.note(failure instanceof Error ? failure.message : String(failure));
  const rows = found.map(({ server, name, state, release, replicas, hosts }) => [
    server,
    name,
    state,
    release === null ? '–' : `r${release}`,
    `${replicas.healthy}/${replicas.wanted}`,
    hosts.at(-1) ?? '',
  ]);
  output.result(
    { apps: found },
    rows.length === 0 ? 'No app yet. Deploy one: longshore deploy FOLDER --server NAME --app NAME' : table(rows),
  );
  return failures.length > 0 ? 1 : undefined;
}

interface LogFlags extends ServerFlag {
  readonly follow?: true;
  readonly since?: string;
  readonly tail?: number;
}

/** Lines of history where nothing was said of how much. */
const usualTail = 200;

export async function followAppLogs(context: CommandContext, name: string, flags: LogFlags): Promise<undefined> {
  const { output, services, signal } = context;
  const app = parseArgument(appName, name, 'APP');
  const since = flags.since === undefined ? undefined : parseSince(flags.since, Date.now());
  // Who says from when on wants all of it.
  const tail =
    flags.tail === undefined ? (since === undefined ? usualTail : 'all') : parseArgument(logRequest.shape.tail, flags.tail, '--tail');
  const session = await findApp(context, { app, server: flags.server, intent: 'reads' });
  const request = {
    server: session.profile.id,
    app,
    tail,
    follow: flags.follow === true,
    ...(since === undefined ? {} : { since }),
  };
  try {
    for await (const lines of services.followLogs(session, request, signal)) {
      for (const line of lines) output.line(line, `${line.at} ${line.replica} ${line.text}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  // Ctrl-C is how one stops to follow; any other log has then been cut short.
  if (!flags.follow) signal.throwIfAborted();
  return undefined;
}

export async function execIn(
  context: CommandContext,
  name: string,
  command: readonly string[],
  flags: ServerFlag,
): Promise<number | undefined> {
  const { output, services, signal } = context;
  const app = parseArgument(appName, name, 'APP');
  if (command.length === 0)
    throw new ExpectedError('invalid-input', 'There is no command to run.', { next: `longshore exec ${app} -- ls -l` });
  const session = await findApp(context, { app, server: flags.server, intent: 'changes' });
  const { replicas } = await services.apps.detail(session, app);
  const replica =
    replicas.find(({ state, containerId }) => state === 'healthy' && containerId !== null) ??
    replicas.find(({ containerId }) => containerId !== null);
  if (!replica?.containerId)
    throw new ExpectedError('not-found', `${app} has no running replica to run “${command[0]}” in.`, {
      next: `longshore logs ${app} shows what it said last.`,
    });
  return runInReplica(session, replica.containerId, command, output, signal);
}
