import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import { edgeIsSame } from '../contract/index.ts';
import { createDocker, type Docker } from '../docker/index.ts';
import { connectTo } from '../docker/practice-connection.ts';
import type { HeldConnection } from '../ssh/index.ts';
import { readFiles, withoutExpected, writeFile } from './files.ts';
import { createEdge, EDGE_NETWORK, EDGE_SERVICE, slotAlias } from './index.ts';
import { startLoad } from './practice-load.ts';
import { reloadEdge } from './practice-reload.ts';
import { renderConfig } from './render/config.ts';
import { checkedModel } from './render/model.ts';
import { manyModels } from './render/random-model.fixture.ts';
import { Runtime } from './runtime.ts';
import { parseProcesses, parseUptime } from './runtime-answers.ts';
import type { Edge, EdgeModel, Slot, SlotModel } from './types.ts';

const NAME = 'edge-it';
const http: SlotModel = { port: 3000, health: { kind: 'http', path: '/health' }, room: 4 };
const HOST = 'shop.example.com';

/** Ends at once on SIGTERM, as the worst app does: whatever it is busy with then is lost. */
const APP = `
process.on('SIGTERM', () => process.exit(0));
require('http').createServer((q, r) => {
  q.resume();
  const ms = Number(new URL(q.url, 'http://x').searchParams.get('ms') || 0);
  if (q.url === '/health') { r.statusCode = Number(process.env.HEALTH || 200); return r.end('ok'); }
  if (q.url === '/headers') return r.end(JSON.stringify(q.headers));
  setTimeout(() => r.end(process.env.RELEASE), ms);
}).listen(3000);
`;

/** Of a difference: all but the configuration, as HAProxy should have them. */
const sameMaps = ['hosts.map', 'routes.map', 'slots.map', 'https.map'].map((name) => ({ name, file: [], running: 'same' }));

interface Seat {
  readonly connection: HeldConnection;
  readonly docker: Docker;
  readonly edge: Edge;
}

let server: PracticeServer;
/** Two laptops: root, and a user who is in the group docker and uses no sudo. */
let root: Seat;
let deploy: Seat;

function sit(user?: string): Seat {
  const connection = connectTo(server, user);
  const docker = createDocker(connection);
  return { connection, docker, edge: createEdge({ connection, docker }) };
}

const model = (...names: readonly string[]): EdgeModel => ({
  apps: names.map((name) => ({ name, slots: { a: http, b: http } })),
  hosts: Object.fromEntries(names.map((name) => [`${name}.example.com`, name])),
  live: {},
});

async function startRelease(app: string, release: number, slot: Slot, environment: readonly string[] = []): Promise<void> {
  const info = await root.docker.info();
  await root.docker.createService({
    Name: `${app}-r${release}`,
    Labels: {},
    TaskTemplate: {
      ContainerSpec: {
        Image: 'node:20',
        Command: ['node', '-e', APP],
        Env: [`RELEASE=${app} ${release}`, ...environment],
        Healthcheck: { Test: ['NONE'] },
      },
      Placement: { Constraints: [`node.id==${info.nodeId}`] },
      Networks: [{ Target: EDGE_NETWORK, Aliases: [app, slotAlias(app, slot)] }],
    },
    Mode: { Replicated: { Replicas: 2 } },
    EndpointSpec: { Mode: 'dnsrr' },
  });
}

async function untilHealthy(app: string, slot: Slot): Promise<void> {
  const healthy = await poll(async () => ((await root.edge.slotServers(app, slot)).healthy === 2 ? true : undefined), {
    everyMs: 200,
    withinMs: 60_000,
  });
  expect(healthy, `${app} in slot ${slot}`).toBe(true);
}

async function workers(): Promise<number[]> {
  const processes = await new Runtime(root.connection).master('show proc', parseProcesses);
  return [processes.current.pid, ...processes.old.map((worker) => worker.pid)];
}

async function edgeContainer(): Promise<string> {
  const [container] = await root.docker.containers({ labels: { 'com.docker.swarm.service.name': EDGE_SERVICE } });
  if (!container) throw new Error('no edge');
  return container.id;
}

beforeAll(async () => {
  server = await upServer(NAME, { docker: true });
  await execOn(NAME, ['usermod', '-aG', 'docker', 'deploy']);
  root = sit();
  deploy = sit('deploy');
  await root.docker.swarmInit(server.host);
  await root.docker.createNetwork({ name: EDGE_NETWORK, labels: {} });
  await root.docker.pull('node:20');
});

afterAll(async () => {
  root?.connection.dispose();
  deploy?.connection.dispose();
  await downServer(NAME);
});

describe('the edge', () => {
  it('is made once, by a user of Docker without sudo', async () => {
    expect(await deploy.edge.isRunning()).toBe(false);
    expect(await deploy.edge.ensure()).toBe('created');
    expect(await deploy.edge.isRunning()).toBe(true);
    expect(await root.edge.ensure()).toBe('already');
    expect(await root.edge.isRunning()).toBe(true);
  });

  it('of an older schema is made anew, and of a newer one is left alone', async () => {
    const relabel = async (schema: string): Promise<void> => {
      const service = await root.docker.service(EDGE_SERVICE);
      if (!service) throw new Error('no edge');
      const labels = { ...service.labels, 'dev.longshore.schema': schema };
      const { TaskTemplate: task } = service.spec;
      const template = { ...task, ContainerSpec: { ...task.ContainerSpec, Labels: labels } };
      await root.docker.updateService(service, { ...service.spec, Labels: labels, TaskTemplate: template });
      const there = await poll(
        async () => {
          const found = await root.docker.containers({ labels: { ...labels, 'com.docker.swarm.service.name': EDGE_SERVICE } });
          return found.find(({ state }) => state === 'running')?.id;
        },
        { everyMs: 250, withinMs: 60_000 },
      );
      if (there === undefined) throw new Error(`no edge of schema ${schema}`);
    };
    await relabel('2');
    const newer = { code: 'edge-failed', message: expect.stringContaining(`The edge on ${NAME} was made by a newer Longshore`) };
    await expect(root.edge.ensure()).rejects.toMatchObject(newer);
    await expect(root.edge.apply(model('shop'))).rejects.toMatchObject(newer);
    await relabel('0');
    const old = await edgeContainer();
    expect(await deploy.edge.ensure()).toBe('created');
    expect(await edgeContainer()).not.toBe(old);
    expect(await deploy.edge.ensure()).toBe('already');
    expect((await fetch(`http://${server.host}/`)).status).toBe(404);
  });

  it('lets nobody but root and users of Docker reach its sockets', async () => {
    const denied = await execOn(NAME, 'ls /var/lib/longshore/edge/run', { user: 'visitor' }).catch(() => null);
    expect(denied?.code ?? 1).not.toBe(0);
    expect((await execOn(NAME, ['stat', '-c', '%a %U %G', '/var/lib/longshore/edge/run'])).stdout.trim()).toBe('750 root docker');
    // HAProxy's workers are not root.
    expect((await execOn(NAME, 'ps -o uid= -C haproxy | sort -un | tr -d " " | tr "\\n" " "')).stdout.trim()).toBe('0 99');
  });

  it('answers a name it does not know with a page of its own', async () => {
    const response = await fetch(`http://${server.host}/`);
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/No such site/);
  });

  it('writes and reloads only what changed', async () => {
    const before = await workers();
    expect(await deploy.edge.apply(model('shop'))).toBe('reloaded');
    const after = await workers();
    expect(after[0]).not.toBe(before[0]);
    expect(await root.edge.apply(model('shop'))).toBe('unchanged');
    const more = { ...model('shop'), hosts: { ...model('shop').hosts, 'www.example.com': 'shop' } };
    expect(await root.edge.apply(more)).toBe('maps');
    expect(await root.edge.apply(model('shop'))).toBe('maps');
    expect((await workers())[0]).toBe(after[0]);
    expect(await deploy.edge.readLive()).toEqual({ hosts: { [HOST]: 'shop' }, live: {}, https: {}, routed: [], paused: {}, byHand: false });
  });

  it('says of an app without a release that nothing of it serves', async () => {
    expect(await deploy.edge.request(HOST, '/')).toMatchObject({ status: 503, slot: null, app: null });
    expect(await deploy.edge.slotServers('shop', 'a')).toEqual({ present: 0, healthy: 0, unchecked: 0, lastFailure: null });
    await deploy.edge.waitForEmptySlot('shop', 'a');
  });

  it('brings a release to its users, and tells which slot answered only to those who ask', async () => {
    await startRelease('shop', 1, 'a');
    await untilHealthy('shop', 'a');
    expect((await deploy.edge.request(HOST, '/')).status).toBe(503);
    await deploy.edge.switchTo('shop', 'a');
    expect(await root.edge.readLive()).toMatchObject({ live: { shop: 'a' } });
    expect(await deploy.edge.request(HOST, '/')).toMatchObject({ status: 200, slot: 'a', app: 'shop' });
    const plain = await execOn(NAME, ['curl', '-si', '-H', `Host: ${HOST}`, 'http://127.0.0.1/headers']);
    expect(plain.stdout).toMatch(/"x-forwarded-for":/);
    expect(plain.stdout).toMatch(/"x-forwarded-proto":"http"/);
    expect(plain.stdout).not.toMatch(/x-longshore/);
  });

  it('says why a release is not healthy', async () => {
    await startRelease('shop', 2, 'b', ['HEALTH=503']);
    // While the next check is under way HAProxy shows the end of the last one without its status.
    const failure = await poll(async () => /^L7STS \d+/.exec((await root.edge.slotServers('shop', 'b')).lastFailure ?? '')?.[0], {
      everyMs: 200,
      withinMs: 60_000,
    });
    const { healthy } = await root.edge.slotServers('shop', 'b');
    await root.docker.removeService('shop-r2');
    await root.edge.waitForEmptySlot('shop', 'b');
    expect(failure).toBe('L7STS 503');
    expect(healthy).toBe(0);
  });

  it('loses no request over four switches, a reload among them', async () => {
    const load = startLoad(server.host, HOST);
    let live: Slot = 'a';
    const seen: number[] = [];
    for (let release = 3; release <= 6; release++) {
      const next: Slot = live === 'a' ? 'b' : 'a';
      await deploy.edge.waitForEmptySlot('shop', next);
      await startRelease('shop', release, next);
      await untilHealthy('shop', next);
      // A new app of somebody else, and with it a reload, between two switches.
      if (release === 4) expect(await root.edge.apply(model('shop', 'blog'))).toBe('reloaded');
      await deploy.edge.switchTo('shop', next);
      expect(await deploy.edge.request(HOST, '/')).toMatchObject({ status: 200, slot: next });
      expect(await deploy.edge.drain('shop', live, 60, (sessions) => seen.push(sessions))).toBe(0);
      await root.docker.removeService(`shop-r${release === 3 ? 1 : release - 1}`);
      live = next;
    }
    const { requests, failures, bodies } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(200);
    expect(new Set(bodies)).toEqual(new Set(['shop 1', 'shop 3', 'shop 4', 'shop 5', 'shop 6']));
    // There was something to wait for.
    expect(Math.max(...seen)).toBeGreaterThan(0);
  });

  it('keeps the entries of two laptops that change it at one moment', async () => {
    await root.edge.apply(model('shop', 'blog', 'wiki', 'chat'));
    await Promise.all([
      root.edge.switchTo('blog', 'a'),
      deploy.edge.switchTo('wiki', 'b'),
      root.edge.switchTo('chat', 'b'),
      deploy.edge.switchTo('blog', 'a'),
    ]);
    const { live } = await root.edge.readLive();
    expect(live).toMatchObject({ blog: 'a', wiki: 'b', chat: 'b' });
    // What runs is what is written: nothing is left to do.
    expect(await deploy.edge.apply(model('shop', 'blog', 'wiki', 'chat'))).toBe('unchanged');
    await Promise.all([root.edge.switchTo('blog', null), deploy.edge.switchTo('wiki', null)]);
    expect(Object.keys((await root.edge.readLive()).live)).not.toContain('blog');
    expect(await root.edge.request('wiki.example.com', '/')).toMatchObject({ status: 503, slot: null });
  });

  it('finishes what a laptop left half done', async () => {
    const before = await readFiles(root.connection);
    const container = await edgeContainer();
    // Died after the file and before the running map; after the configuration and before the reload.
    await writeFile(root.docker, container, 'hosts.map', `${before['hosts.map']}zz.example.com shop\n`, before['hosts.map']);
    const more = model('shop', 'blog', 'wiki', 'chat', 'late');
    await writeFile(root.docker, container, 'haproxy.cfg', renderConfig(more), before['haproxy.cfg']);
    expect((await root.edge.request('zz.example.com', '/')).status).toBe(404);
    const hosts = { ...more.hosts, 'zz.example.com': 'shop' };
    expect(await deploy.edge.apply({ ...more, hosts })).toBe('reloaded');
    expect((await root.edge.request('zz.example.com', '/')).status).toBe(200);
    expect(await root.edge.slotServers('late', 'a')).toMatchObject({ present: 0 });
  });

  it('keeps what serves when a configuration is refused or was changed meanwhile', async () => {
    const before = await readFiles(root.connection);
    const container = await edgeContainer();
    const bad = `${before['haproxy.cfg']}frontend nonsense\n  bind nowhere\n`;
    await expect(writeFile(root.docker, container, 'haproxy.cfg', bad, before['haproxy.cfg'])).rejects.toMatchObject({
      code: 'edge-failed',
      detail: expect.stringMatching(/nowhere/),
    });
    expect(await writeFile(root.docker, container, 'hosts.map', '', 'not what is there')).toBe(false);
    expect(await readFiles(root.connection)).toEqual(before);
    expect(await root.edge.request(HOST, '/')).toMatchObject({ status: 200 });
  });

  it('notices what was changed by hand, replaces it, keeps a copy, and says so', async () => {
    const container = await edgeContainer();
    const files = await readFiles(root.connection);
    const text = files['haproxy.cfg'].replace('timeout client 60s', 'timeout client 90s');
    await writeFile(root.docker, container, 'haproxy.cfg', text, files['haproxy.cfg']);
    const notes: string[] = [];
    const before = await root.edge.readLive();
    const apps = model('shop', 'by-hand');
    expect(await root.edge.apply({ ...apps, hosts: { ...before.hosts, ...apps.hosts } }, undefined, (note) => notes.push(note))).toBe(
      'reloaded',
    );
    expect(notes).toEqual([expect.stringContaining('haproxy.cfg.by-hand')]);
    const kept = await root.docker.exec(container, ['cat', '/etc/edge/haproxy.cfg.by-hand']);
    expect(kept.stdout).toBe(text);
    expect((await readFiles(root.connection))['haproxy.cfg']).toContain('timeout client 60s');
    expect(await root.edge.apply({ ...model('shop'), hosts: before.hosts }, undefined, (note) => notes.push(note))).toBe('reloaded');
    expect(notes).toHaveLength(1);
  });

  it('takes what was changed by hand out of the running HAProxy too, which had loaded it', async () => {
    const wanted = { ...model('shop'), hosts: (await root.edge.readLive()).hosts };
    const container = await edgeContainer();
    const page = async (): Promise<string> => (await fetch(`http://${server.host}/`)).text();
    const editAndLoad = async (): Promise<string> => {
      const { 'haproxy.cfg': ours } = await readFiles(root.connection);
      const edited = ours.replace('No such site', 'Edited by hand');
      await writeFile(root.docker, container, 'haproxy.cfg', edited, ours);
      await reloadEdge(root.connection, root.docker);
      expect(
        await poll(async () => ((await page()).includes('Edited by hand') ? true : undefined), { everyMs: 100, withinMs: 30_000 }),
      ).toBe(true);
      return ours;
    };
    await root.edge.apply(wanted);
    expect(await root.edge.apply(wanted)).toBe('unchanged');
    expect(edgeIsSame(await root.edge.difference(wanted))).toBe(true);
    await editAndLoad();
    // HAProxy runs it under the name that it had before the edit.
    const edited = await deploy.edge.difference(wanted);
    expect(edited).toMatchObject({
      byHand: true,
      parts: [{ name: 'haproxy.cfg', running: 'unknown', why: expect.stringMatching(/by hand/) }, ...sameMaps],
    });
    const changed = edited.parts[0]?.file.filter(({ sign }) => sign === '-' || sign === '+') ?? [];
    expect(changed.map(({ sign }) => sign).join('')).toBe('-+');
    expect(changed[0]?.text).toMatch(/Edited by hand/);
    expect(edited.parts[0]?.file).toContainEqual({ sign: ' ', text: 'backend be_unknown_host' });
    const notes: string[] = [];
    expect(await root.edge.apply(wanted, undefined, (note) => notes.push(note))).toBe('reloaded');
    expect(notes).toEqual([expect.stringContaining('haproxy.cfg.by-hand')]);
    expect(await page()).toMatch(/No such site/);
    expect(await root.edge.apply(wanted)).toBe('unchanged');

    // Put back by hand, or by a laptop that died before the reload: the file is ours again, what runs is not.
    const ours = await editAndLoad();
    const loaded = await new Runtime(root.connection).api('show info', parseUptime);
    const older = await poll(
      async () => ((await new Runtime(root.connection).api('show info', parseUptime)) > loaded + 3 ? true : undefined),
      {
        everyMs: 250,
        withinMs: 30_000,
      },
    );
    expect(older).toBe(true);
    await writeFile(root.docker, container, 'haproxy.cfg', ours, (await readFiles(root.connection))['haproxy.cfg']);
    expect(await page()).toMatch(/Edited by hand/);
    const restored = await root.edge.difference(wanted);
    expect(restored.parts[0]).toMatchObject({ file: [], running: 'unknown', why: expect.stringMatching(/after HAProxy had read it/) });
    expect(edgeIsSame(restored)).toBe(null);
    expect(await root.edge.apply(wanted)).toBe('reloaded');
    expect(await page()).toMatch(/No such site/);
    expect(await root.edge.apply(wanted)).toBe('unchanged');
  });

  it('shows what a change would write, and what runs otherwise, and writes nothing', async () => {
    const wanted = { ...model('shop'), hosts: (await root.edge.readLive()).hosts };
    await root.edge.apply(wanted);
    const before = await readFiles(root.connection);
    const running = await workers();
    const more = await root.edge.difference({ ...model('shop', 'dry'), hosts: { ...wanted.hosts, 'dry.example.com': 'dry' } });
    expect(more).toMatchObject({ byHand: false, parts: [{ running: 'differs' }, { running: 'differs' }, ...sameMaps.slice(1)] });
    const [config, hosts] = more.parts;
    expect(config?.file.filter(({ sign }) => sign === '+').map(({ text }) => text)).toContain('backend be_dry_a');
    expect(config?.file.some(({ sign }) => sign === '-')).toBe(false);
    expect(config?.runningLines).toEqual(config?.file);
    expect(hosts?.file).toEqual([{ sign: '+', text: 'dry.example.com dry' }]);
    expect(await readFiles(root.connection)).toEqual(before);
    expect(await workers()).toEqual(running);

    // In the running HAProxy alone, as by somebody at its socket.
    await new Runtime(root.connection).tryApi('add map /etc/edge/hosts.map odd.example.com shop', (answer) => answer);
    expect((await root.edge.difference(wanted)).parts[1]).toMatchObject({
      file: [],
      running: 'differs',
      runningLines: [{ sign: '-', text: 'odd.example.com shop' }],
    });
    expect(await root.edge.apply(wanted)).toBe('maps');
    expect(edgeIsSame(await root.edge.difference(wanted))).toBe(true);
  });

  it('renders what HAProxy takes, whatever the names, ports and paths', async () => {
    const container = await edgeContainer();
    const paths = [`/"$HOME"`, '/%[env(PATH)]', `/'#\\`, `/${'x'.repeat(199)}`, `/${"'".repeat(199)}`, '/a?b=c&d=%20', '/{}[]|^`<>~'];
    const apps = paths.map((path, index) => ({
      name: `${'a'.repeat(38)}-${index}`.slice(-40).replace(/^-/, 'a'),
      slots: {
        a: { port: 65_535 - index, health: { kind: 'http', path }, room: 1 + index * 8 } as const,
        b: { port: 1 + index, health: { kind: 'tcp' }, room: 64 } as const,
      },
    }));
    const text = renderConfig({ apps });
    const checked = await root.docker.exec(container, ['sh', '-c', 'cat > /tmp/x.cfg && haproxy -c -f /tmp/x.cfg'], { input: text });
    expect(withoutExpected(checked.stderr + checked.stdout)).not.toMatch(/WARNING|ALERT/);
    expect(checked.code).toBe(0);
    // As many backends as asked for, and not one line more than for harmless paths.
    const harmless = renderConfig({ apps: apps.map((app) => ({ ...app, slots: { ...app.slots, a: { ...http, room: 1 } } })) });
    expect(text.split('\n')).toHaveLength(harmless.split('\n').length);
  });

  it('renders random routes as HAProxy takes them', async () => {
    const container = await edgeContainer();
    const script = 'cat > /tmp/x.cfg && touch /etc/edge/routes.map && haproxy -c -f /tmp/x.cfg';
    for (const from of [1, 61]) {
      // Names are looked up one by one: they are not what is looked at here.
      const text = renderConfig(checkedModel(manyModels(from, from + 60))).replaceAll('init-addr libc,none', 'init-addr none');
      const checked = await root.docker.exec(container, ['sh', '-c', script], { input: text });
      expect(withoutExpected(checked.stderr + checked.stdout)).not.toMatch(/WARNING|ALERT/);
      expect(checked.code).toBe(0);
    }
  });
});
