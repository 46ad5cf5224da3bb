/**
 * Practice servers: disposable real servers (systemd, OpenSSH, a disk and an address of their own) booted on this machine for demo,
 * development and tests. This is what tests import; `cli.ts` is the same from a shell. It knows nothing of the product.
 */
import { join } from 'node:path';
import { addressOf, checkName } from './addresses.ts';
import { freezeCgroup, removeCgroups } from './cgroups.ts';
import { SandboxError } from './errors.ts';
import { withLock } from './lock.ts';
import { cutPower, startMachine, stopMachine, waitForSsh } from './machine.ts';
import { awaitNeighbour, isCut, plugIn, setCable, unplug } from './network.ts';
import type { SandboxPaths } from './paths.ts';
import { sandboxPaths } from './paths.ts';
import { checkSystem } from './prerequisites.ts';
import { isAlive } from './processes.ts';
import type { OnProgress } from './progress.ts';
import { step } from './progress.ts';
import { runRemote } from './remote.ts';
import type { RunResult } from './run.ts';
import { fillDiskSpace, knownHosts, makeDisk, mountDisk, removeDisk, serverDisk, unfillDiskSpace, unmountDisk } from './server-disk.ts';
import { serverImage } from './server-image.ts';
import { bringUpShared, takeDownShared } from './shared.ts';
import type { ServerState } from './state.ts';
import { octetFor, readServer, removeServer, serverNames, writeServer } from './state.ts';
import type { PasswordUser } from './users.ts';
import { passwordUsers } from './users.ts';

export { SandboxError } from './errors.ts';
export type { OnProgress } from './progress.ts';
export type { PasswordUser } from './users.ts';

export interface PracticeServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  /** `SHA256:…` of the ed25519 host key. */
  readonly hostKey: string;
  readonly passwordUsers: readonly PasswordUser[];
}

export interface UpOptions {
  /** Boot from the image in which Docker is installed already. */
  readonly docker?: boolean;
  /** Memory limit such as "1G"; the server still sees all of this machine's memory. */
  readonly memory?: string;
  /** A fresh disk (and host key) where the server exists already, whatever image it had: what a test wants. */
  readonly fresh?: boolean;
  readonly onProgress?: OnProgress;
}

export interface ListedServer extends PracticeServer {
  readonly state: 'running' | 'off' | 'cut';
  readonly docker: boolean;
}

export interface ExecOptions {
  /** root unless told otherwise. */
  readonly user?: string;
  readonly input?: string | Uint8Array;
}

const SSH_PORT = 22;

/**
 * Boots the server, making it at first; one that runs already is left as it is. Resolves when its sshd answers.
 * Throws SandboxError where this machine cannot run practice servers, or where the server exists with the other `docker`.
 */
export async function upServer(name: string, options: UpOptions = {}): Promise<PracticeServer> {
  checkName(name);
  const paths = sandboxPaths();
  const docker = options.docker ?? false;
  const fresh = options.fresh ?? false;
  return withLock(paths.locks, `server-${name}`, async () => {
    const prior = await withLock(
      paths.locks,
      'shared',
      async () => {
        const found = await readServer(paths, name);
        const existing = fresh ? undefined : found;
        if (existing !== undefined && options.docker !== undefined && existing.docker !== docker) {
          throw new SandboxError(`practice server ${name} exists ${existing.docker ? 'with' : 'without'} Docker; take it down first`);
        }
        await bringUpShared(paths, existing?.docker ?? docker, options.onProgress);
        const state = existing ?? {
          name,
          octet: await octetFor(paths, name),
          docker,
          hostKey: '',
          ...(found?.keeper === undefined ? {} : { keeper: found.keeper }),
          ...(options.memory === undefined ? {} : { memory: options.memory }),
        };
        // Written before anything is made for it, so that `down` finds all that a killed `up` left.
        await writeServer(paths, state);
        return state;
      },
      () => options.onProgress?.({ kind: 'start', step: 'Wait for another practice server command' }),
    );
    if (prior.hostKey !== '' && (await isAlive(prior.keeper))) {
      return describe(paths, prior);
    }
    return step(options.onProgress, `Boot ${name}`, async () => {
      await cutPower(name, prior.keeper);
      const state = prior.hostKey === '' ? await freshDisk(paths, prior) : prior;
      return describe(paths, await boot(paths, state));
    });
  });
}

/** Removes the server and its disk; with the last one, everything that servers share but the cache. No error where there is none. */
export async function downServer(name: string): Promise<void> {
  checkName(name);
  checkSystem();
  const paths = sandboxPaths();
  await withLock(paths.locks, `server-${name}`, async () => {
    const state = await readServer(paths, name);
    if (state !== undefined) {
      await cutPower(name, state.keeper);
      await unplug(name, state.octet);
      await removeCgroups(name);
      await removeDisk(serverDisk(paths, name));
      await removeServer(paths, name);
    }
    await withLock(paths.locks, 'shared', () => takeDownShared(paths));
  });
}

/** Takes down every server, and what killed commands left. */
export async function downAll(): Promise<void> {
  checkSystem();
  const paths = sandboxPaths();
  for (const name of await serverNames(paths)) {
    await downServer(name);
  }
  await withLock(paths.locks, 'shared', () => takeDownShared(paths));
}

/** Gives the server a fresh disk (and with it a new host key) at the same address, and boots it. */
export async function resetServer(name: string): Promise<PracticeServer> {
  return withServer(name, async (paths, state) => {
    // The recipe may have changed since the server was made.
    await withLock(paths.locks, 'shared', () => bringUpShared(paths, state.docker));
    await cutPower(name, state.keeper);
    return describe(paths, await boot(paths, await freshDisk(paths, state)));
  });
}

/** Orderly reboot; resolves when sshd answers again. */
export async function rebootServer(name: string): Promise<PracticeServer> {
  return withServer(name, async (paths, state) => {
    await stopMachine(name, state.keeper);
    return describe(paths, await boot(paths, state));
  });
}

/** Power cut and boot: nothing is told to stop, nothing is synced; resolves when sshd answers again. */
export async function crashServer(name: string): Promise<PracticeServer> {
  return withServer(name, async (paths, state) => {
    await cutPower(name, state.keeper);
    return describe(paths, await boot(paths, state));
  });
}

/** Orderly power-off; `upServer` boots it again with the same disk. */
export async function stopServer(name: string): Promise<void> {
  await withServer(name, (_, state) => stopMachine(name, state.keeper));
}

/** Takes the network cable out: packets vanish, connections hang. */
export async function cutServer(name: string): Promise<void> {
  await withServer(name, (_, state) => setCable(state.octet, 'down'));
}

/** Puts the network cable back in; resolves when the server can be reached through it again. */
export async function healServer(name: string): Promise<void> {
  await withServer(name, async (_, state) => {
    await setCable(state.octet, 'up');
    await awaitNeighbour(state.octet);
  });
}

/** Stops every process of the server at once: it is reachable and never answers. Throws SandboxError without a cgroup v1 freezer. */
export async function freezeServer(name: string): Promise<void> {
  await withServer(name, async () => {
    if (!(await freezeCgroup(name, 'FROZEN'))) {
      throw new SandboxError(`${name} cannot be frozen: this machine has no freezer of cgroup v1`);
    }
  });
}

/** Lets a frozen server go on. */
export async function thawServer(name: string): Promise<void> {
  await withServer(name, async () => {
    await freezeCgroup(name, 'THAWED');
  });
}

/** Fills the server's disk so that `leaveFreeMegabytes` are left. */
export async function fillDisk(name: string, leaveFreeMegabytes: number): Promise<void> {
  await withServer(name, (paths) => fillDiskSpace(serverDisk(paths, name), leaveFreeMegabytes));
}

/** Gives back what fillDisk took. */
export async function unfillDisk(name: string): Promise<void> {
  await withServer(name, (paths) => unfillDiskSpace(serverDisk(paths, name)));
}

/** All servers that exist. */
export async function listServers(): Promise<ListedServer[]> {
  const paths = sandboxPaths();
  const listed: ListedServer[] = [];
  for (const name of await serverNames(paths)) {
    const state = await readServer(paths, name);
    if (state !== undefined) {
      const alive = await isAlive(state.keeper);
      const cut = alive && (await isCut(state.octet));
      listed.push({ ...describe(paths, state), state: cut ? 'cut' : alive ? 'running' : 'off', docker: state.docker });
    }
  }
  return listed;
}

/** Runs a program (list of words) or a script of the user's shell (string) on the server by OpenSSH; exit code 255: no connection. */
export async function execOn(name: string, command: readonly string[] | string, options: ExecOptions = {}): Promise<RunResult> {
  const paths = sandboxPaths();
  const server = describe(paths, await existing(paths, name));
  return runRemote(
    { ...server, user: options.user ?? server.user, knownHosts: knownHosts(serverDisk(paths, name)) },
    command,
    options.input,
  );
}

async function existing(paths: SandboxPaths, name: string): Promise<ServerState> {
  checkName(name);
  const state = await readServer(paths, name);
  if (state === undefined || state.hostKey === '') {
    throw new SandboxError(`there is no practice server ${name}; boot it by: npm run sandbox -- up ${name}`);
  }
  return state;
}

async function withServer<T>(name: string, work: (paths: SandboxPaths, state: ServerState) => Promise<T>): Promise<T> {
  checkName(name);
  checkSystem();
  const paths = sandboxPaths();
  return withLock(paths.locks, `server-${name}`, async () => work(paths, await existing(paths, name)));
}

async function freshDisk(paths: SandboxPaths, state: ServerState): Promise<ServerState> {
  const image = serverImage(paths, state.docker);
  const hostKey = await makeDisk(serverDisk(paths, state.name), image, state.name, addressOf(state.octet), paths.identity);
  const fresh = { ...state, hostKey };
  await writeServer(paths, fresh);
  return fresh;
}

async function boot(paths: SandboxPaths, state: ServerState): Promise<ServerState> {
  const { name } = state;
  const disk = serverDisk(paths, name);
  // A machine that was switched off leaves its file system as it was; mounting it again replays the journal, as a real one would.
  await unmountDisk(disk);
  await mountDisk(disk);
  await plugIn(name, state.octet);
  const console = join(paths.logs, `${name}.console.log`);
  const keeper = await startMachine({ name, root: disk.root, memory: state.memory, console });
  const running = { ...state, keeper };
  await writeServer(paths, running);
  await waitForSsh(name, addressOf(state.octet), SSH_PORT, keeper, console);
  return running;
}

function describe(paths: SandboxPaths, state: ServerState): PracticeServer {
  return {
    name: state.name,
    host: addressOf(state.octet),
    port: SSH_PORT,
    user: 'root',
    identityFile: paths.identity,
    hostKey: state.hostKey,
    passwordUsers,
  };
}
