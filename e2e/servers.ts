/** Specs that need a practice server: one is booted and set up for all of them, by the command line as a script would. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { downServer, type PracticeServer, upServer } from '../sandbox/index.ts';
import { test as base } from './fixtures.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const commandLine = join(root, 'out/cli/longshore.js');

/** The name under which specs know the shared server. */
export const serverName = 'harbor-1';

/** What the sandbox calls it: another name lets two runs on one machine have each their own. */
export const machine = process.env['LONGSHORE_E2E_SERVER'] || 'e2e';

/** Runs `longshore …` on a data folder; rejects when it exits with another code than 0. Returns what it printed. */
export async function longshoreCommand(home: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [commandLine, ...args], {
    env: { ...process.env, LONGSHORE_HOME: home },
    timeout: 400_000,
  });
  return stdout;
}

export async function rememberServer(home: string, server: PracticeServer, name = serverName): Promise<void> {
  const address = `ssh://${server.user}@${server.host}:${server.port}`;
  await longshoreCommand(home, 'servers', 'add', name, address, '--identity', server.identityFile, '--host-key', server.hostKey);
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A visitor's request: to the server's port 80, for a host name that need not resolve. */
export function fetchThroughEdge(server: PracticeServer, host: string, path = '/'): Promise<Answer> {
  return new Promise((resolved, reject) => {
    const call = request({ host: server.host, port: 80, path, headers: { host }, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolved({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error(`No answer from ${server.host} for ${host} within 10 s`)));
    call.on('error', reject);
    call.end();
  });
}

/** The default host name of an app on a server, as the design gives it. */
export function defaultHost(app: string, server: PracticeServer): string {
  return `${app}.${server.host.replaceAll('.', '-')}.sslip.io`;
}

interface WorkerFixtures {
  /** A practice server that is set up; the same for all specs of a run. */
  readonly practiceServer: PracticeServer;
}

interface TestFixtures {
  /** A data folder that knows the server under {@link serverName}; the app of the spec starts in it. */
  readonly home: string;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  practiceServer: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern of its first parameter.
    async ({}, use) => {
      const server = await upServer(machine, { docker: true, fresh: true });
      const home = await mkdtemp(join(tmpdir(), 'longshore-e2e-set-up-'));
      try {
        await rememberServer(home, server);
        await longshoreCommand(home, 'servers', 'setup', serverName);
        await use(server);
      } finally {
        await rm(home, { recursive: true, force: true });
        await downServer(machine);
      }
    },
    { scope: 'worker', timeout: 900_000 },
  ],
  home: async ({ practiceServer }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'longshore-e2e-'));
    await rememberServer(home, practiceServer);
    await use(home);
    await rm(home, { recursive: true, force: true });
  },
});

export { expect } from './fixtures.ts';
