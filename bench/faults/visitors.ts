import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

/**
 * The app of the fault matrix and who visits it. Each answer names its release and the edition twice, once as it is in the image and once as
 * it is in the settings: an answer with two editions, or a release with another than its own, is a mix.
 */
const app = `
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { PORT, LONGSHORE_RELEASE: release, EDITION: setting } = process.env;
const image = readFileSync('edition.txt', 'utf8').trim();
const server = createServer((question, answer) => {
  let bytes = 0;
  question.on('data', (chunk) => { bytes += chunk.length; });
  question.on('end', () => setTimeout(() => {
    answer.end([release, image, setting, question.headers['x-id'], bytes].join(' ') + '\\n');
  }, Number(question.headers['x-ms'])));
});
server.keepAliveTimeout = 75000;
server.listen(Number(PORT));
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

export async function writeApp(folder: string, edition: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), 'FROM node:20\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.cjs"]\n');
  await writeFile(join(folder, 'server.cjs'), app);
  await writeFile(join(folder, 'edition.txt'), `${edition}\n`);
}

export interface Visit {
  readonly what: string;
  /** Milliseconds since 1970, as below. */
  readonly beganAt: number;
  readonly endedAt: number;
  /** Null for a whole answer. */
  readonly failed: string | null;
  readonly release: number;
  readonly image: string;
  readonly setting: string;
}

interface Kind {
  readonly what: string;
  readonly everyMs: number;
  readonly takesMs: number;
  readonly bytes: number | null;
  readonly isKept: boolean;
}

const kinds: readonly Kind[] = [
  { what: 'GET', everyMs: 100, takesMs: 20, bytes: null, isKept: true },
  { what: 'GET, new connection', everyMs: 200, takesMs: 20, bytes: null, isKept: false },
  { what: 'POST', everyMs: 200, takesMs: 20, bytes: 2_000, isKept: true },
  { what: 'POST, new connection', everyMs: 400, takesMs: 20, bytes: 2_000, isKept: false },
  { what: 'GET of 2.5 s', everyMs: 900, takesMs: 2_500, bytes: null, isKept: true },
  { what: 'POST of 2.5 s', everyMs: 1_300, takesMs: 2_500, bytes: 2_000, isKept: false },
];
const patienceMs = 15_000;

export interface Visitors {
  readonly visits: readonly Visit[];
  /** Sends nothing any more and waits for every answer. */
  stop(): Promise<readonly Visit[]>;
}

/** Visitors that come at their own times, whether earlier ones were answered or not. */
export function startVisitors(address: string, host: string): Visitors {
  const visits: Visit[] = [];
  const running = new Set<Promise<void>>();
  const timers = kinds.map((kind) => {
    let agent = new Agent({ keepAlive: true, timeout: 20_000 });
    return setInterval(() => {
      const visit = visitOnce(address, host, kind, kind.isKept ? agent : null).then((done) => {
        visits.push(done);
        if (done.failed === null) return;
        // As browsers do: after a failure nobody trusts the other connections that lie about idle. Those in use go on.
        for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
        agent = new Agent({ keepAlive: true, timeout: 20_000 });
      });
      running.add(visit);
      void visit.finally(() => running.delete(visit));
    }, kind.everyMs);
  });
  return {
    visits,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
      return visits;
    },
  };
}

/** One short visit, to see whether the app answers. */
export function visitNow(address: string, host: string): Promise<Visit> {
  return visitOnce(address, host, { what: 'GET', everyMs: 0, takesMs: 0, bytes: null, isKept: false }, null);
}

function visitOnce(address: string, host: string, { what, takesMs, bytes }: Kind, agent: Agent | null): Promise<Visit> {
  const id = randomUUID();
  const beganAt = Date.now();
  return new Promise((resolve) => {
    const end = (failed: string | null, body = ''): void => {
      clearTimeout(deadline);
      const [release = '', image = '', setting = ''] = body.split(' ');
      resolve({ what, beganAt, endedAt: Date.now(), failed, release: Number(release), image, setting });
    };
    const call = request(
      {
        host: address,
        port: 80,
        path: '/',
        method: bytes === null ? 'GET' : 'POST',
        headers: { host, 'x-id': id, 'x-ms': String(takesMs), ...(bytes === null ? {} : { 'content-length': bytes }) },
        agent: agent ?? false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.once('error', (error) => end(`the answer broke off: ${error.message}`));
        response.once('end', () => {
          if (response.statusCode !== 200) return end(`status ${response.statusCode}`);
          const isWhole = /^\d+ \S+ \S+ \S+ \d+\n$/.test(body) && body.endsWith(` ${id} ${bytes ?? 0}\n`);
          end(isWhole ? null : `a wrong body: ${JSON.stringify(body.slice(0, 120))}`, body);
        });
      },
    );
    const deadline = setTimeout(() => call.destroy(new Error('no answer')), patienceMs + takesMs);
    call.once('error', (error) => end(`${error.message}${call.reusedSocket ? ' on a kept connection' : ''}`));
    call.end(bytes === null ? undefined : 'x'.repeat(bytes));
  });
}
