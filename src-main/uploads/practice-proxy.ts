import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Only for tests: a TCP proxy in front of a practice server, which counts what goes to it and can cut everything off. */
export interface CountingProxy {
  readonly port: number;
  /** Bytes that went to the server so far: what was on the wire, SSH's own included. */
  sent(): number;
  /** Bytes that came from the server so far. */
  received(): number;
  /** Lets nothing from the server through once that many more bytes went to it, until everything is cut. */
  muteAfter(bytes: number): void;
  /** Cuts every connection at once. */
  cut(): void;
  /** Closes every connection to the client alone: to the server it looks as if the computer lost its power. Until {@link close}. */
  abandon(): void;
  /** Cuts every connection when that many more bytes went to the server; the next ones are let through. */
  cutAfter(bytes: number): void;
  /** Bytes a second that go to the server; null for no limit. */
  limit(bytesPerSecond: number | null): void;
  close(): Promise<void>;
}

export async function countingProxy(host: string, port: number): Promise<CountingProxy> {
  let sent = 0;
  let received = 0;
  let cutAt = Number.POSITIVE_INFINITY;
  let muteAt = Number.POSITIVE_INFINITY;
  let rate: number | null = null;
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const abandoned = new WeakSet<Socket>();
  const cut = (): void => {
    cutAt = Number.POSITIVE_INFINITY;
    muteAt = Number.POSITIVE_INFINITY;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host, port, noDelay: true });
    clients.add(client);
    client.once('close', () => clients.delete(client));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        if (socket === client && abandoned.has(client)) return;
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      sent += chunk.length;
      const isFull = !upstream.write(chunk);
      if (sent >= cutAt) {
        cut();
        return;
      }
      if (rate !== null) {
        client.pause();
        setTimeout(() => client.resume(), (chunk.length * 1000) / rate);
      } else if (isFull) {
        client.pause();
        upstream.once('drain', () => client.resume());
      }
    });
    upstream.on('data', (chunk) => {
      received += chunk.length;
      if (sent < muteAt && !client.write(chunk)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    received: () => received,
    muteAfter: (bytes) => {
      muteAt = sent + bytes;
    },
    cut,
    abandon() {
      for (const client of clients) {
        abandoned.add(client);
        client.destroy();
      }
    },
    cutAfter: (bytes) => {
      cutAt = sent + bytes;
    },
    limit: (bytesPerSecond) => {
      rate = bytesPerSecond;
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
