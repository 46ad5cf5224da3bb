import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** To whom every replica of the visited app tells the id of each POST as it comes in: the one place where a POST that came twice is seen. */
export interface Witness {
  /** `host:port`, for the app's variable WITNESS. */
  readonly address: string;
  /** How often each id was told. */
  readonly seen: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Listens on the address of this machine by which whatever runs at `peer` reaches it; `port` is one that takes connections there. */
export async function startWitness(peer: string, port: number): Promise<Witness> {
  const host = await ownAddress(peer, port);
  const seen = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A container that is killed resets its connection; what it had told has arrived by then.
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (id) => seen.set(id, (seen.get(id) ?? 0) + 1));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The witness has no port');
  return {
    address: `${host}:${address.port}`,
    seen,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function ownAddress(peer: string, port: number): Promise<string> {
  const socket = connect(port, peer);
  try {
    await once(socket, 'connect');
    return socket.localAddress ?? '127.0.0.1';
  } finally {
    socket.destroy();
  }
}
