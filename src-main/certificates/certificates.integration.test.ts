import { get } from 'node:http';
import { connect } from 'node:http2';
import { Agent, type RequestOptions, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '../base/wait.ts';
import { startConfigure, startDeploy } from '../deploy/index.ts';
import { ask, type Practice, practise, project } from '../deploy/practice-app.ts';
import { factsOf } from './facts.ts';
import { installOwn, removeCertificate } from './index.ts';
import { certificatesOverview } from './overview.ts';
import { practiceChain } from './practice-chain.ts';

const SERVER = 'certificates';
const HOST = 'shop.test';

/** Says how it was asked. */
const server = `
const http = require('node:http');
http.createServer((question, answer) => {
  answer.setHeader('x-proto', question.headers['x-forwarded-proto'] ?? '');
  answer.end('hello');
}).listen(process.env.PORT);
`;

let practice: Practice;
beforeAll(async () => {
  practice = await practise(SERVER);
  const path = await project({ 'server.js': server });
  const settings = { domains: [HOST, 'www.shop.test'] };
  await practice.succeeded(startDeploy(practice.deps, practice.request('shop', { path, settings })));
});
afterAll(() => practice.end());

interface Secure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly serial: string;
  readonly reused: boolean;
}

/** One request over TLS to the practice server, as `host`. */
function askSecurely(host: string, options: RequestOptions = {}): Promise<Secure> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: practice.server.host, port: 443, servername: host, headers: { host }, rejectUnauthorized: false, agent: false, ...options },
      (answer) => {
        const socket = answer.socket as TLSSocket;
        const serial = socket.getPeerX509Certificate()?.serialNumber ?? '';
        answer.resume();
        answer.once('error', reject);
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, serial, reused: call.reusedSocket }));
      },
    );
    call.once('error', reject);
    call.end();
  });
}

function askByHttp2(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const session = connect(`https://${practice.server.host}`, { servername: host, rejectUnauthorized: false });
    session.once('error', reject);
    const stream = session.request({ ':path': '/', ':authority': host });
    stream.once('error', reject);
    stream.once('response', (headers) => {
      resolve(headers[':status'] ?? 0);
      session.close();
    });
    stream.resume().end();
  });
}

function askPlainly(path: string): Promise<{ readonly status: number; readonly location: string | undefined }> {
  return new Promise((resolve, reject) => {
    get({ host: practice.server.host, port: 80, path, headers: { host: HOST }, agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location }));
    }).once('error', reject);
  });
}

/** HAProxy's workers: each reload adds one. */
const workers = async (): Promise<string> => {
  const pid = (await practice.session.docker.container(await edgeContainer()))?.pid;
  return (await practice.connection.script('cat /proc/"$1"/task/*/children', [String(pid)], { asRoot: true })).stdout;
};

const edgeContainer = async (): Promise<string> => {
  const found = await practice.session.docker.containers({ labels: { 'com.docker.swarm.service.name': 'longshore-edge' } });
  return found.find(({ state }) => state === 'running')?.id ?? '';
};

describe('a certificate of the user’s own', () => {
  it('is served at once, by HTTP/1.1 and HTTP/2, to who asks for its names and to nobody else', async () => {
    await expect(askSecurely(HOST)).rejects.toThrow(/unrecognized name|ECONNRESET|disconnected/);
    const chain = await practiceChain([HOST]);
    const before = await workers();
    const { name, warning } = await installOwn(practice.session, `${chain.leaf}${chain.intermediate}`, chain.key);
    expect([name, warning]).toEqual(['own_shop.test', expect.stringContaining('Practice Root')]);
    const answer = await askSecurely(HOST);
    expect([answer.status, answer.headers['x-proto'], answer.serial]).toEqual([200, 'https', factsOf(chain.leaf)?.serial]);
    expect(await askByHttp2(HOST)).toBe(200);
    expect(await workers()).toBe(before);
    await expect(askSecurely('www.shop.test')).rejects.toThrow(/unrecognized name|ECONNRESET|disconnected/);

    const { certificates, hosts, renewers } = await certificatesOverview(practice.session);
    expect(certificates).toEqual([
      expect.objectContaining({
        name: 'own_shop.test',
        names: [HOST],
        issuer: 'Practice Authority',
        source: 'own',
        challenge: null,
        served: { notAfter: factsOf(chain.leaf)?.notAfter, same: true, trusted: false },
      }),
    ]);
    expect(hosts.find(({ host }) => host === HOST)).toEqual({ host: HOST, app: 'shop', certificate: 'own_shop.test', https: null });
    expect(hosts.find(({ host }) => host === 'www.shop.test')?.certificate).toBeNull();
    expect(renewers).toEqual([]);
  });

  it('sends plain requests to https when told to, and tells browsers to remember it when told to', async () => {
    const { edge } = practice.session;
    const plain = () => askPlainly('/a/b?c=1');
    expect((await plain()).status).toBe(200);
    await edge.setHttps(HOST, 'redirect');
    expect(await plain()).toMatchObject({ status: 308, location: `https://${HOST}/a/b?c=1` });
    expect((await askSecurely(HOST)).headers['strict-transport-security']).toBeUndefined();
    await edge.setHttps(HOST, 'hsts');
    expect((await askSecurely(HOST)).headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await edge.readLive()).https).toEqual({ [HOST]: 'hsts' });
    // Another name of the app stays as it is.
    expect((await ask(practice.server.host, 'www.shop.test')).status).toBe(200);
  });

  it('is replaced under an open connection, which goes on, with no reload', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const first = await askSecurely(HOST, { agent });
    const chain = await practiceChain([HOST]);
    const before = await workers();
    await installOwn(practice.session, `${chain.leaf}${chain.intermediate}`, chain.key);
    const second = await askSecurely(HOST, { agent });
    expect([first.status, second.status, second.reused]).toEqual([200, 200, true]);
    agent.destroy();
    expect((await askSecurely(HOST)).serial).toBe(factsOf(chain.leaf)?.serial);
    expect(await workers()).toBe(before);
  });

  it('outlives a deploy, which reloads HAProxy, and a restart of the edge', async () => {
    const serial = (await askSecurely(HOST)).serial;
    await practice.succeeded(startConfigure(practice.deps, { server: SERVER, app: 'shop', settings: { replicas: 5 } }));
    expect((await askSecurely(HOST)).serial).toBe(serial);
    await practice.session.docker.killContainer(await edgeContainer(), 'SIGKILL');
    const answer = await poll(() => askSecurely(HOST).catch(() => undefined), { everyMs: 200, withinMs: 60_000 });
    expect([answer?.status, answer?.serial]).toEqual([200, serial]);
    expect((await askPlainly('/')).status).toBe(308);
  });

  it('is refused when HAProxy cannot load it, and the one before goes on', async () => {
    const serial = (await askSecurely(HOST)).serial;
    const bad = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    await expect(practice.session.edge.installCertificate('own_shop.test', bad)).rejects.toMatchObject({ code: 'edge-failed' });
    expect((await askSecurely(HOST)).serial).toBe(serial);
    await expect(practice.session.edge.installCertificate('../x', bad)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is taken off with what sent visitors to it', async () => {
    await removeCertificate(practice.session, 'own_shop.test');
    await expect(askSecurely(HOST)).rejects.toThrow(/unrecognized name|ECONNRESET|disconnected/);
    expect((await askPlainly('/')).status).toBe(200);
    expect((await certificatesOverview(practice.session)).certificates).toEqual([]);
    await expect(removeCertificate(practice.session, 'own_shop.test')).rejects.toMatchObject({ code: 'not-found' });
  });
});
