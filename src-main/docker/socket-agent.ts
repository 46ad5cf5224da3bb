import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';

/** Methods of a net.Socket that node:http calls and a channel does not have; none of them means anything on a channel. */
const SOCKET_ONLY = ['setNoDelay', 'setKeepAlive', 'setTimeout', 'ref', 'unref'] as const;

/**
 * An http agent whose connections are channels of an SSH connection. A channel that has answered is kept for the next request (2 ms
 * instead of 3 or more), at most four idle ones; streams take as many as they need, for socket channels are not bound by MaxSessions.
 */
export class SocketAgent extends Agent {
  readonly #open: () => Promise<Duplex>;

  /** `keep` is false for channels that serve one request. */
  constructor(open: () => Promise<Duplex>, keep = true) {
    super({ keepAlive: keep, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 4 });
    this.#open = open;
  }

  override createConnection(_options: ClientRequestArgs, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    this.#open().then(
      (channel) => callback?.(null, asSocket(channel)),
      // node:http looks at the error alone when there is one; its type asks for a stream all the same.
      (error: unknown) => callback?.(error instanceof Error ? error : new Error(String(error)), undefined as unknown as Duplex),
    );
  }
}

function asSocket(channel: Duplex): Duplex {
  for (const name of SOCKET_ONLY) {
    if (!(name in channel)) Object.defineProperty(channel, name, { value: () => channel });
  }
  // A channel may stay half open after the server's end; node:http waits for `close` before it forgets an idle connection.
  channel.once('end', () => channel.destroy());
  return channel;
}
