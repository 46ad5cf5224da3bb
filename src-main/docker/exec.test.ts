import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { poll } from '../base/wait.ts';
import { createDocker } from './docker.ts';
import type { Docker } from './types.ts';

/** A daemon that starts every program and answers a resize as the test says. */
let daemon: Server | null = null;
afterEach(() => {
  daemon?.closeAllConnections();
  daemon?.close();
});

interface Peer {
  readonly docker: Docker;
  /** The connection of the program that was started. */
  program(): Socket | null;
}

async function peer(onResize: (response: ServerResponse, program: Socket) => void): Promise<Peer> {
  let program: Socket | null = null;
  const answer = (response: ServerResponse, body: object): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    if (request.url?.includes('/resize') && program) onResize(response, program);
    else answer(response, { Id: 'program' });
  });
  daemon = server;
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    program = socket;
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const openSocket = async (): Promise<Socket> => connect(port, '127.0.0.1');
  const openProgram = (): Promise<never> => Promise.reject(new Error('not used'));
  return { docker: createDocker({ name: 'web1', openSocket, openProgram }), program: () => program };
}

const size = { cols: 80, rows: 24 };

describe('a terminal in a container', () => {
  it('that is lost before it has its size is an error of the call, and of nothing else', async () => {
    const { docker } = await peer((response, program) => {
      // A reset, as of a link that is lost; the resize stays refused until it arrived.
      program.resetAndDestroy();
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"not yet"}');
    });
    await expect(docker.execTerminal('box', ['sh'], size)).rejects.toMatchObject({ code: 'docker-unavailable' });
  });

  it('that cannot be sized is closed', async () => {
    const { docker, program } = await peer((response) => {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"the swarm does not have a leader"}');
    });
    await expect(docker.execTerminal('box', ['sh'], size)).rejects.toMatchObject({ code: 'docker-unavailable' });
    const closed = await poll(() => (program()?.readableEnded || program()?.destroyed ? true : undefined), { everyMs: 5, withinMs: 5_000 });
    expect(closed).toBe(true);
  });
});
