import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { openLink } from './open-link.ts';

/** Listens, and is then too busy to take a connection: what the kernel takes for it is full after two. */
const deafListener = `
const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, server.address().port + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

function link(port: number): Promise<unknown> {
  const target = { name: 'web1', host: '127.0.0.1', port, user: 'deploy', authentication: { kind: 'password' }, hostKey: null } as const;
  const secrets = { get: async () => 'right', refused: () => undefined };
  const options = { secrets, agentSocket: undefined, limits: { tcpMs: 200, loginMs: 200 } };
  return openLink(target, options, new AbortController().signal);
}

const silence = (port: number): object => ({
  code: 'ssh-timeout',
  message: `“web1” (127.0.0.1, port ${port}) does not answer.`,
  next: expect.stringMatching(/switched on.*firewall/),
});

it('a port that takes the connection and never speaks is a server that does not answer, and the connection is given up', async () => {
  const taken: Socket[] = [];
  const server = createServer((socket) => taken.push(socket.on('error', () => undefined).resume()));
  onTestFinished(() => {
    for (const socket of taken) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await expect(link(address.port)).rejects.toMatchObject(silence(address.port));
  const [socket] = taken;
  if (!socket) throw new Error('It did not even connect');
  if (!socket.closed) await once(socket, 'close');
});

// Elsewhere a full queue refuses instead of staying silent, and loopback has no other way not to answer.
it.runIf(process.platform === 'linux')(
  'a connection that never comes about is one too (on Linux, whose full listeners are silent)',
  async () => {
    const child = spawn(process.execPath, ['-e', deafListener], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const port = Number(line);
    for (let waiting = 0; waiting < 2; waiting += 1) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      await once(socket, 'connect');
    }
    await expect(link(port)).rejects.toMatchObject({ ...silence(port), detail: 'No TCP connection in time' });
  },
);
