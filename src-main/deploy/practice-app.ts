import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { downServer, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { sleep } from '../base/wait.ts';
import type { DeployRequest, JobSummary } from '../contract/index.ts';
import { createDocker } from '../docker/index.ts';
import { connectTo } from '../docker/practice-connection.ts';
import { createEdge } from '../edge/index.ts';
import { createJobs } from '../jobs/index.ts';
import { followSwitch } from '../ports/index.ts';
import { runSetup, setupStages } from '../servers/setup/index.ts';
import type { ServerSession } from '../servers/types.ts';
import type { HeldConnection } from '../ssh/index.ts';
import { Uploads } from '../uploads/index.ts';
import type { DeployDeps } from './types.ts';

/** Only for tests: a practice server that is set up, an app to deploy to it, and clients of that app. */

const dockerfile = 'FROM node:20\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n';

/** Answers with its release; MODE makes it fail in one of the ways that apps do. */
const server = `
const http = require('node:http');
const { MODE = 'good', PORT, LONGSHORE_RELEASE: release } = process.env;
console.log('release', release, 'begins as', MODE);
if (MODE === 'crash') { console.error('cannot find the thing'); process.exit(3); }
const app = http.createServer((question, answer) => {
  if (MODE === 'dying' && question.headers['user-agent'] !== 'longshore-health') setTimeout(() => process.exit(7), 4000);
  console.log(question.method, question.url);
  question.resume().on('end', () => setTimeout(() => {
    answer.statusCode = MODE === 'broken' ? 500 : 200;
    answer.setHeader('x-release', release);
    answer.end('release ' + release + '\\n');
  }, Number(question.headers['x-wait'] ?? 20)));
});
const ports = { loopback: [PORT, '127.0.0.1'], elsewhere: [8123] };
if (MODE === 'silent') setInterval(() => undefined, 1000);
else app.listen(...(ports[MODE] ?? [PORT]), () => console.log('listening'));
process.on('SIGTERM', () => { app.close(() => process.exit(0)); app.closeIdleConnections(); });
`;

export interface Practice {
  readonly server: PracticeServer;
  readonly connection: HeldConnection;
  readonly session: ServerSession;
  readonly deps: DeployDeps;
  /** The project folder of the good app. */
  readonly folder: string;
  /** Without a watch time, unless `change` has one. */
  request(app: string, change?: Partial<DeployRequest>): DeployRequest;
  /** Waits for a job; throws what went wrong when it did not succeed. */
  succeeded(job: string): Promise<JobSummary>;
  ended(job: string): Promise<JobSummary>;
  end(): Promise<void>;
}

export async function practise(name: string): Promise<Practice> {
  const practiceServer = await upServer(name, { docker: true });
  const connection = connectTo(practiceServer);
  const docker = createDocker(connection);
  const edge = createEdge({ connection, docker, onSwitch: (...change) => followSwitch({ connection, docker }, ...change) });
  const jobs = createJobs();
  const setup = await jobs.finished(
    jobs.start({
      kind: 'setup',
      title: 'Set up',
      server: name,
      app: null,
      stages: setupStages,
      run: (job) => runSetup(job, { name, connection, docker, edge }),
    }),
  );
  if (setup.state !== 'succeeded') throw new Error(`The set-up failed: ${JSON.stringify(setup.error)}`);
  const { host, port, user } = practiceServer;
  const profile: ServerSession['profile'] = {
    id: name,
    name,
    host,
    port,
    user,
    authentication: { kind: 'key', identityFile: practiceServer.identityFile },
    hostKey: null,
    addedAt: 0,
  };
  const session: ServerSession = { profile, connection, docker, edge };
  const cache = await mkdtemp(join(tmpdir(), 'longshore-contexts-'));
  const folder = await project({});
  return {
    server: practiceServer,
    connection,
    session,
    deps: { jobs, session: () => session, by: 'kim@desk', keepReleases: () => 3, uploads: new Uploads(cache) },
    folder,
    request: (app, change = {}) => ({
      server: name,
      app,
      path: folder,
      dockerfile: null,
      include: [],
      exclude: [],
      ...change,
      settings: { watchSeconds: 0, ...change.settings },
    }),
    async succeeded(job) {
      const ended = await jobs.finished(job);
      if (ended.state !== 'succeeded') throw new Error(`${ended.title} ${ended.state}: ${JSON.stringify(ended.error)}`);
      return ended;
    },
    ended: (job) => jobs.finished(job),
    async end() {
      jobs.dispose();
      connection.dispose();
      await rm(folder, { recursive: true, force: true });
      await rm(cache, { recursive: true, force: true });
      await downServer(name);
    },
  };
}

/** A folder with the good app, and `files` instead of or beside its own. */
export async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-app-'));
  for (const [path, text] of Object.entries({ Dockerfile: dockerfile, 'server.js': server, ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

export interface Answer {
  readonly status: number;
  readonly release: string | null;
}

/** One request through the server's port 80, as a client from outside makes it. Rejects when the connection breaks. */
export function ask(
  host: string,
  name: string,
  options: { readonly method?: string; readonly waitMs?: number; readonly agent?: Agent; readonly patienceMs?: number } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', waitMs, agent, patienceMs = 20_000 } = options;
    const headers = { host: name, ...(waitMs === undefined ? {} : { 'x-wait': String(waitMs) }) };
    const call = request({ host, port: 80, method, path: '/', headers, agent: agent ?? false, timeout: patienceMs }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        const release = response.headers['x-release'];
        resolve({ status: response.statusCode ?? 0, release: typeof release === 'string' ? release : null });
      });
    });
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.once('error', reject);
    call.end(method === 'POST' ? 'x'.repeat(2_000) : undefined);
  });
}

export interface LoadResult {
  readonly requests: number;
  readonly failures: readonly string[];
  readonly releases: ReadonlySet<string>;
}

/** Clients that go on until they are stopped: kept and new connections, GET and POST, some of them slow. */
export function startLoad(host: string, name: string, patienceMs = 20_000): { stop(): Promise<LoadResult> } {
  const stopping = new AbortController();
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const failures: string[] = [];
  const releases = new Set<string>();
  let requests = 0;
  const client = async (what: string, options: Parameters<typeof ask>[2], pauseMs: number): Promise<void> => {
    while (!stopping.signal.aborted) {
      requests += 1;
      try {
        const answer = await ask(host, name, { ...options, patienceMs });
        if (answer.status !== 200) failures.push(`${what}: status ${answer.status}`);
        if (answer.release) releases.add(answer.release);
      } catch (error) {
        failures.push(`${what}: ${String(error)}`);
      }
      await sleep(pauseMs, stopping.signal).catch(() => undefined);
    }
  };
  const clients = [
    client('GET kept', { agent }, 20),
    client('GET new', {}, 50),
    client('POST kept', { method: 'POST', agent }, 50),
    client('slow GET', { waitMs: 2_500 }, 20),
    client('slow POST', { method: 'POST', waitMs: 2_500 }, 20),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(clients);
      agent.destroy();
      return { requests, failures, releases };
    },
  };
}
