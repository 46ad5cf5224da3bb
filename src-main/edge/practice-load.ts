import { Agent, request } from 'node:http';
import { sleep } from '../base/wait.ts';

interface Kind {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Milliseconds the app takes to answer. */
  readonly takes: number;
  readonly keepAlive: boolean;
  /** Milliseconds between two requests. */
  readonly every: number;
}

const kinds: readonly Kind[] = [
  { name: 'GET kept', method: 'GET', takes: 20, keepAlive: true, every: 40 },
  { name: 'GET new', method: 'GET', takes: 20, keepAlive: false, every: 60 },
  { name: 'POST kept', method: 'POST', takes: 20, keepAlive: true, every: 70 },
  { name: 'POST slow', method: 'POST', takes: 3_000, keepAlive: true, every: 500 },
];

export interface LoadResult {
  readonly requests: number;
  /** One line for each request that was not answered by a whole 200. */
  readonly failures: readonly string[];
  /** The bodies, in the order the answers came. */
  readonly bodies: readonly string[];
}

/**
 * Only for tests: requests to `host` at `address` at fixed times, whether earlier ones were answered or not, until stopped.
 * A client that waits for its answer before it asks again would not see a gap.
 */
export function startLoad(address: string, host: string): { stop(): Promise<LoadResult> } {
  // Shorter than the edge keeps idle connections (30 s): else both ends may close at one moment, and that is the client's fault.
  const agent = new Agent({ keepAlive: true, maxSockets: 200, timeout: 20_000 });
  const failures: string[] = [];
  const bodies: string[] = [];
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const one = (kind: Kind): Promise<void> =>
    new Promise((resolve) => {
      const fail = (why: string): void => {
        failures.push(`${kind.name}: ${why}`);
        resolve();
      };
      const sent = request(
        {
          host: address,
          port: 80,
          path: `/?ms=${kind.takes}`,
          method: kind.method,
          headers: { host },
          agent: kind.keepAlive ? agent : false,
          timeout: 60_000,
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('error', (error) => fail(error.message));
          response.on('end', () => {
            if (response.statusCode !== 200) return fail(`status ${response.statusCode}`);
            bodies.push(body);
            resolve();
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error('no answer')));
      sent.on('error', (error) => fail(error.message));
      sent.end(kind.method === 'POST' ? 'x'.repeat(500) : undefined);
    });

  const loops = kinds.map(async (kind) => {
    while (!stopping.signal.aborted) {
      const request = one(kind);
      running.add(request);
      void request.finally(() => running.delete(request));
      await sleep(kind.every, stopping.signal).catch(() => undefined);
    }
  });

  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await Promise.all(running);
      agent.destroy();
      return { requests: bodies.length + failures.length, failures, bodies };
    },
  };
}
