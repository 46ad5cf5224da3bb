/** What every benchmark runs on: a practice server, the product's services on a data folder of their own, and OpenSSH as the peer. */
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { downServer, type PracticeServer, upServer } from '../sandbox/index.ts';
import { silentLogger } from '../src-main/base/log.ts';
import type { JobSummary } from '../src-main/contract/index.ts';
import type { ServerSession } from '../src-main/servers/types.ts';
import { createServices, type Services } from '../src-main/services.ts';
import { openConfBackend } from '../src-main/store/conf-backend.ts';
import { commandLineVault } from '../src-main/store/no-vault.ts';
import { openStore } from '../src-main/store/settings-store.ts';

const run = promisify(execFile);

/** The practice server's name. */
export const benchServer = 'bench';

export interface Bed {
  readonly server: PracticeServer;
  readonly services: Services;
  readonly session: ServerSession;
  /** A folder for what a benchmark makes; removed at the end. */
  readonly folder: string;
  /** Options that make OpenSSH's client log in to the server without asking. */
  readonly sshOptions: readonly string[];
  /** Where a wrapper of `ssh` with these options lies, for programs that call it by name. */
  readonly sshWrapperFolder: string;
}

/** Boots the server, sets it up, runs `work`, and takes everything down again. */
export async function onBed(work: (bed: Bed) => Promise<void>): Promise<void> {
  const server = await upServer(benchServer, { docker: true, fresh: true });
  const folder = await mkdtemp(join(tmpdir(), 'longshore-bench-'));
  let services: Services | undefined;
  try {
    const home = join(folder, 'home');
    const store = await openStore({ folder: home, openBackend: openConfBackend, logger: silentLogger });
    services = createServices({ home, store, vault: commandLineVault, logger: silentLogger });
    const { id } = await services.servers.add({
      name: 'bench',
      host: server.host,
      port: server.port,
      user: server.user,
      authentication: { kind: 'key', identityFile: server.identityFile },
      hostKey: { type: 'ssh-ed25519', fingerprint: server.hostKey },
    });
    const session = services.servers.session(id);
    session.connection.connect();
    await session.connection.ready();
    await finished(services, services.setUp(id));
    const sshOptions = await pinHostKey(server, folder);
    await work({ server, services, session, folder, sshOptions, sshWrapperFolder: await wrapSsh(folder, sshOptions) });
  } finally {
    services?.dispose();
    await rm(folder, { recursive: true, force: true });
    await downServer(benchServer);
  }
}

/** The ended job; throws when it did not succeed. */
export async function finished(services: Services, id: string): Promise<JobSummary> {
  const job = await services.jobs.finished(id);
  if (job.state !== 'succeeded') throw new Error(`${job.title}: ${job.error?.message ?? job.state}\n${job.error?.detail ?? ''}`);
  return job;
}

async function pinHostKey(server: PracticeServer, folder: string): Promise<string[]> {
  const known = join(folder, 'known_hosts');
  const { stdout } = await run('ssh-keyscan', ['-t', 'ed25519', server.host]);
  await writeFile(known, stdout);
  return [
    '-i',
    server.identityFile,
    '-o',
    `UserKnownHostsFile=${known}`,
    '-o',
    'StrictHostKeyChecking=yes',
    '-o',
    'BatchMode=yes',
    '-o',
    'LogLevel=ERROR',
  ];
}

async function wrapSsh(folder: string, options: readonly string[]): Promise<string> {
  const wrapper = join(folder, 'ssh');
  const { stdout } = await run('which', ['ssh']);
  const quoted = options.map((option) => `'${option.replaceAll("'", "'\\''")}'`).join(' ');
  await writeFile(wrapper, `#!/bin/sh\nexec ${stdout.trim()} ${quoted} "$@"\n`);
  await chmod(wrapper, 0o755);
  return folder;
}

/** Runs a program to its end and throws when it fails; `input` is piped in. */
export function runToEnd(
  command: string,
  args: readonly string[],
  options: { readonly input?: NodeJS.ReadableStream; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: [options.input ? 'pipe' : 'ignore', 'ignore', 'pipe'], env: options.env ?? process.env });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2000);
    });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}: ${said}`))));
    if (options.input && child.stdin) options.input.pipe(child.stdin);
  });
}
