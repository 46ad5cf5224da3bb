import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { poll } from '../base/wait.ts';
import { type TestConnection, testBed } from './test-connection.ts';
import type { TestServer, TestServerOptions } from './test-server.ts';

const bed = testBed();
const { server, connect } = bed;
afterEach(bed.empty);

async function connected(options?: TestServerOptions): Promise<TestConnection & { readonly web: TestServer }> {
  const web = await server(options);
  const made = connect(web);
  await made.connection.ready();
  return Object.assign(made, { web });
}

/** A socket of this computer behind the server, as Docker's is. */
async function listener(onConnection: (socket: Duplex) => void): Promise<number> {
  const listening: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    bed.add({ dispose: () => socket.destroy() });
    onConnection(socket);
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  bed.add({ dispose: () => listening.close() });
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const met = await poll(async () => ((await condition()) ? true : undefined), { everyMs: 10, withinMs: 10_000 });
  if (!met) throw new Error('It did not come about within 10 seconds');
};

describe('exec', () => {
  it('gives back code, output and error output apart', async () => {
    const { connection } = await connected();
    const result = await connection.exec(['sh', '-c', 'echo "$1"; echo "$2" >&2; exit 7', 'x', "it's", '$(no)']);
    expect(result).toEqual({ code: 7, signal: null, stdout: "it's\n", stderr: '$(no)\n' });
  });

  it('knows the code of every command, however short', async () => {
    const { connection } = await connected();
    for (let at = 0; at < 100; at += 1) expect((await connection.exec(['sh', '-c', `exit ${at}`])).code).toBe(at);
  });

  it('says by which signal a command ended', async () => {
    const { connection } = await connected();
    expect(await connection.exec(['sh', '-c', 'kill -KILL $$'])).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('carries bytes in and out unchanged', async () => {
    const { connection } = await connected();
    const bytes = randomBytes(8 * 1024 * 1024);
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect((await connection.exec(['sha256sum'], { input: bytes })).stdout).toContain(hash);
    const pieces = Array.from({ length: 256 }, (_, at) => bytes.subarray(at * 32_768, (at + 1) * 32_768));
    const chunks: Buffer[] = [];
    const back = await connection.exec(['cat'], { input: Readable.from(pieces), onStdout: (chunk) => chunks.push(chunk) });
    expect(back).toMatchObject({ code: 0, stdout: '' });
    expect(createHash('sha256').update(Buffer.concat(chunks)).digest('hex')).toBe(hash);
  });

  it('ends with a command that does not read its input, and lets the source go', async () => {
    const { connection } = await connected();
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    expect((await connection.exec(['true'], { input: endless })).code).toBe(0);
    expect(endless.destroyed).toBe(true);
  });

  it('fails with what its input failed with', async () => {
    const { connection, web } = await connected();
    const input = new PassThrough();
    const running = connection.exec(['cat'], { input });
    input.write('a');
    input.destroy(new Error('the disk is broken'));
    await expect(running).rejects.toThrow('the disk is broken');
    await until(() => web.sessions.now === 0);
  });

  it('ends the command on abort and after its time', async () => {
    const { connection, web } = await connected();
    const stop = new AbortController();
    const aborted = connection.exec(['sleep', '60'], { signal: stop.signal });
    await until(() => web.sessions.now === 1);
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(connection.exec(['sleep', '60'], { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'ssh-timeout',
      message: expect.stringContaining('“web1”'),
    });
    await until(() => web.sessions.now === 0);
  });

  it('keeps to eight sessions at once, and serves all who wait', async () => {
    const { connection, web } = await connected();
    const results = await Promise.all(Array.from({ length: 30 }, (_, at) => connection.exec(['sh', '-c', `sleep 0.02; echo ${at}`])));
    expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 30 }, (_, at) => `${at}\n`));
    expect(web.sessions.most).toBe(8);
  });
});

describe('script', () => {
  it('hands arguments on and keeps commands from reading the rest of the script', async () => {
    const { connection } = await connected();
    const result = await connection.script('cat\nread line\nprintf "%s|" "$@"\nexit 4', ['a b', "it's", '-x', '']);
    expect(result).toMatchObject({ code: 4, stdout: "a b|it's|-x||" });
  });
});

describe('forwarded sockets', () => {
  it('carry bytes both ways, half-closed ends included, past the budget of sessions', async () => {
    const { connection } = await connected();
    const port = await listener((socket) => socket.pipe(socket));
    const bytes = randomBytes(3 * 1024 * 1024);
    const echoes = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = await connection.openTcp('127.0.0.1', port);
        socket.end(bytes);
        const chunks: Buffer[] = [];
        for await (const chunk of socket) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks).equals(bytes);
      }),
    );
    expect(echoes).toEqual(Array.from({ length: 20 }, () => true));
  });

  it('say why they could not be opened', async () => {
    const { connection } = await connected();
    await expect(connection.openSocket('/nowhere/docker.sock')).rejects.toMatchObject({
      code: 'channel-refused',
      message: expect.stringContaining('/nowhere/docker.sock'),
    });
    expect(connection.state.phase).toBe('connected');
  });

  it('stop the sender when nobody reads', async () => {
    const { connection } = await connected();
    let sent = 0;
    const port = await listener((socket) => {
      const chunk = Buffer.alloc(65_536);
      const pump = (): void => {
        while (socket.write(chunk)) sent += chunk.length;
        sent += chunk.length;
      };
      socket.on('drain', pump);
      pump();
    });
    const socket = await connection.openTcp('127.0.0.1', port);
    // Begins to read, and stops.
    await once(socket, 'readable');
    socket.read(1);
    let before = -1;
    let same = 0;
    // Standing still for many looks in a row, not only between two.
    await until(() => {
      same = sent === before ? same + 1 : 0;
      before = sent;
      return same >= 50;
    });
    // SSH's window of 2 MiB and the socket buffers in between, not gigabytes.
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    const stood = sent;
    socket.resume();
    await until(() => sent > stood + 8 * 1024 * 1024);
    socket.destroy();
  });

  it('settle a write that the other side will never read', async () => {
    const { connection } = await connected();
    const port = await listener((socket) => {
      socket.once('data', () => socket.destroy());
    });
    const socket = await connection.openTcp('127.0.0.1', port);
    socket.resume();
    socket.on('error', () => undefined);
    const writing = new Promise((resolve) => socket.write(Buffer.alloc(16 * 1024 * 1024), resolve));
    await expect(writing).resolves.toBeInstanceOf(Error);
    await until(() => socket.destroyed);
  });
});

describe('a shell', () => {
  it('gives output until its program ends, and passes sizes on', async () => {
    const { connection, web } = await connected();
    const shell = await connection.openShell({ cols: 100, rows: 30 });
    shell.resize(120, 40);
    shell.write('echo one; exit\n');
    let output = '';
    for await (const chunk of shell.output) output += Buffer.from(chunk).toString();
    expect(output).toContain('one');
    expect(web.sizes).toEqual(['100x30', '120x40']);
    shell.write('after the end');
    shell.resize(1, 1);
  });

  it('has a connection of its own, shared with other shells, and only while there is one', async () => {
    const { connection, web } = await connected();
    const [first, second] = await Promise.all([connection.openShell({ cols: 80, rows: 24 }), connection.openShell({ cols: 80, rows: 24 })]);
    expect(web.connections).toBe(2);
    await connection.renew();
    expect(web.connections).toBe(3);
    first.close();
    second.write('echo st""ill; exit\n');
    let output = '';
    for await (const chunk of second.output) output += Buffer.from(chunk).toString();
    expect(output).toContain('still');
    await until(() => web.open === 1);
    const third = await connection.openShell({ cols: 80, rows: 24 });
    expect(web.connections).toBe(4);
    third.close();
    await until(() => web.open === 1);
  });

  it('ends with disconnect()', async () => {
    const { connection, web } = await connected();
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    const reading = (async () => {
      for await (const chunk of shell.output) void chunk;
    })();
    connection.disconnect();
    await expect(reading).rejects.toMatchObject({ code: 'ssh-lost' });
    await until(() => web.open === 0);
  });

  it('closes when its reader leaves', async () => {
    const { connection, web } = await connected();
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    shell.write('yes\n');
    for await (const chunk of shell.output) if (chunk.length > 0) break;
    await until(() => web.sessions.now === 0);
  });
});

describe('loss', () => {
  it('settles everything that waits, and comes back by itself', async () => {
    const { connection, web, phases } = await connected();
    const port = await listener((socket) => socket.pipe(socket));
    const stream = await connection.openTcp('127.0.0.1', port);
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    const broken = once(stream, 'error').then(([error]: unknown[]) => error);
    stream.resume();
    const reading = (async () => {
      for await (const chunk of shell.output) void chunk;
    })();
    // Eight commands and the shell, which has a connection of its own; two more commands wait for a place.
    const running = Array.from({ length: 10 }, () => connection.exec(['sleep', '60']));
    await until(() => web.sessions.now === 9);
    web.cut();
    for (const result of await Promise.allSettled([...running, reading]))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'ssh-lost' } });
    await expect(broken).resolves.toMatchObject({ code: 'ssh-lost' });
    await connection.ready();
    expect((await connection.exec(['echo', 'back'])).stdout).toBe('back\n');
    expect(phases).toEqual(['connecting', 'connected', 'waiting', 'connecting', 'connected']);
  });

  it('is told as one at every moment, also to what is asked between the end of the socket and the word of it', async () => {
    const { connection, web, reached } = await connected();
    const asked: Promise<unknown>[] = [];
    const lost = reached('waiting');
    web.hangUp();
    let isLost = false;
    void lost.then(() => {
      isLost = true;
    });
    while (!isLost) {
      const one = connection.openTcp('127.0.0.1', 1);
      // Looked at below.
      one.catch(() => undefined);
      asked.push(one);
      await new Promise((next) => setImmediate(next));
    }
    const outcomes = await Promise.allSettled(asked);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^(ssh-lost|channel-refused)$/) });
    }
  });

  it('settles a request for a channel that the server never answered', async () => {
    const { connection, web } = await connected({ deaf: true });
    const asked = connection.exec(['true'], { timeoutMs: 0 });
    await until(() => web.sessions.now === 1);
    web.cut();
    await expect(asked).rejects.toMatchObject({ code: 'ssh-lost' });
  });

  it('gives up one such request on abort, without giving up the connection', async () => {
    const { connection, web } = await connected({ deaf: true });
    const stop = new AbortController();
    const asked = connection.exec(['true'], { signal: stop.signal });
    await until(() => web.sessions.now === 1);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    expect(connection.state.phase).toBe('connected');
  });

  it('finds out by connect() that a link is dead, and makes a new one', async () => {
    const { connection, web, reached, phases } = await connected();
    web.freeze();
    connection.connect();
    await reached('waiting');
    await connection.ready();
    expect(web.connections).toBe(2);
    expect(phases.filter((phase) => phase === 'connected')).toHaveLength(2);
  });

  it('leaves a live link alone at connect()', async () => {
    const { connection, web } = await connected();
    connection.connect();
    expect((await connection.exec(['echo', 'still'])).stdout).toBe('still\n');
    expect(web.connections).toBe(1);
  });

  it('tries for ever while nothing listens, says why, and connects when it does', async () => {
    const web = await server();
    const made = connect(web);
    await web.close();
    made.connection.connect();
    const waiting = await made.reached('waiting');
    expect(waiting.reason).toMatchObject({ code: 'ssh-refused', message: expect.stringContaining(`“web1” (127.0.0.1, port ${web.port})`) });
    await expect(made.connection.exec(['true'])).rejects.toMatchObject({ code: 'ssh-refused' });
    await expect(made.connection.ready(undefined, 20)).rejects.toMatchObject({ code: 'ssh-refused' });
    const again = await server({ port: web.port });
    made.target = { ...made.target, hostKey: null };
    // With another host key now: what matters is that it came back to try.
    expect((await made.reached('needs-you')).need.kind).toBe('accept-host-key');
    expect(again.requests).toBe(0);
  });
});

describe('being told', () => {
  it('disconnects: what runs is settled, nothing is tried any more', async () => {
    const { connection, web } = await connected();
    const running = connection.exec(['sleep', '60']);
    await until(() => web.sessions.now === 1);
    connection.disconnect();
    await expect(running).rejects.toMatchObject({ code: 'ssh-lost' });
    expect(connection.state).toEqual({ phase: 'idle' });
    await connection.ready();
    expect(web.connections).toBe(2);
  });

  it('renews: the old link is gone, a new one is ready', async () => {
    const { connection, web } = await connected();
    await connection.renew();
    expect(connection.state.phase).toBe('connected');
    expect(web.connections).toBe(2);
    expect((await connection.exec(['echo', 'new'])).stdout).toBe('new\n');
  });

  it('stops waiting on abort', async () => {
    const web = await server({ authenticate: () => 'later' });
    const made = connect(web);
    const stop = new AbortController();
    const waiting = made.connection.ready(stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('measures the latency', async () => {
    const { connection } = await connected();
    await until(() => connection.state.phase === 'connected' && connection.state.latencyMs !== null);
  });

  it('is silent after it was disposed', async () => {
    const { connection, web, phases } = await connected();
    connection.dispose();
    const before = [...phases];
    connection.connect();
    await expect(connection.exec(['true'])).rejects.toThrow();
    expect(phases).toEqual(before);
    expect(web.connections).toBe(1);
  });

  it('reports a name that does not resolve', async () => {
    const web = await server();
    const made = connect(web, { host: 'no-such-host.invalid' });
    made.connection.connect();
    expect((await made.reached('waiting')).reason).toMatchObject({
      code: 'ssh-unreachable',
      message: expect.stringContaining('no-such-host.invalid'),
    });
  });

  it('reports what is no SSH server', async () => {
    const port = await listener((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const web = await server();
    const made = connect({ port, hostKey: web.hostKey });
    made.connection.connect();
    expect((await made.reached('waiting')).reason.code).toBe('ssh-refused');
  });
});
