import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Only for tests. */
export interface Door {
  readonly address: string;
  /** How many connections went through. */
  passed(): number;
  close(): Promise<void>;
}

/** Another address of the practice server: a port of this computer that leads to its sshd until it is closed. */
export async function openDoor(server: { readonly host: string; readonly port: number }): Promise<Door> {
  const sockets = new Set<Socket>();
  let passed = 0;
  const door: Server = createServer((near) => {
    passed += 1;
    const far = connect(server.port, server.host);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  return {
    address: `ssh://root@127.0.0.1:${(door.address() as AddressInfo).port}`,
    passed: () => passed,
    close: () =>
      new Promise((done) => {
        door.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
