import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Only for tests: a TCP proxy in front of a practice server, which counts what goes to it and can cut everything off. */
export interface CountingProxy {
  readonly port: number;
  /** Bytes that went to the server so far: what was on the wire, SSH's own included. */
  sent(): number;
  /** Cuts every connection when that many more bytes went to the server; the next ones are let through. */
  cutAfter(bytes: number): void;
  /** Bytes a second that go to the server; null for no limit. */
  limit(bytesPerSecond: number | null): void;
  close(): Promise<void>;
}

export async function countingProxy(host: string, port: number): Promise<CountingProxy> {
  let sent = 0;
  let cutAt = Number.POSITIVE_INFINITY;
  let rate: number | null = null;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host, port, noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      sent += chunk.length;
      const isFull = !upstream.write(chunk);
      if (sent >= cutAt) {
        cutAt = Number.POSITIVE_INFINITY;
        for (const socket of sockets) socket.destroy();
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
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    cutAfter: (bytes) => {
      cutAt = sent + bytes;
    },
    limit: (bytesPerSecond) => {
      rate = bytesPerSecond;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
