import { resolve } from 'node:path';
import { type Authentication, ExpectedError, fingerprint, type HostKey, type JobSummary, serverName } from '../contract/index.ts';
import { sameMachine } from '../servers/changes.ts';
import type { ServerChanges, ServerSession } from '../servers/types.ts';
import type { Services } from '../services.ts';
import { parseArgument, parseSshAddress } from './arguments.ts';
import { askSecret, askYesNo, canAsk } from './ask.ts';
import type { CommandContext } from './command-context.ts';
import { connect, findServer } from './find.ts';
import { showJob } from './job-progress.ts';
import { type Output, table } from './output.ts';

interface AddFlags {
  readonly name: string;
  readonly address: string;
  readonly identity?: string;
  readonly hostKey?: string;
}

/** The host key to pin: the one given when the server offers just that one, or the one that the user accepted. */
async function acceptedHostKey(offered: HostKey, given: string | undefined, name: string): Promise<HostKey> {
  if (given !== undefined) {
    if (parseArgument(fingerprint, given, '--host-key') === offered.fingerprint) return offered;
    throw new ExpectedError(
      'host-key-changed',
      `The server “${name}” offers another host key than the one given: ${offered.fingerprint}.`,
      {
        next: 'Compare it on the server: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub. Nothing was sent to it.',
      },
    );
  }
  const unknown = new ExpectedError(
    'host-key-unknown',
    `The host key of “${name}” is not known: ${offered.fingerprint} (${offered.type}).`,
    {
      next: `When it is the server's own, say so by --host-key ${offered.fingerprint}`,
    },
  );
  if (!canAsk()) throw unknown;
  process.stderr.write(
    `${name} offers the host key ${offered.fingerprint} (${offered.type}).\nCompare it on the server: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\n`,
  );
  if (!(await askYesNo('Is it the same?'))) throw unknown;
  return offered;
}

export async function addServer({ output, services, signal }: CommandContext, flags: AddFlags): Promise<undefined> {
  const name = parseArgument(serverName, flags.name, 'NAME');
  const address = parseSshAddress(flags.address);
  if (services.servers.find(name)) {
    throw new ExpectedError('name-taken', `There is a server named “${name}” already.`, {
      next: `Take another name, or change that one: longshore servers edit ${name}`,
    });
  }
  const authentication: Authentication = flags.identity
    ? { kind: 'key', identityFile: resolve(flags.identity) }
    : process.env['SSH_AUTH_SOCK']
      ? { kind: 'agent' }
      : { kind: 'password' };
  const offered = await services.servers.offeredHostKey(address.host, address.port, signal);
  const hostKey = await acceptedHostKey(offered, flags.hostKey, name);
  const profile = await services.servers.add({ name, ...address, authentication, hostKey });
  output.result(
    { server: profile },
    `Added ${name} (${profile.user}@${profile.host}:${profile.port}). Next: longshore servers setup ${name}`,
  );
  return undefined;
}

interface EditFlags {
  readonly name?: string;
  readonly address?: string;
  readonly identity?: string;
  readonly hostKey?: string;
}

export async function editServer({ output, services, signal }: CommandContext, server: string, flags: EditFlags): Promise<undefined> {
  const { profile } = findServer(services, server);
  const address = flags.address === undefined ? undefined : parseSshAddress(flags.address);
  if (flags.name === undefined && address === undefined && flags.identity === undefined) {
    throw new ExpectedError('invalid-input', `Nothing to change of “${profile.name}” was given.`, {
      next: 'Give --name, --address or --identity.',
    });
  }
  const changes: ServerChanges = {
    ...(flags.name === undefined ? {} : { name: parseArgument(serverName, flags.name, '--name') }),
    ...address,
    ...(flags.identity === undefined ? {} : { authentication: { kind: 'key', identityFile: resolve(flags.identity) } }),
  };
  const named = flags.name === undefined ? undefined : services.servers.find(flags.name);
  // Before anybody is asked to compare a host key for nothing.
  if (named && named.profile.id !== profile.id) {
    throw new ExpectedError('name-taken', `There is a server named “${named.profile.name}” already.`, { next: 'Take another name.' });
  }
  const elsewhere = address !== undefined && !sameMachine(address, profile);
  const hostKey = elsewhere
    ? await acceptedHostKey(await services.servers.offeredHostKey(address.host, address.port, signal), flags.hostKey, profile.name)
    : undefined;
  const edited = await services.servers.edit(profile.id, { ...changes, ...(hostKey === undefined ? {} : { hostKey }) });
  output.result({ server: edited }, `Changed ${edited.name} (${edited.user}@${edited.host}:${edited.port}).`);
  return undefined;
}

export async function listServers({ output, services }: CommandContext): Promise<undefined> {
  const profiles = services.servers.list().map(({ profile }) => profile);
  const rows = profiles.map(({ name, user, host, port, authentication, hostKey }) => [
    name,
    `${user}@${host}:${port}`,
    authentication.kind === 'key' ? authentication.identityFile : authentication.kind,
    hostKey?.fingerprint ?? 'host key not accepted yet',
  ]);
  output.result(
    { servers: profiles },
    rows.length === 0 ? 'No server yet. Add one: longshore servers add NAME ssh://user@host' : table(rows),
  );
  return undefined;
}

export async function removeServer({ output, services }: CommandContext, name: string): Promise<undefined> {
  const { profile } = findServer(services, name);
  await services.servers.remove(profile.id);
  output.result({ removed: profile.name }, `Forgot ${profile.name}. Nothing on the server was changed.`);
  return undefined;
}

/** Runs the set-up; when sudo wants a password and there is somebody to ask, asks for it and goes on. */
async function setUpAsking(session: ServerSession, services: Services, output: Output, signal: AbortSignal): Promise<JobSummary> {
  const { id, name, user } = session.profile;
  for (;;) {
    try {
      return await showJob(services.setUp(id), services, output, signal);
    } catch (error) {
      const wanted = error instanceof ExpectedError && (error.code === 'password-needed' || error.code === 'authentication-failed');
      if (!wanted || !canAsk()) throw error;
      output.note(error.message);
      await services.servers.giveSecret(id, 'sudo', await askSecret(`sudo password of ${user} on ${name}`), false);
    }
  }
}

export async function setUpServer({ output, services, signal }: CommandContext, name: string): Promise<undefined> {
  const session = findServer(services, name);
  await connect(session, services, signal);
  const job = await setUpAsking(session, services, output, signal);
  output.result(
    { server: session.profile.name, steps: job.stages.map(({ id, state, detail }) => ({ id, state, detail })) },
    `${session.profile.name} is ready. Next: longshore deploy FOLDER --server ${session.profile.name} --app NAME`,
  );
  return undefined;
}
