import { request as httpRequest, type IncomingMessage } from 'node:http';
import { withDeadline } from '../base/wait.ts';
import { ExpectedError, hostName } from '../contract/index.ts';
import type { SshConnection } from '../ssh/types.ts';
import { escapedPath, PROBE, SERVED_BY } from './render/config.ts';
import { parseBackendName } from './render/model.ts';
import type { Edge } from './types.ts';

const ANSWER_WITHIN_MS = 130_000;

/** One GET through the published port 80, from the server itself, as a client from outside would make it. */
export async function requestThroughEdge(
  connection: Pick<SshConnection, 'openTcp'>,
  host: string,
  path: string,
  /** The edge's secret, see `PROBE_KEY`. */
  key: string,
  signal?: AbortSignal,
  /** An address of the server's own. Only by one that is not 127.0.0.1 is a request led where those from outside are. */
  address = '127.0.0.1',
): ReturnType<Edge['request']> {
  if (!hostName.safeParse(host).success || !path.startsWith('/')) {
    throw new ExpectedError('invalid-input', `"${host}${path}" is not an address to ask the edge for`);
  }
  const deadline = withDeadline(ANSWER_WITHIN_MS, signal);
  const started = performance.now();
  const channel = await connection.openTcp(address, 80, deadline);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest({
        createConnection: () => channel,
        path: escapedPath(path),
        headers: { host, [PROBE]: key, connection: 'close', 'user-agent': 'longshore-probe' },
        signal: deadline,
      });
      request.once('response', resolve);
      request.once('error', reject);
      request.end();
    });
    for await (const _ of response) {
      // Read to its end: an answer that breaks off in the middle is a failed request.
    }
    const served = response.headers[SERVED_BY];
    const backend = parseBackendName(typeof served === 'string' ? served : '');
    return {
      status: response.statusCode ?? 0,
      slot: backend?.slot ?? null,
      app: backend?.app ?? null,
      ms: Math.round(performance.now() - started),
    };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError('edge-unavailable', `The edge did not answer a request for ${host}`, {
      detail: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  } finally {
    channel.destroy();
  }
}
