import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DisposableStore } from '../base/disposable.ts';
import { poll } from '../base/wait.ts';
import { connectionTo } from '../ssh/test-connection.ts';
import { startTestServer, type TestServer } from '../ssh/test-server.ts';
import { type TunnelSession, Tunnels } from './tunnels.ts';

let cleanUp: DisposableStore;
let ssh: TestServer;
let edge: Server;
let tunnels: Tunnels;
let session: TunnelSession;
/** What the app behind the edge does in a test. */
let app: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  cleanUp = new DisposableStore();
  ssh = await startTestServer();
  app = (_request, response) => response.end('hello');
  edge = createServer((incoming, response) => app(incoming, response));
  edge.listen(0, '127.0.0.1');
  await once(edge, 'listening');
  const { connection } = connectionTo(ssh);
  cleanUp.add(connection);
  await connection.ready();
  tunnels = new Tunnels();
  cleanUp.add(tunnels);
  // Port 80 of the server is this test's edge.
  session = {
    profile: { id: 'one' },
    connection: { openTcp: (host, port, signal) => connection.openTcp(host, port === 80 ? portOf(edge) : port, signal) },
  };
});

afterEach(async () => {
  cleanUp.dispose();
  edge.close();
  edge.closeAllConnections();
  await ssh.close();
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function get(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: IncomingMessage['headers'] }> {
  const asked = request(url, { headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), headers: response.headers };
}

describe('Tunnels', () => {
  it('leads to the app under its own host name, and keeps path, headers and cookies', async () => {
    app = (incoming, response) => {
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.end(
        JSON.stringify({
          host: incoming.headers.host,
          url: incoming.url,
          cookie: incoming.headers.cookie,
          via: incoming.headers['x-mine'],
        }),
      );
    };
    const { url } = await tunnels.open(session, 'shop.example.com');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { body, headers } = await get(`${url}a/b?c=%20d`, { Cookie: 'k=v', 'X-Mine': 'x' });
    expect(JSON.parse(body)).toEqual({ host: 'shop.example.com', url: '/a/b?c=%20d', cookie: 'k=v', via: 'x' });
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  it('is one per app, and another for another app', async () => {
    const [first, again, other] = await Promise.all([
      tunnels.open(session, 'a.example.com'),
      tunnels.open(session, 'a.example.com'),
      tunnels.open(session, 'b.example.com'),
    ]);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('listens on this computer only, and refuses a page that came by another name', async () => {
    let reached = 0;
    app = (_incoming, response) => {
      reached += 1;
      response.end();
    };
    const { url } = await tunnels.open(session, 'shop.example.com');
    for (const host of [
      'evil.example.com',
      'shop.example.com',
      `127.0.0.1.evil.example.com:${new URL(url).port}`,
      '127.0.0.1',
      'localhost:1',
    ]) {
      expect((await get(url, { Host: host })).status, host).toBe(421);
    }
    expect(await upgrade(url, 'evil.example.com')).toMatch(/^HTTP\/1\.1 421 /);
    expect(reached).toBe(0);
    expect((await get(url.replace('127.0.0.1', 'localhost'), { Host: `localhost:${new URL(url).port}` })).status).toBe(200);
  });

  it('streams a body up and an answer down without keeping either', async () => {
    app = (incoming, response) => void incoming.pipe(response);
    const { url } = await tunnels.open(session, 'shop.example.com');
    const bytes = randomBytes(5 * 1024 * 1024);
    const asked = request(url, { method: 'POST', agent: false });
    Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]).pipe(asked);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const hash = createHash('sha256');
    for await (const chunk of response) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('passes the first part of an answer on while the rest is still to come, and tells the app when the browser goes', async () => {
    let gone = false;
    app = (_incoming, response) => {
      response.write('first');
      response.on('close', () => {
        gone = true;
      });
    };
    const { url } = await tunnels.open(session, 'shop.example.com');
    const asked = request(url, { agent: false });
    asked.on('error', () => undefined);
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    const [chunk] = (await once(response, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('first');
    asked.destroy();
    expect(await poll(() => gone || undefined, { everyMs: 10, withinMs: 5_000 })).toBe(true);
  });

  it('leads redirects to the app itself through the tunnel, others not', async () => {
    app = (incoming, response) => {
      response.writeHead(302, {
        Location:
          incoming.url === '/away'
            ? 'http://other.example.com/x'
            : incoming.url === '/near'
              ? '/y'
              : 'http://shop.example.com/login?next=/',
      });
      response.end();
    };
    const { url } = await tunnels.open(session, 'shop.example.com');
    expect((await get(url)).headers.location).toBe(`${url}login?next=/`);
    expect((await get(`${url}near`)).headers.location).toBe('/y');
    expect((await get(`${url}away`)).headers.location).toBe('http://other.example.com/x');
  });

  it('carries a websocket both ways', async () => {
    edge.on('upgrade', (incoming, socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Host: ${incoming.headers.host}\r\n\r\n`,
      );
      socket.pipe(socket);
      cleanUp.add({ dispose: () => socket.destroy() });
    });
    const { url } = await tunnels.open(session, 'shop.example.com');
    const { port } = new URL(url);
    const seen = await upgrade(url, `127.0.0.1:${port}`, 'ping over the tunnel');
    expect(seen).toMatch(/^HTTP\/1\.1 101 /);
    expect(seen).toContain('X-Host: shop.example.com');
    expect(seen).toMatch(/ping over the tunnel$/);
  });

  it('says what is wrong when the way to the server is lost', async () => {
    const { url } = await tunnels.open(session, 'shop.example.com');
    ssh.cut();
    const { status, body } = await get(url);
    expect(status).toBe(502);
    expect(body).toMatch(/^Longshore: The connection to “web1” was lost\./);
  });

  it('is another one for another session, as after a change of the login', async () => {
    const former = await tunnels.open(session, 'shop.example.com');
    const now = await tunnels.open({ ...session }, 'shop.example.com');
    expect(now.url).not.toBe(former.url);
    expect((await get(now.url)).status).toBe(200);
    await expect(get(former.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is closed with its server or its app, websockets included', async () => {
    edge.on('upgrade', (_incoming, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      cleanUp.add({ dispose: () => socket.destroy() });
    });
    const first = await tunnels.open(session, 'a.example.com');
    const second = await tunnels.open(session, 'b.example.com');
    const { port } = new URL(second.url);
    const open = connectTcp(Number(port), '127.0.0.1');
    open.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await once(open, 'data');
    tunnels.close('one', 'a.example.com');
    expect(
      await poll(
        () =>
          get(first.url).then(
            () => undefined,
            () => true,
          ),
        { everyMs: 10, withinMs: 5_000 },
      ),
    ).toBe(true);
    expect((await get(second.url)).status).toBe(200);
    const closed = once(open, 'close');
    tunnels.close('one');
    await closed;
    expect(
      await poll(
        () =>
          get(second.url).then(
            () => undefined,
            () => true,
          ),
        { everyMs: 10, withinMs: 5_000 },
      ),
    ).toBe(true);
  });
});

/** Asks for an upgrade by hand, sends a text after it, and gives back all that came until that text or the end. */
async function upgrade(url: string, host: string, text = ''): Promise<string> {
  const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
  socket.write(`GET /socket HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`);
  let seen = '';
  for await (const chunk of socket) {
    const before = seen;
    seen += String(chunk);
    if (text !== '' && !before.includes('\r\n\r\n') && seen.includes('\r\n\r\n')) socket.write(text);
    if (text !== '' && seen.endsWith(text)) break;
  }
  return seen;
}
