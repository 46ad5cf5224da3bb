import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, fillDisk, type PracticeServer, unfillDisk, upServer } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import type { HeldConnection } from '../ssh/index.ts';
import { createDocker, type Docker, type LogChunk, type ServiceSpec } from './index.ts';
import { connectTo } from './practice-connection.ts';

const NAME = 'docker-it';
let server: PracticeServer;
let connection: HeldConnection;
let docker: Docker;

function context(files: Readonly<Record<string, string>>): Readable {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return Readable.from(tar as AsyncIterable<Buffer>);
}

const buildOptions = (tag: string) => ({ tag, dockerfile: 'Dockerfile', labels: { 'test.label': 'a=b,c"d' } });

/** Starts a container by the shell, since the product never starts one of its own. */
async function run(arguments_: string): Promise<string> {
  const result = await execOn(NAME, `docker run -d ${arguments_}`);
  const id = result.stdout.trim();
  if (!/^[0-9a-f]{64}$/.test(id)) throw new Error(`docker run: ${result.stdout}${result.stderr}`);
  return id;
}

beforeAll(async () => {
  server = await upServer(NAME, { docker: true });
  connection = connectTo(server);
  docker = createDocker(connection);
  await docker.swarmInit(server.host);
  await docker.pull('busybox');
});

afterAll(async () => {
  connection?.dispose();
  await downServer(NAME);
});

describe('images', () => {
  it('are built from a stream, step by step, with labels and arguments', async () => {
    const steps: string[] = [];
    const lines: string[] = [];
    const dockerfile = 'FROM busybox\nARG WHO\nCOPY hello.txt /\nEXPOSE 8080/tcp 53/udp\nUSER 1000\nRUN echo built for $WHO\n';
    const { imageId } = await docker.build(context({ Dockerfile: dockerfile, 'hello.txt': 'hi' }), {
      ...buildOptions('longshore/t:r1'),
      buildArguments: { WHO: 'me & "you"' },
      onLine: (line, step) => {
        lines.push(line);
        if (step) steps.push(`${step.number}/${step.of}`);
      },
    });
    expect(imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    // The classic builder counts the labels as a step of their own.
    expect(steps).toEqual(['1/7', '2/7', '3/7', '4/7', '5/7', '6/7', '7/7']);
    expect(lines).toContain('built for me & "you"');
    expect(await docker.imageId('longshore/t:r1')).toBe(imageId);
    expect(await docker.imageConfig(imageId)).toEqual({ id: imageId, exposedPorts: expect.arrayContaining([8080]), user: '1000' });
    const found = (await docker.images()).find((image) => image.id === imageId);
    expect(found).toMatchObject({ tags: ['longshore/t:r1'], labels: { 'test.label': 'a=b,c"d' } });
    await docker.tagImage(imageId, 'longshore/t', 'again');
    await docker.removeImage('longshore/t:r1');
    expect(await docker.imageId('longshore/t:r1')).toBeNull();
    expect(await docker.imageId('longshore/t:again')).toBe(imageId);
    await docker.removeImage('longshore/t:nothing');
  });

  it('that fail to build say why, with the last lines', async () => {
    const failing = docker.build(
      context({ Dockerfile: 'FROM busybox\nRUN echo why; sleep 1; echo before; exit 3\n' }),
      buildOptions('t:x'),
    );
    await expect(failing).rejects.toMatchObject({
      code: 'build-failed',
      detail: expect.stringMatching(/why\n[\s\S]*before\n[\s\S]*returned a non-zero code: 3/),
    });
    await expect(docker.build(context({ Dockerfile: 'FORM busybox\n' }), buildOptions('t:x'))).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringMatching(/FORM/),
    });
    await expect(docker.build(context({ other: '' }), buildOptions('t:x'))).rejects.toMatchObject({ code: 'build-failed' });
  });

  it('that are not wanted any more stop being built on the server', async () => {
    const abort = new AbortController();
    const building = docker.build(context({ Dockerfile: 'FROM busybox\nRUN sleep 300\n' }), {
      ...buildOptions('t:x'),
      signal: abort.signal,
      onLine: (_, step) => {
        if (step?.number === 2) abort.abort();
      },
    });
    await expect(building).rejects.toHaveProperty('name', 'AbortError');
    const gone = await poll(async () => ((await execOn(NAME, 'pgrep -f "sleep 300$"')).code === 1 ? true : undefined), {
      everyMs: 200,
      withinMs: 20_000,
    });
    expect(gone).toBe(true);
  });

  it('whose folder breaks off fail with what broke, and the source is let go of', async () => {
    const source = new Readable({ read: () => undefined });
    source.push(Buffer.alloc(1024));
    const building = docker.build(source, buildOptions('t:x'));
    setImmediate(() => source.destroy(new Error('the file vanished')));
    await expect(building).rejects.toThrow('the file vanished');
    expect(source.destroyed).toBe(true);
  });

  it('that are not there are named', async () => {
    await expect(docker.pull('no-such-image-here:1')).rejects.toMatchObject({ message: expect.stringMatching(/no-such-image-here:1/) });
    await expect(docker.imageConfig('no-such-image-here:1')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that find no room say that the disk is full', async () => {
    await fillDisk(NAME, 30);
    const building = docker.build(
      context({ Dockerfile: 'FROM busybox\nRUN dd if=/dev/zero of=/big bs=1M count=200\n' }),
      buildOptions('t:full'),
    );
    const failure: unknown = await building.catch((error: unknown) => error);
    await unfillDisk(NAME);
    expect(failure).toMatchObject({
      code: 'disk-full',
      detail: expect.stringMatching(/[Nn]o space left/),
    });
  });
});

describe('a program in a container', () => {
  let id: string;
  beforeAll(async () => {
    id = await run('busybox sleep 100000');
  });

  it('gets its input, gives both outputs and its code', async () => {
    const input = Buffer.alloc(3_000_000, 'ü');
    const result = await docker.exec(id, ['sh', '-c', 'sha256sum; echo err >&2; exit 7'], { input });
    const hash = createHash('sha256').update(input).digest('hex');
    expect(result).toEqual({ code: 7, stdout: `${hash}  -\n`, stderr: 'err\n' });
    expect(await docker.exec(id, ['printf', '%s|', "it's", '$HOME', 'a b', ''])).toMatchObject({ code: 0, stdout: "it's|$HOME|a b||" });
  });

  it('that is not there has a code and words', async () => {
    expect((await docker.exec(id, ['no-such-program'])).code).toBeGreaterThan(125);
    await expect(docker.exec('0'.repeat(64), ['true'])).rejects.toMatchObject({ code: 'not-found' });
  });

  it('can be given up', async () => {
    const abort = new AbortController();
    const running = docker.exec(id, ['sleep', '60'], { signal: abort.signal });
    setTimeout(() => abort.abort(), 300);
    await expect(running).rejects.toHaveProperty('name', 'AbortError');
  });

  it('has a terminal of the right size, that can be resized', async () => {
    const terminal = await docker.execTerminal(id, ['sh'], { cols: 101, rows: 31 });
    let text = '';
    terminal.stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    const shows = async (what: RegExp) => poll(() => (what.test(text) ? true : undefined), { everyMs: 20, withinMs: 10_000 });
    terminal.stream.write('stty size\r');
    expect(await shows(/31 101/)).toBe(true);
    await terminal.resize(80, 24);
    terminal.stream.write('stty size; echo $TERM\r');
    expect(await shows(/24 80[\s\S]*xterm-256color/)).toBe(true);
    terminal.stream.write('exit 5\r');
    await new Promise((resolve) => terminal.stream.once('close', resolve));
    expect(await terminal.exitCode()).toBe(5);
  });
});

describe('logs', () => {
  const collect = async (lines: AsyncIterable<LogChunk>, until: (all: LogChunk[]) => boolean): Promise<LogChunk[]> => {
    const all: LogChunk[] = [];
    for await (const line of lines) {
      all.push(line);
      if (until(all)) break;
    }
    return all;
  };

  it('are followed, and resume at a time with nothing lost or doubled', async () => {
    const id = await run(`busybox sh -c 'i=0; while [ $i -lt 60 ]; do echo out$i; echo err$i >&2; i=$((i+1)); sleep 0.05; done'`);
    const signal = new AbortController().signal;
    const first = await collect(docker.logs(id, { follow: true, tail: 'all', signal }), (all) => all.length >= 21);
    const last = first[first.length - 1];
    const rest = await collect(docker.logs(id, { follow: true, tail: 'all', since: last?.at, signal }), () => false);
    const key = (line: LogChunk): string => `${line.at} ${line.text}`;
    const all = [...new Set([...first, ...rest].map(key))];
    expect(all).toHaveLength(120);
    expect(rest.map(key)).toContain(last ? key(last) : '');
    expect(rest.filter((line) => line.stream === 'stderr').every((line) => line.text.startsWith('err'))).toBe(true);
    await expect(docker.logs('f'.repeat(64), { follow: false, tail: 1, signal })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('end when asked to, however silent the app is', async () => {
    const id = await run('busybox sleep 100000');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    expect(await collect(docker.logs(id, { follow: true, tail: 'all', signal: abort.signal }), () => false)).toEqual([]);
  });

  it('of a terminal and of lines over 16 KiB come whole', async () => {
    const script = `head -c 50000 /dev/zero | tr '\\0' x; echo; echo end`;
    const signal = new AbortController().signal;
    const plain = await run(`busybox sh -c "${script}"`);
    await poll(async () => ((await docker.container(plain))?.running ? undefined : true), { everyMs: 100, withinMs: 20_000 });
    expect((await collect(docker.logs(plain, { follow: false, tail: 'all', signal }), () => false)).map((line) => line.text)).toEqual([
      'x'.repeat(50_000),
      'end',
    ]);
    const terminal = await run(`-t busybox sh -c 'echo one; echo two'`);
    await poll(async () => ((await docker.container(terminal))?.running ? undefined : true), { everyMs: 100, withinMs: 20_000 });
    const lines = await collect(docker.logs(terminal, { follow: false, tail: 'all', signal }), () => false);
    expect(lines.map((line) => line.text)).toEqual(['one', 'two']);
    expect(lines[0]?.at).toMatch(/^\d{4}-.*Z$/);
  });
});

describe('the swarm', () => {
  const spec = (name: string, replicas = 1): ServiceSpec => ({
    Name: name,
    Labels: { 'test.kind': 'svc' },
    TaskTemplate: { ContainerSpec: { Image: 'busybox', Command: ['sleep', '100000'] }, Networks: [] },
    Mode: { Replicated: { Replicas: replicas } },
    EndpointSpec: { Mode: 'dnsrr' },
  });

  it('keeps services, and takes an update only from who saw the last one', async () => {
    const id = await docker.createService(spec('one'));
    await expect(docker.createService(spec('one'))).rejects.toMatchObject({ code: 'name-taken' });
    const service = await docker.service('one');
    if (!service) throw new Error('no service');
    expect(service).toMatchObject({ id, name: 'one', replicas: 1, labels: { 'test.kind': 'svc' } });
    expect(await docker.service(id.slice(0, 6))).toBeNull();
    await docker.updateService(service, spec('one', 2));
    await expect(docker.updateService(service, spec('one', 3))).rejects.toMatchObject({ code: 'busy' });
    expect((await docker.services({ 'test.kind': 'svc' })).map((each) => [each.name, each.replicas])).toEqual([['one', 2]]);
    const running = await poll(
      async () => {
        const tasks = await docker.tasks({ service: 'one' });
        return tasks.filter((task) => task.state === 'running' && task.containerId).length === 2 ? tasks : undefined;
      },
      { everyMs: 200, withinMs: 60_000 },
    );
    expect(running?.[0]).toMatchObject({ serviceId: id, desiredState: 'running', exitCode: expect.anything() });
    const [container] = await docker.containers({ labels: { 'com.docker.swarm.service.name': 'one' } });
    expect(await docker.container(container?.id ?? '')).toMatchObject({ running: true, tty: false, finishedAt: null });
    await docker.killContainer(container?.id ?? '', 'SIGKILL');
    await docker.removeService('one');
    await docker.removeService('one');
    expect(await docker.service('one')).toBeNull();
  });

  it('keeps configs, whose name one of two can have', async () => {
    const config = { name: 'longshore.shop.r1', labels: { a: '1' }, data: '{"ü":"😀"}' };
    const both = await Promise.allSettled([docker.createConfig(config), docker.createConfig(config)]);
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((each) => each.status === 'rejected')?.reason).toMatchObject({ code: 'name-taken' });
    const read = await docker.config(config.name);
    if (!read) throw new Error('no config');
    expect(read).toMatchObject(config);
    await docker.updateConfigLabels(read, { a: '2' });
    await expect(docker.updateConfigLabels(read, { a: '3' })).rejects.toMatchObject({ code: 'busy' });
    const [listed] = await docker.configs({ a: '2' });
    expect(listed?.updatedAt).toBeGreaterThanOrEqual(listed?.createdAt ?? Number.NaN);
    await docker.removeConfig(config.name);
    expect(await docker.config(config.name)).toBeNull();
  });

  it('has networks that containers may join', async () => {
    const id = await docker.createNetwork({ name: 'meet', labels: {} });
    // Swarm answers before its allocator has given the network its driver.
    await expect
      .poll(async () => (await docker.networks()).find((network) => network.id === id), { timeout: 10_000 })
      .toMatchObject({ driver: 'overlay', scope: 'swarm', attachable: true });
    await expect(docker.createNetwork({ name: 'meet', labels: {} })).rejects.toMatchObject({ code: 'name-taken' });
  });
});

it('tells what happens from a moment on, and the time by the server', async () => {
  const since = Math.floor((await docker.serverTime()) / 1000);
  const abort = new AbortController();
  const id = await run('--rm busybox true');
  const actions: string[] = [];
  for await (const event of docker.events({ since, signal: abort.signal })) {
    expect(event.timeNano).toMatch(/^\d{19}$/);
    if (event.id === id) actions.push(event.action);
    if (event.id === id && event.action === 'destroy') abort.abort();
  }
  expect(actions).toEqual(expect.arrayContaining(['create', 'start', 'die', 'destroy']));
});

it('runs something once and leaves no container', async () => {
  const before = (await docker.containers({ all: true })).length;
  const result = await docker.runOnce({
    image: 'busybox',
    argv: ['sh', '-c', 'echo "$1"; ls /data; exit 2', 'sh', 'a b'],
    binds: ['/var/lib/new-folder:/data'],
  });
  expect(result).toEqual({ code: 2, stdout: 'a b', stderr: '' });
  expect(await docker.containers({ all: true })).toHaveLength(before);
});

it('settles every call when the connection goes, and works again when it is back', async () => {
  const id = await run('busybox sleep 100000');
  const waiting = docker.exec(id, ['sleep', '60']);
  const following = docker.logs(id, { follow: true, tail: 0, signal: new AbortController().signal })[Symbol.asyncIterator]().next();
  const outcomes = Promise.allSettled([waiting, following]);
  await docker.ping();
  setTimeout(() => void connection.renew(), 300);
  for (const outcome of await outcomes) {
    expect(outcome.status).toBe('rejected');
    expect(outcome.status === 'rejected' && outcome.reason).toMatchObject({ code: expect.stringMatching(/ssh-lost|docker-unavailable/) });
  }
  await docker.ping();
});
