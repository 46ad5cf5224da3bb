import { request } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execOn } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import { edgeIsSame, noRules, type RouteDraft } from '../contract/index.ts';
import { startConfigure, startDeploy } from '../deploy/index.ts';
import { type Practice, practise, project } from '../deploy/practice-app.ts';
import { changeRoutes, edgeDifference, listRoutes, routeTraffic } from './index.ts';

const SERVER = 'routes';

/** Says how it was asked; on a second port as well. */
const server = `
const http = require('node:http');
const upgraded = 'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: silence\\r\\nConnection: Upgrade\\r\\n\\r\\n';
const tell = (port) => http.createServer((question, answer) => {
  answer.setHeader('x-app', process.env.NAME);
  answer.setHeader('x-replica', require('node:os').hostname());
  answer.setHeader('content-type', 'application/json');
  answer.end(JSON.stringify({ app: process.env.NAME, port, url: question.url, headers: question.headers }));
}).on('upgrade', (_, socket) => socket.on('error', () => undefined).write(upgraded)).listen(port);
tell(Number(process.env.PORT));
tell(8125);
// Says what comes in on a connection, as it comes.
require('node:net').createServer((socket) => {
  socket.on('error', () => undefined).once('data', (bytes) => {
    const body = bytes.toString('base64');
    socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: ' + body.length + '\\r\\nConnection: close\\r\\n\\r\\n' + body);
  });
}).listen(8126);
`;

let practice: Practice;
let folder: string;
beforeAll(async () => {
  practice = await practise(SERVER);
  const path = await project({ 'server.js': server });
  folder = path;
  for (const app of ['shop', 'blog']) {
    const settings = { environment: { NAME: app }, domains: [`${app}.test`, `${app}.apps.test`] };
    await practice.succeeded(startDeploy(practice.deps, practice.request(app, { path, settings })));
  }
});
afterAll(() => practice.end());

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly seen: { readonly app?: string; readonly port?: number; readonly url?: string; readonly headers?: Record<string, string> };
}

function ask(host: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: practice.server.host, port: 80, path, headers: { host, ...headers }, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.once('end', () => {
        const isApp = answer.headers['x-app'] !== undefined && answer.headers['content-encoding'] === undefined;
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location,
          headers: answer.headers,
          body,
          seen: isApp ? (JSON.parse(body) as Answer['seen']) : {},
        });
      });
    });
    call.once('error', reject);
    call.end();
  });
}

/** A connection through the edge that was upgraded, and on which nobody says anything more. */
function upgrade(host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers = { host, connection: 'Upgrade', upgrade: 'silence' };
    const call = request({ host: practice.server.host, port: 80, headers, agent: false, timeout: 10_000 });
    call.once('upgrade', (_, socket) => resolve(socket.on('error', () => undefined).resume() as Socket));
    call.once('response', ({ statusCode }) => reject(new Error(`not upgraded: ${statusCode}`)));
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.once('error', reject);
    call.end();
  });
}

const add = (change: Partial<RouteDraft> & Pick<RouteDraft, 'host'>) =>
  changeRoutes(
    practice.session,
    { do: 'add', route: { path: '/', strip: false, target: { kind: 'app', app: 'shop', port: null }, rules: noRules, ...change } },
    'kim@desk',
  );
const rules = (change: Partial<RouteDraft['rules']>): RouteDraft['rules'] => ({ ...noRules, ...change });

describe('routes', () => {
  it('lead hosts and paths to apps, the longest path first, and take the path off where told to', async () => {
    await add({ host: 'all.test' });
    await add({ host: 'all.test', path: '/blog', strip: true, target: { kind: 'app', app: 'blog', port: null } });
    await add({ host: 'all.test', path: '/blog/inner', target: { kind: 'app', app: 'shop', port: 8125 } });
    await add({ host: '*.wild.test', target: { kind: 'app', app: 'blog', port: null } });
    expect((await ask('all.test', '/x?q=1')).seen).toMatchObject({ app: 'shop', url: '/x?q=1' });
    expect((await ask('all.test', '/blog')).seen).toMatchObject({ app: 'blog', url: '/' });
    expect((await ask('all.test', '/blog/a/b?q=1')).seen).toMatchObject({ app: 'blog', url: '/a/b?q=1' });
    expect((await ask('all.test', '/blogger')).seen).toMatchObject({ app: 'shop', url: '/blogger' });
    expect((await ask('all.test', '/blog/inner/x')).seen).toMatchObject({ app: 'shop', port: 8125, url: '/blog/inner/x' });
    expect((await ask('a.wild.test', '/')).seen).toMatchObject({ app: 'blog' });
    expect((await ask('wild.test', '/')).status).toBe(404);
    // What an app would take for the same path is the same path, and what leads out of it is nobody's.
    expect((await ask('all.test', '//blog/x')).seen).toMatchObject({ app: 'blog' });
    expect((await ask('all.test', '//blog/x')).seen).toMatchObject({ url: '/x' });
    expect((await ask('all.test', '/%62log/x')).seen).toMatchObject({ app: 'blog' });
    expect((await ask('all.test', '/x/../blog')).status).toBe(400);
    // Domains of apps go on as they were, below a wildcard too.
    await add({ host: '*.apps.test', target: { kind: 'maintenance', text: '' } });
    expect((await ask('other.apps.test', '/')).status).toBe(503);
    expect((await ask('blog.apps.test', '/')).seen).toMatchObject({ app: 'blog' });
    expect((await ask('shop.test', '/x')).seen).toMatchObject({ app: 'shop' });
  });

  it('send visitors on, with or without their path, and tell them of maintenance', async () => {
    await add({ host: 'old.test', target: { kind: 'redirect', to: 'https://new.test/', code: 301, keepPath: true } });
    await add({ host: 'gone.test', target: { kind: 'redirect', to: 'https://new.test/?a=%20b', code: 307, keepPath: false } });
    await add({ host: 'closed.test', target: { kind: 'maintenance', text: `We're <b>moving</b> "100%" \\n` } });
    expect(await ask('old.test', '/a/b?c=1')).toMatchObject({ status: 301, location: 'https://new.test/a/b?c=1' });
    expect(await ask('gone.test', '/a')).toMatchObject({ status: 307, location: 'https://new.test/?a=%20b' });
    const closed = await ask('closed.test', '/');
    expect(closed.status).toBe(503);
    expect(closed.body).toContain('We&#39;re &#60;b&#62;moving&#60;/b&#62; &#34;100%&#34; \\n');
  });

  it('change headers, byte for byte as they were given', async () => {
    const value = ` it's "so" %[env(PATH)] 100% \\ $HOME \${x} #{y} `;
    await add({
      host: 'headers.test',
      rules: rules({
        requestHeaders: [
          { action: 'set', name: 'X-Given', value },
          { action: 'remove', name: 'X-Secret' },
        ],
        responseHeaders: [
          { action: 'set', name: 'X-Frame-Options', value: 'DENY' },
          { action: 'remove', name: 'X-App' },
        ],
      }),
    });
    const answer = await ask('headers.test', '/', { 'x-secret': '1' });
    expect(answer.headers).toMatchObject({ 'x-frame-options': 'DENY' });
    expect(answer.headers['x-app']).toBeUndefined();
    const seen = JSON.parse(answer.body) as Answer['seen'];
    expect(seen.headers?.['x-given']).toBe(value.trim());
    expect(seen.headers?.['x-secret']).toBeUndefined();
  });

  it('let in who may: by password, by address, not too often, not too much', async () => {
    await add({ host: 'users.test', rules: rules({ users: [{ name: 'kim', password: `pa'ss "%` }] }) });
    const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`kim:${password}`).toString('base64')}` });
    expect((await ask('users.test', '/')).status).toBe(401);
    expect((await ask('users.test', '/', basic('wrong'))).status).toBe(401);
    expect((await ask('users.test', '/', { 'x-longshore-probe': '1' })).status).toBe(401);
    const inside = await ask('users.test', '/', basic(`pa'ss "%`));
    expect(inside.status).toBe(200);
    expect(inside.seen.headers?.['authorization']).toBeUndefined();

    await add({ host: 'allowed.test', rules: rules({ allow: ['0.0.0.0/1', '128.0.0.0/1', '::/0'] }) });
    await add({ host: 'elsewhere.test', rules: rules({ allow: ['192.0.2.0/24'] }) });
    await add({ host: 'denied.test', rules: rules({ deny: ['0.0.0.0/0', '::/0'] }) });
    expect((await ask('allowed.test', '/')).status).toBe(200);
    expect((await ask('elsewhere.test', '/')).status).toBe(403);
    expect((await ask('denied.test', '/')).status).toBe(403);

    await add({ host: 'rate.test', rules: rules({ rate: { requests: 3, seconds: 60 } }) });
    const statuses: number[] = [];
    for (let at = 0; at < 5; at += 1) statuses.push((await ask('rate.test', '/')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);

    await add({ host: 'small.test', rules: rules({ mostBytes: 10 }) });
    expect((await ask('small.test', '/', { 'content-length': '11' })).status).toBe(413);
  });

  it('are counted each by itself: requests, refused and failed ones, and how soon an answer begins where that is known', async () => {
    await add({ host: 'counted.test', path: '/app' });
    await add({ host: 'counted.test', path: '/no', rules: rules({ deny: ['0.0.0.0/0', '::/0'] }) });
    await add({
      host: 'counted.test',
      path: '/away',
      target: { kind: 'address', scheme: 'http', host: '127.0.0.1', port: 9, verify: false },
    });
    await add({ host: 'counted.test', path: '/idle', target: { kind: 'maintenance', text: '' } });
    const { routes } = await listRoutes(practice.session);
    const idOf = (path: string): string => routes.find((route) => route.host === 'counted.test' && route.path === path)?.id ?? '';
    for (let at = 0; at < 4; at += 1) expect((await ask('counted.test', '/app')).status).toBe(200);
    for (let at = 0; at < 3; at += 1) expect((await ask('counted.test', '/no/x')).status).toBe(403);
    expect((await ask('counted.test', '/away')).status).toBe(503);
    expect((await ask('counted.test', '/idle')).status).toBe(503);
    const traffic = await routeTraffic(practice.session);
    expect(traffic.map(({ id }) => id)).toEqual(routes.map(({ id }) => id));
    const of = (path: string) => traffic.find(({ id }) => id === idOf(path));
    expect(of('/app')).toMatchObject({ requests: 4, perSecond: 0.4, refused: 0, failed: 0, answerMs: expect.any(Number), ofApp: true });
    expect(of('/no')).toMatchObject({ requests: 3, refused: 3, failed: 0 });
    expect(of('/away')).toMatchObject({ requests: 1, refused: 0, failed: 1, ofApp: false });
    expect(of('/idle')).toMatchObject({ requests: 1, failed: 0, answerMs: null });
  });

  it('are tried dry: what a change would write is shown without secrets, and nothing is changed', async () => {
    const { version, routes } = await listRoutes(practice.session);
    expect(edgeIsSame(await edgeDifference(practice.session, null))).toBe(true);
    const route: RouteDraft = {
      host: 'dry.test',
      path: '/',
      strip: false,
      target: { kind: 'app', app: 'shop', port: null },
      rules: rules({
        users: [{ name: 'kim', password: 'hunter2' }],
        requestHeaders: [{ action: 'set', name: 'X-Api-Key', value: 'hunter3' }],
      }),
    };
    const dry = await edgeDifference(practice.session, { do: 'add', route });
    const id = `r${version + 1}`;
    const lines = dry.parts.flatMap(({ file }) => file.filter(({ sign }) => sign === '+').map(({ text }) => text));
    expect(lines).toEqual(
      expect.arrayContaining([`dry.test/ ${id}`, '  user kim password <hidden>', '  http-request set-header X-Api-Key <hidden>']),
    );
    expect(JSON.stringify(dry)).not.toMatch(/hunter|\$6\$/);
    await expect(edgeDifference(practice.session, { do: 'remove', id: 'r99999' })).rejects.toMatchObject({ code: 'not-found' });
    expect(await listRoutes(practice.session)).toMatchObject({ version, routes, note: null });
    expect((await ask('dry.test', '/')).status).toBe(404);

    // Whoever only looks is told of what somebody changed by hand.
    const file = '/var/lib/longshore/edge/etc/haproxy.cfg';
    await execOn(SERVER, ['sed', '-i', 's/timeout client 60s/timeout client 61s/', file]);
    expect((await listRoutes(practice.session)).note).toMatch(/changed by hand/);
    expect((await edgeDifference(practice.session, null)).byHand).toBe(true);
    const { note } = await add({ host: 'after.test', target: { kind: 'maintenance', text: '' } });
    expect(note).toMatch(/haproxy\.cfg\.by-hand/);
    expect((await listRoutes(practice.session)).note).toBeNull();
  });

  it('guard an app through its releases, which are deployed as before', async () => {
    const host = `blog.${practice.server.host.replaceAll('.', '-')}.sslip.io`;
    await add({ host, target: { kind: 'app', app: 'blog', port: null }, rules: rules({ users: [{ name: 'kim', password: 'x' }] }) });
    expect((await ask(host, '/')).status).toBe(401);
    const job = await practice.succeeded(
      startConfigure(practice.deps, { server: SERVER, app: 'blog', settings: { environment: { NAME: 'blog', MORE: '1' } } }),
    );
    expect(job.result?.probe?.failed).toBe(0);
    expect((await ask(host, '/')).status).toBe(401);
    // Another port of the app follows it to the new release.
    expect((await ask('all.test', '/blog/inner/x')).seen).toMatchObject({ port: 8125 });
  });

  it('are read back by anybody, without passwords, and are gone when removed', async () => {
    const before = await listRoutes(practice.session);
    expect(before.by).toBe('kim@desk');
    expect(JSON.stringify(before)).not.toMatch(/\$6\$/);
    const users = before.routes.find(({ host }) => host === 'users.test');
    expect(users?.rules.users).toEqual([{ name: 'kim' }]);
    for (const { id } of before.routes) await changeRoutes(practice.session, { do: 'remove', id }, 'lee@desk');
    expect(await listRoutes(practice.session)).toMatchObject({ routes: [], by: 'lee@desk' });
    expect((await ask('all.test', '/')).status).toBe(404);
    expect((await ask('shop.test', '/')).status).toBe(200);
  });
});

describe('what a route asks of its own backends', () => {
  it('is compression, for who takes it', async () => {
    await add({ host: 'packed.test', rules: rules({ gzip: true }) });
    const packed = await ask('packed.test', '/', { 'accept-encoding': 'gzip' });
    expect([packed.status, packed.headers['content-encoding'], packed.headers['vary']]).toEqual([
      200,
      'gzip',
      expect.stringMatching(/accept-encoding/i),
    ]);
    expect((await ask('packed.test', '/')).headers['content-encoding']).toBeUndefined();
    // Of that route alone: the app's own domain is as it was.
    expect((await ask('shop.test', '/', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBeUndefined();
  });

  it('is a replica that a visitor stays with, until it is gone, and another of the next release', async () => {
    await practice.succeeded(startConfigure(practice.deps, { server: SERVER, app: 'shop', settings: { replicas: 2 } }));
    await add({ host: 'sticky.test', rules: rules({ sticky: true }) });
    const visit = async (cookie?: string): Promise<{ readonly replica: string; readonly cookie: string | undefined }> => {
      const { status, headers } = await ask('sticky.test', '/', cookie === undefined ? {} : { cookie });
      expect(status).toBe(200);
      return { replica: String(headers['x-replica']), cookie: headers['set-cookie']?.[0]?.split(';')[0] };
    };
    const others = new Set<string>();
    const bothSeen = async (): Promise<true | undefined> => (others.add((await visit()).replica).size === 2 ? true : undefined);
    expect(await poll(bothSeen, { everyMs: 50, withinMs: 20_000 })).toBe(true);
    const first = await visit();
    expect(first.cookie).toMatch(/^longshore-r\d+=[0-9a-f]+$/);
    for (let at = 0; at < 6; at += 1) expect(await visit(first.cookie)).toEqual({ replica: first.replica, cookie: undefined });

    await practice.succeeded(startDeploy(practice.deps, practice.request('shop', { path: folder })));
    const next = await visit(first.cookie);
    expect(others.has(next.replica)).toBe(false);
    expect(next.cookie).toMatch(/^longshore-r/);
    for (let at = 0; at < 4; at += 1) expect((await visit(next.cookie)).replica).toBe(next.replica);
  });

  it('is how long an upgraded connection may be silent, as websockets are', async () => {
    await add({ host: 'silent.test', rules: rules({ idleSeconds: 2 }) });
    const other = await upgrade('shop.test');
    const silent = await upgrade('silent.test');
    try {
      expect(await poll(() => (silent.closed ? true : undefined), { everyMs: 50, withinMs: 20_000 })).toBe(true);
      expect(other.closed).toBe(false);
    } finally {
      silent.destroy();
      other.destroy();
    }
  });

  it('is the PROXY protocol, which names the visitor', async () => {
    await add({ host: 'told.test', target: { kind: 'app', app: 'shop', port: 8126 }, rules: rules({ sendProxy: true }) });
    const bytes = Buffer.from((await ask('told.test', '/x')).body, 'base64');
    // The PROXY protocol, section 2.2: signature, version 2 and PROXY, TCP over IPv4, 12 bytes, the visitor's address first.
    expect(bytes.subarray(0, 14).toString('hex')).toBe('0d0a0d0a000d0a515549540a2111');
    expect([...bytes.subarray(16, 20)].join('.')).toMatch(/^(\d+\.){3}\d+$/);
    await add({ host: 'untold.test', target: { kind: 'app', app: 'shop', port: 8126 } });
    expect(Buffer.from((await ask('untold.test', '/x')).body, 'base64').toString('latin1')).toMatch(/^GET \/x /);
  });
});

/** An answer to a plain request that a balancer on the server itself begins with `line`; empty where the edge closes without one. */
async function throughBalancer(line: string): Promise<string> {
  const script = `exec 3<>"/dev/tcp/$1/80" && printf '%s' "$2" >&3 && printf 'GET /x HTTP/1.1\\r\\nHost: shop.test\\r\\nConnection: close\\r\\n\\r\\n' >&3 && timeout 10 cat <&3`;
  return (await execOn(SERVER, ['bash', '-c', script, 'bash', practice.server.host, line])).stdout;
}

describe('a balancer in front of the server', () => {
  it('says by the PROXY protocol who its visitors are, and nobody else may', async () => {
    const line = 'PROXY TCP4 203.0.113.77 198.51.100.1 4711 80\r\n';
    expect(await throughBalancer(line)).toMatch(/^HTTP\/1\.1 400 /);
    const seen = /"x-forwarded-for":"([^"]*)"/;
    const own = seen.exec(await throughBalancer(''))?.[1] ?? '';
    const view = await changeRoutes(practice.session, { do: 'balancers', balancers: [own, own] }, 'kim@desk');
    expect(view.balancers).toEqual([own]);
    expect(seen.exec(await throughBalancer(line))?.[1]).toBe('203.0.113.77');
    // What has to say it and does not gets no answer; visitors from elsewhere are served as before.
    expect(seen.exec(await throughBalancer(''))).toBeNull();
    expect((await ask('shop.test', '/')).status).toBe(200);
    await changeRoutes(practice.session, { do: 'balancers', balancers: [] }, 'kim@desk');
    expect(seen.exec(await throughBalancer(''))?.[1]).toBe(own);
  });
});
