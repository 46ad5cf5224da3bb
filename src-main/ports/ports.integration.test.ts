import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execOn } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import type { PortDraft, PortView } from '../contract/index.ts';
import { startConfigure, startDeploy, startRemove } from '../deploy/index.ts';
import { type Practice, practise, project, startLoad } from '../deploy/practice-app.ts';
import { changePorts, followSwitch, listPorts } from './index.ts';

const SERVER = 'ports';

/** Serves requests at PORT; at 5432 it says its release and who is there, and then every byte again. At 5433 it says what came first, and at 5353 by UDP what came. */
const app = `
const http = require('node:http');
const net = require('node:net');
const { PORT, LONGSHORE_RELEASE: release } = process.env;
const web = http.createServer((question, answer) => {
  question.resume().on('end', () => setTimeout(() => { answer.setHeader('x-release', release); answer.end('ok'); }, Number(question.headers['x-wait'] ?? 5)));
}).listen(PORT);
net.createServer((socket) => { socket.on('error', () => undefined); socket.write('release ' + release + '\\n'); socket.pipe(socket); }).listen(5432);
net.createServer((socket) => { socket.on('error', () => undefined); socket.once('data', (data) => socket.end(data.subarray(0, 12).toString('hex'))); }).listen(5433);
const dgram = require('node:dgram').createSocket('udp4');
dgram.on('message', (data, from) => dgram.send('release ' + release + ' heard ' + data, from.port, from.address)).bind(5353);
process.on('SIGTERM', () => { web.close(() => process.exit(0)); web.closeIdleConnections(); });
`;

let practice: Practice;
beforeAll(async () => {
  practice = await practise(SERVER);
  const path = await project({ 'server.js': app });
  await practice.succeeded(startDeploy(practice.deps, practice.request('db', { path, settings: { domains: ['db.test'] } })));
});
afterAll(() => practice.end());

const draft = (port: number, change: Partial<PortDraft> = {}): PortDraft => ({
  protocol: 'tcp',
  port,
  target: { kind: 'app', app: 'db', port: 5432 },
  allow: [],
  proxyProtocol: false,
  ...change,
});
const dns = (change: Partial<PortDraft> = {}): PortDraft =>
  draft(15_353, { protocol: 'udp', target: { kind: 'app', app: 'db', port: 5353 }, ...change });
const add = (port: PortDraft) => changePorts(practice.session, { do: 'add', port }, 'kim@desk');
const edit = (port: PortDraft) => changePorts(practice.session, { do: 'edit', port }, 'lee@desk');
const remove = (port: number) => changePorts(practice.session, { do: 'remove', port: { protocol: 'tcp', port } }, 'kim@desk');
const container = async (port: number) =>
  (await practice.session.docker.containers({ labels: { 'com.docker.swarm.service.name': `longshore-port-tcp-${port}` } })).flatMap(
    ({ id, state }) => (state === 'running' ? [id] : []),
  );

interface Client {
  readonly socket: Socket;
  /** All that came until it contains `text`, or until the connection ended where none is given. */
  until(text?: string): Promise<string>;
}

function client(port: number): Client {
  let seen = '';
  let ended = false;
  const socket = connect({ host: practice.server.host, port });
  socket.on('data', (data) => (seen += data.toString())).on('close', () => (ended = true));
  socket.on('error', (error) => (seen += `[${String(error)}]`));
  return {
    socket,
    async until(text) {
      const found = await poll(() => ((text === undefined ? ended : seen.includes(text) || ended) ? seen : undefined), {
        everyMs: 10,
        withinMs: 15_000,
      });
      if (found === undefined) throw new Error(`Waited for ${text ?? 'the end'} on port ${port}, saw "${seen}"`);
      return found;
    },
  };
}

/** What a new connection is greeted with. */
async function greeting(port: number): Promise<string> {
  const { socket, until } = client(port);
  const said = await until('\n');
  socket.destroy();
  return said.trim();
}

/** What is answered to a datagram from a new socket; asked again, as clients of UDP do. */
async function heard(port: number, text: string, withinMs = 5_000): Promise<string | undefined> {
  const socket = createSocket('udp4');
  let answer: string | undefined;
  socket.on('message', (data) => (answer = data.toString()));
  try {
    return await poll(
      () => {
        if (answer === undefined) socket.send(text, port, practice.server.host);
        return answer;
      },
      { everyMs: 100, withinMs },
    );
  } finally {
    socket.close();
  }
}

const statesOf = (ports: readonly PortView[]) => ports.map(({ port, state }) => [port, state]);

describe('a port of a server', () => {
  it('leads to an app, is changed in its place, and disturbs no request when it comes and goes', async () => {
    const load = startLoad(practice.server.host, 'db.test');
    const added = await add(draft(15_432));
    expect(added.note).toBeNull();
    expect(await greeting(15_432)).toBe('release 1');
    await add(draft(15_433, { target: { kind: 'app', app: 'db', port: null } }));

    const open = client(15_432);
    await open.until('\n');
    const before = await container(15_432);
    const changed = await edit(draft(15_432, { target: { kind: 'app', app: 'db', port: 5433 }, proxyProtocol: true }));
    expect(changed.ports[0]).toMatchObject({ by: 'lee@desk', target: { port: 5433 }, proxyProtocol: true });
    expect(await container(15_432)).toEqual(before);
    // The beginning of the PROXY protocol's second version, which the target sees before anything else.
    const other = client(15_432);
    other.socket.write('x');
    expect(await other.until()).toBe('0d0a0d0a000d0a515549540a');
    // Who was there before goes on where they were.
    open.socket.write('still here\n');
    expect(await open.until('still here')).toBe('release 1\nstill here\n');
    open.socket.destroy();

    await add(dns({ allow: ['192.0.2.0/24'] }));
    await edit(draft(15_432));
    await remove(15_433);
    await expect(greeting(15_433)).resolves.toMatch(/ECONNREFUSED/);
    const { requests, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(50);
    expect(statesOf((await listPorts(practice.session)).ports)).toEqual([
      [15_353, 'open'],
      [15_432, 'open'],
    ]);
  });

  it('lets in whom it is told to', async () => {
    expect(await heard(15_353, 'x', 1_500)).toBeUndefined();
    await edit(dns());
    expect(await heard(15_353, 'x')).toBe('release 1 heard x');
    await edit(draft(15_432, { allow: ['192.0.2.0/24', '2001:db8::/32'] }));
    expect(await client(15_432).until()).not.toContain('release');
    await edit(draft(15_432, { allow: ['0.0.0.0/1', '128.0.0.0/1'] }));
    expect(await greeting(15_432)).toBe('release 1');
    await edit(draft(15_432));
  });

  it('is refused where it is used, by name, and where it would lead nowhere', async () => {
    const { session } = practice;
    await expect(add(draft(15_432))).rejects.toMatchObject({ code: 'name-taken', message: expect.stringContaining('has a route already') });
    await expect(add(draft(80))).rejects.toMatchObject({ code: 'ports-taken', message: expect.stringContaining("edge's") });
    await expect(add(draft(22))).rejects.toMatchObject({ code: 'ports-taken', message: expect.stringContaining('logged in') });
    // systemd-run has variables of its own: two dollars are one.
    const squatter = '$$s = IO::Socket::INET->new(LocalPort => 15434, Listen => 5) or die; sleep 600';
    await execOn(SERVER, ['systemd-run', '--unit=squatter', 'perl', '-MIO::Socket::INET', '-e', squatter]);
    const listens = await poll(async () => ((await execOn(SERVER, 'ss -Hltn sport = :15434')).stdout ? true : undefined), {
      everyMs: 100,
      withinMs: 20_000,
    });
    expect(listens).toBe(true);
    await expect(add(draft(15_434))).rejects.toMatchObject({
      code: 'ports-taken',
      message: `The port 15434/tcp of ${SERVER} is used by perl`,
    });
    const nobody = draft(15_435, { target: { kind: 'app', app: 'nobody', port: 1 } });
    await expect(add(nobody)).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('no app nobody') });
    await expect(edit(draft(15_435))).rejects.toMatchObject({ code: 'not-found' });
    expect(statesOf((await listPorts(session)).ports)).toEqual([
      [15_353, 'open'],
      [15_432, 'open'],
    ]);
  });

  it('leads new connections to the new release once it serves, and keeps those that are open as long as the former one is there', async () => {
    const open = client(15_432);
    await open.until('\n');
    const seen: string[] = [];
    const watching = new AbortController();
    const asking = (async () => {
      while (!watching.signal.aborted) seen.push(await greeting(15_432));
    })();
    const settings = { environment: { MORE: '1' }, watchSeconds: 0 };
    const job = practice.deps.jobs.finished(startConfigure(practice.deps, { server: SERVER, app: 'db', settings }));
    const ended = await job;
    watching.abort();
    await asking;
    expect(ended.error).toBeNull();
    // None was refused, and none went back once one was led to the new one.
    const first = seen.indexOf('release 2');
    expect(first).toBeGreaterThan(0);
    expect(new Set(seen.slice(0, first))).toEqual(new Set(['release 1']));
    expect(new Set(seen.slice(first))).toEqual(new Set(['release 2']));
    expect(await heard(15_353, 'y')).toBe('release 2 heard y');
    // It ends with the release that it led to.
    await open.until();
  });

  it('finds the release that serves by itself, when nobody told it and when it starts anew', async () => {
    const { session } = practice;
    const { live } = await session.edge.readLive();
    await followSwitch(session, 'db', live['db'] === 'a' ? 'b' : 'a');
    expect(await greeting(15_432)).toBe('release 2');
    const [before] = await container(15_432);
    await session.docker.killContainer(before ?? '', 'SIGKILL');
    const after = await poll(async () => ((await greeting(15_432)) === 'release 2' ? true : undefined), { everyMs: 100, withinMs: 30_000 });
    expect(after).toBe(true);
    expect(await container(15_432)).not.toEqual([before]);
    expect(statesOf((await listPorts(session)).ports)).toEqual([
      [15_353, 'open'],
      [15_432, 'open'],
    ]);
  });

  it('is closed with the app that it leads to', async () => {
    await practice.succeeded(startRemove(practice.deps, { server: SERVER, app: 'db' }));
    expect((await listPorts(practice.session)).ports).toEqual([]);
    await expect(greeting(15_432)).resolves.toMatch(/ECONNREFUSED/);
    expect(await execOn(SERVER, ['ls', '/var/lib/longshore/ports'])).toMatchObject({ stdout: '' });
  });
});
