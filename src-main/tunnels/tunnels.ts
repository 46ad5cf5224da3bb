import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Disposable } from '../base/disposable.ts';
import { ExpectedError } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { type ForwardOptions, forwardRequest, forwardUpgrade } from './forward.ts';
import { isLoopbackHost } from './loopback-host.ts';

/** What a tunnel needs of a server. */
export type TunnelSession = {
  readonly profile: Pick<ServerSession['profile'], 'id'>;
  readonly connection: Pick<ServerSession['connection'], 'openTcp'>;
};

/** A tunnel and the session that it dials through. */
interface Held {
  readonly session: TunnelSession;
  readonly opening: Promise<Tunnel>;
}

interface Tunnel {
  readonly server: Server;
  /** Connections that a websocket took over: the server counts them no more. */
  readonly taken: ReadonlySet<Duplex>;
  readonly url: string;
}

/** Local listeners, one per app of a server, each opened when first asked for and kept until {@link close} or {@link dispose}. */
export class Tunnels implements Disposable {
  readonly #tunnels = new Map<string, Held>();
  #disposed = false;

  /** The address on this computer that leads to `host` at the server's edge. Opens the listener when there is none. */
  async open(session: TunnelSession, host: string): Promise<{ readonly url: string }> {
    if (this.#disposed) throw new ExpectedError('busy', 'Longshore is about to end.');
    const key = `${session.profile.id} ${host}`;
    const former = this.#tunnels.get(key);
    // After another login the server has another session, and the former one's connection is ended for good.
    if (former && former.session !== session) end(former.opening);
    const held = former?.session === session ? former : { session, opening: listen(session, host) };
    this.#tunnels.set(key, held);
    try {
      return { url: (await held.opening).url };
    } catch (error) {
      if (this.#tunnels.get(key) === held) this.#tunnels.delete(key);
      throw new ExpectedError('ssh-unreachable', 'No local port could be opened for the tunnel.', { detail: String(error), cause: error });
    }
  }

  /** Ends the tunnels of a server, or the one to `host`. */
  close(serverId: string, host?: string): void {
    for (const [key, { opening }] of this.#tunnels) {
      if (key !== `${serverId} ${host}` && !(host === undefined && key.startsWith(`${serverId} `))) continue;
      this.#tunnels.delete(key);
      end(opening);
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const { opening } of this.#tunnels.values()) end(opening);
    this.#tunnels.clear();
  }
}

function end(tunnel: Promise<Tunnel>): void {
  void tunnel.then(
    ({ server, taken }) => {
      server.close();
      server.closeAllConnections();
      for (const socket of taken) socket.destroy();
    },
    () => undefined,
  );
}

function listen(session: TunnelSession, host: string): Promise<Tunnel> {
  return new Promise((resolve, reject) => {
    // An upload, or an answer that goes on for hours, is the app's business.
    const server = createServer({ requestTimeout: 0 });
    const taken = new Set<Duplex>();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('The listener has no port'));
        return;
      }
      const { port } = address;
      const options: ForwardOptions = { host, port, dial: () => session.connection.openTcp('127.0.0.1', 80) };
      server.on('request', (incoming, answer) => {
        if (isLoopbackHost(incoming.headers.host, port)) void forwardRequest(incoming, answer, options);
        else answer.writeHead(421, { 'Content-Type': 'text/plain', Connection: 'close' }).end('This address is only for 127.0.0.1.\n');
      });
      server.on('upgrade', (incoming, browser, head) => {
        taken.add(browser);
        browser.once('close', () => taken.delete(browser));
        if (isLoopbackHost(incoming.headers.host, port)) void forwardUpgrade(incoming, browser, head, options);
        else browser.end('HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\n\r\n');
      });
      resolve({ server, taken, url: `http://127.0.0.1:${port}/` });
    });
  });
}
