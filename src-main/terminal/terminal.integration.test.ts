import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { downServer, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import { createDocker } from '../docker/index.ts';
import { HeldConnection } from '../ssh/index.ts';
import { openTerminal, type Terminal, type TerminalSession, terminalStream } from './index.ts';

/** Terminals on a real server and in real containers, one image with bash and one without. */
const name = 'terminal-it';
let server: PracticeServer;
let connection: HeldConnection;
let session: TerminalSession;
const containers = { withBash: '', withoutBash: '' };
const open: Terminal[] = [];

beforeAll(async () => {
  server = await upServer(name, { docker: true });
  connection = new HeldConnection({
    target: () => ({
      name,
      host: server.host,
      port: server.port,
      user: server.user,
      authentication: { kind: 'key', identityFile: server.identityFile },
      hostKey: { type: 'ssh-ed25519', fingerprint: server.hostKey },
    }),
    secrets: { get: async () => null, refused: () => undefined },
  });
  await connection.ready();
  session = { connection, docker: createDocker(connection) };
  for (const [kind, image] of [
    ['withBash', 'debian:12'],
    ['withoutBash', 'busybox'],
  ] as const) {
    const { code, stdout, stderr } = await connection.exec(['docker', 'run', '-d', '--init', image, 'sleep', '1000000'], {
      timeoutMs: 300_000,
    });
    if (code !== 0) throw new Error(stderr);
    containers[kind] = stdout.trim().split('\n').at(-1) ?? '';
  }
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});
afterAll(async () => {
  connection?.dispose();
  await downServer(name);
});

/** Reads a terminal in the background, as the window does, and lets a test wait for what it shows. */
function watch(output: AsyncIterable<Uint8Array>): {
  readonly text: () => string;
  saw(text: RegExp): Promise<void>;
  readonly ended: Promise<void>;
} {
  let seen = '';
  const ended = (async () => {
    for await (const chunk of output) seen += Buffer.from(chunk).toString();
  })();
  ended.catch(() => undefined);
  return {
    text: () => seen,
    ended,
    saw: async (text) => {
      const found = await poll(() => (text.test(seen) ? true : undefined), { everyMs: 20, withinMs: 15_000 });
      if (!found) throw new Error(`${text} did not come: ${JSON.stringify(seen)}`);
    },
  };
}

async function start(target: Parameters<typeof openTerminal>[1]): Promise<{ readonly terminal: Terminal } & ReturnType<typeof watch>> {
  const terminal = await openTerminal(session, target, { cols: 91, rows: 27 });
  open.push(terminal);
  return { terminal, ...watch(terminal.output) };
}

describe('a terminal in a container', () => {
  it.each([
    ['withBash', 'bash', /in-\/?(usr\/)?bin\/bash/],
    ['withoutBash', 'sh', /in-(\/bin\/)?sh/],
  ] as const)('takes the shell that is there, and says by the title which it is: %s', async (kind, title, shell) => {
    const { terminal, saw, text } = await start({ kind: 'container', container: containers[kind] });
    terminal.write(kind === 'withBash' ? 'echo in-$BASH\n' : 'echo in-$0\n');
    await saw(shell);
    expect(text()).toContain(`\u001b]0;${title}\u0007`);
  });

  it('has its size and kind, and hears of every change in the end', async () => {
    const { terminal, saw } = await start({ kind: 'container', container: containers.withBash });
    terminal.write('stty size; echo TERM=$TERM\n');
    await saw(/27 91/);
    await saw(/TERM=xterm-256color/);
    for (let cols = 92; cols <= 132; cols += 1) terminal.resize(cols, 40);
    terminal.write('until stty size | grep -x "40 132"; do sleep 0.1; done; echo fi""nal\n');
    await saw(/40 132\r\n(.|\r|\n)*final/);
  });

  it('hands Ctrl-C and Ctrl-D to the program, and ends with it', async () => {
    const { terminal, saw, ended } = await start({ kind: 'container', container: containers.withBash });
    terminal.write('echo re""ady; sleep 1000\n');
    await saw(/ready/);
    terminal.write('\u0003');
    terminal.write('echo code-$?\n');
    await saw(/code-130/);
    // Only once cat reads: a character that comes earlier is bash's, whose terminal is in another mode.
    terminal.write("sh -c 'echo wait''ing; cat'\n");
    await saw(/waiting\r\n/);
    terminal.write('typed\n\u0004');
    terminal.write('echo after-c""at\n');
    await saw(/after-cat/);
    terminal.write('\u0004');
    await ended;
    terminal.write('nobody is there any more');
    terminal.resize(10, 10);
  });

  it('closes without an error when it is told to', async () => {
    const { terminal, saw, ended } = await start({ kind: 'container', container: containers.withoutBash });
    terminal.write('echo he""re\n');
    await saw(/here/);
    terminal.close();
    await ended;
  });

  it('says that a container is not there', async () => {
    await expect(openTerminal(session, { kind: 'container', container: 'f'.repeat(64) }, { cols: 80, rows: 24 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('a terminal on the server', () => {
  it('is a login shell there, and ends with exit', async () => {
    const { terminal, saw, ended } = await start({ kind: 'server' });
    terminal.write('echo on-$(hostname); exit\n');
    await saw(new RegExp(`on-${name}`));
    await ended;
  });
});

describe('terminalStream', () => {
  it('keeps what is typed before it is open', async () => {
    const stop = new AbortController();
    const stream = terminalStream(session, { kind: 'container', container: containers.withBash }, { cols: 80, rows: 24 }, stop.signal);
    stream.send({ kind: 'data', data: 'stty size; ' });
    stream.send({ kind: 'resize', size: { cols: 111, rows: 33 } });
    stream.send({ kind: 'data', data: 'sleep 1; stty size; echo ear""ly\n' });
    const { saw, ended } = watch(stream.chunks);
    await saw(/33 111\r\nearly/);
    stream.send({ kind: 'data', data: 'echo la""ter\n' });
    await saw(/later/);
    stop.abort();
    await ended;
  });

  it('ends with an error that says so when the link is lost', async () => {
    const stop = new AbortController();
    const stream = terminalStream(session, { kind: 'server' }, { cols: 80, rows: 24 }, stop.signal);
    const { saw, ended } = watch(stream.chunks);
    stream.send({ kind: 'data', data: 'echo he""re\n' });
    await saw(/here/);
    const inContainer = terminalStream(session, { kind: 'container', container: containers.withBash }, { cols: 80, rows: 24 }, stop.signal);
    const second = watch(inContainer.chunks);
    inContainer.send({ kind: 'data', data: 'echo he""re\n' });
    await second.saw(/here/);
    connection.disconnect();
    await expect(ended).rejects.toMatchObject({ code: 'ssh-lost' });
    await expect(second.ended).rejects.toMatchObject({ code: 'ssh-lost' });
    await connection.ready();
  });
});
