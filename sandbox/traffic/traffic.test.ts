import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { pollUntil } from '../poll.ts';
import { keepingAgent, visitByHttp1 } from './http1.ts';
import { Http2Visitor } from './http2.ts';
import { startTraffic } from './traffic.ts';
import type { Target } from './visit.ts';
import { type Manners, visitedApp } from './visited-app.ts';
import { visitByWebsocket } from './websocket.ts';
import { startWitness, type Witness } from './witness.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function listening<T extends Server | TcpServer>(server: T): Promise<Target> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port, host: 'shop.example.com' };
}

async function witnessed(): Promise<Witness> {
  const anyone = await listening(createTcpServer((socket) => socket.destroy()));
  const witness = await startWitness(anyone.address, anyone.port);
  cleanups.push(() => witness.close());
  return witness;
}

/** The visited app itself, as its container runs it. */
async function startApp(witness: Witness, manners: Manners): Promise<{ readonly target: Target; readonly app: ChildProcess }> {
  const free = await listening(createTcpServer());
  await cleanups.pop()?.();
  const app = spawn(process.execPath, [visitedApp], {
    env: { PORT: String(free.port), MANNERS: manners, WITNESS: witness.address, LONGSHORE_RELEASE: '7' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => app.kill('SIGKILL'));
  if (app.stdout) await once(app.stdout, 'data');
  return { target: free, app };
}

describe('traffic', () => {
  it('counts each request, and the release that answered it', async () => {
    const witness = await witnessed();
    const { target } = await startApp(witness, 'polite');
    const traffic = startTraffic({ targets: [target], perSecond: 100, witness, longestMs: 1_000 });
    await pollUntil(() => (traffic.requests() > 150 ? true : undefined), 10_000);
    const report = await traffic.stop();
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ failed: 0, replayed: [], unseen: 0, askedAgain: 0 });
    expect(report.kinds.reduce((sum, { requests }) => sum + requests, 0)).toBe(report.requests);
    expect(report.releases.get('shop.example.com')?.get('7')).toBe(report.requests);
  });

  it('misses no request that an app drops as it exits at once', async () => {
    const witness = await witnessed();
    const { target, app } = await startApp(witness, 'impolite');
    const long = { takes: 60_000, bytes: 10 } as const;
    const visits = [
      visitByHttp1(target, { method: 'GET', ...long, bytes: 0 }),
      visitByHttp1(target, { method: 'GET', takes: 60_000, drips: true }),
      visitByHttp1(target, { method: 'POST', ...long }, keepingAgent()),
      visitByHttp1(target, { method: 'POST', takes: 0, bytes: 100_000, bytesPerSecond: 1_000 }),
      visitByWebsocket(target, 60_000),
    ];
    // All are under way: two POSTs were told, and the websocket and the stream were begun before them.
    await pollUntil(() => (witness.seen.size === 2 ? true : undefined), 10_000);
    app.kill('SIGTERM');
    const outcomes = await Promise.all(visits);
    expect(outcomes.map(({ failed }) => failed)).toEqual(outcomes.map(() => expect.any(String)));
    expect((await visitByHttp1(target, { method: 'GET', takes: 0 })).failed).toMatch(/ECONNREFUSED/);
  });

  it('lets a polite app end what it is busy with', async () => {
    const witness = await witnessed();
    const { target, app } = await startApp(witness, 'polite');
    const visit = visitByHttp1(target, { method: 'POST', takes: 1_000, bytes: 10 }, keepingAgent());
    await pollUntil(() => (witness.seen.size === 1 ? true : undefined), 10_000);
    app.kill('SIGTERM');
    expect(await visit).toMatchObject({ failed: null, release: '7' });
    await once(app, 'exit');
  });

  it('gets back every word of a websocket', async () => {
    const { target } = await startApp(await witnessed(), 'polite');
    expect(await visitByWebsocket(target, 2_000)).toMatchObject({ failed: null, release: '7' });
  });

  it('takes a POST that came twice for one that was replayed, and tells when the witness was not told', async () => {
    const witness = await witnessed();
    const { target } = await startApp(witness, 'polite');
    const address = `http://${target.address}:${target.port}/`;
    for (let time = 0; time < 2; time += 1) await fetch(address, { method: 'POST', headers: { 'x-id': 'twice' } });
    const untold = { ...witness, seen: new Map(witness.seen) };
    const traffic = startTraffic({ targets: [target], perSecond: 100, witness: untold, longestMs: 1_000 });
    await pollUntil(() => (traffic.requests() > 50 ? true : undefined), 10_000);
    const report = await traffic.stop();
    expect(report.replayed).toEqual(['twice']);
    expect(report.unseen).toBeGreaterThan(0);
  });

  it('takes a wrong status, a wrong body and a short one for failures', async () => {
    const answers = [
      { status: 503, body: 'no' },
      { status: 200, body: 'another page' },
    ];
    const target = await listening(
      createServer((_, response) => {
        const { status, body } = answers.shift() ?? { status: 200, body: '' };
        response.writeHead(status, { 'content-length': body.length || 100 });
        response.end(body, () => body === '' && response.destroy());
      }),
    );
    const ask = async (): Promise<string | null> => (await visitByHttp1(target, { method: 'GET', takes: 0 })).failed;
    expect(await ask()).toBe('status 503');
    expect(await ask()).toMatch(/^a wrong body: 12 characters/);
    expect(await ask()).toMatch(/broke off/);
  });

  it('sends nothing more over a connection whose answer said that it ends', async () => {
    let connections = 0;
    const server = createServer((_, response) => response.writeHead(204, { connection: 'close' }).end());
    server.on('connection', () => {
      connections += 1;
    });
    const target = await listening(server);
    const agent = keepingAgent();
    for (let time = 0; time < 3; time += 1) {
      expect(await visitByHttp1(target, { method: 'GET', takes: 0 }, agent)).toMatchObject({ failed: 'status 204', reused: false });
    }
    expect(connections).toBe(3);
  });

  it('by HTTP/2 keeps one session until it is told to leave it, and asks once more only what was refused unbegun', async () => {
    let refusing = 0;
    let sessions = 0;
    const server = createHttp2Server();
    server.on('session', () => {
      sessions += 1;
    });
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      if (refusing > 0) {
        refusing -= 1;
        stream.close(7); // REFUSED_STREAM
        return;
      }
      const { 'x-id': id } = headers;
      stream.respond({ ':status': 200, 'x-release': '7' });
      stream.end(`7 ${String(id)} 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n`);
      if (headers['x-ms'] === '1') stream.session?.goaway(0);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const target = { address: '127.0.0.1', port: (server.address() as AddressInfo).port, host: 'shop.example.com' };
    const visitor = new Http2Visitor(target, 'http');
    cleanups.push(() => visitor.close());
    const ask = (takes = 0) => visitor.visit({ method: 'GET', takes });
    expect(await ask()).toMatchObject({ failed: null, release: '7', reused: false });
    expect(await ask(1)).toMatchObject({ failed: null, reused: true });
    expect(await pollUntil(async () => ((await ask()).reused ? undefined : true), 5_000)).toBe(true);
    expect(sessions).toBe(2);
    refusing = 1;
    expect(await ask()).toMatchObject({ failed: null, askedAgain: true });
    refusing = 2;
    expect(await ask()).toMatchObject({ failed: expect.stringMatching(/REFUSED_STREAM/), askedAgain: true });
  });
});
