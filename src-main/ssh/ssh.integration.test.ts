import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cutServer, downServer, execOn, healServer, type PracticeServer, rebootServer, upServer } from '../../sandbox/index.ts';
import { DisposableStore } from '../base/disposable.ts';
import { poll } from '../base/wait.ts';
import { connectionTo, keyFiles, type TestConnection } from './test-connection.ts';
import { newKey, parsed } from './test-server.ts';

/** The connection against real OpenSSH, PAM, sudo and a network whose cable can be pulled. */
const name = 'ssh-it';
const files = keyFiles();
let server: PracticeServer;
let cleanUp = new DisposableStore();

beforeAll(async () => {
  server = await upServer(name);
});
afterAll(async () => {
  files.remove();
  await downServer(name);
});
afterEach(() => {
  cleanUp.dispose();
  cleanUp = new DisposableStore();
});

function connect(change: Partial<TestConnection['target']> = {}, agentSocket?: string): TestConnection {
  const anyServer = { port: server.port, hostKey: parsed(newKey().private) };
  const made = connectionTo(
    anyServer,
    {
      name,
      host: server.host,
      user: 'root',
      hostKey: { type: 'ssh-ed25519', fingerprint: server.hostKey },
      authentication: { kind: 'key', identityFile: server.identityFile },
      ...change,
    },
    agentSocket,
  );
  made.secrets.clear();
  cleanUp.add(made.connection);
  return made;
}

function connectAs(user: string): TestConnection {
  const found = server.passwordUsers.find((each) => each.name === user);
  if (!found) throw new Error(`There is no user ${user}`);
  const made = connect({ user, authentication: { kind: 'password' } });
  made.secrets.set('password', found.password);
  return made;
}

describe('login at OpenSSH', () => {
  it('works by key file, and gives the address', async () => {
    const { connection } = connect();
    await connection.ready();
    expect(connection.address).toBe(server.host);
    expect((await connection.exec(['id', '-un'])).stdout).toBe('root\n');
  });

  it('works by password, a wrong one is refused once', async () => {
    const made = connectAs('deploy');
    await made.connection.ready();
    const wrong = connectAs('deploy');
    wrong.secrets.set('password', 'wrong');
    wrong.connection.connect();
    expect((await wrong.reached('needs-you')).reason.code).toBe('authentication-failed');
    expect(wrong.phases).toEqual(['connecting', 'needs-you']);
  });

  it('works by agent', async () => {
    const socket = `${files.write('agent', '')}.sock`;
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    cleanUp.add({ dispose: () => agent.kill() });
    const add = promisify(execFile);
    const added = await poll(
      () =>
        add('ssh-add', ['-q', server.identityFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).then(
          () => true,
          () => undefined,
        ),
      {
        everyMs: 50,
        withinMs: 10_000,
      },
    );
    expect(added).toBe(true);
    await connect({ authentication: { kind: 'agent' } }, socket).connection.ready();
  });

  it('says what to do about an agent with more keys than the server lets try', async () => {
    const socket = `${files.write('full-agent', '')}.sock`;
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    cleanUp.add({ dispose: () => agent.kill() });
    const add = promisify(execFile);
    for (const file of [...Array.from({ length: 8 }, (_, at) => files.write(`full-${at}`, newKey().private)), server.identityFile]) {
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      const added = await poll(
        () =>
          add('ssh-add', ['-q', file], { env }).then(
            () => true,
            () => undefined,
          ),
        { everyMs: 50, withinMs: 10_000 },
      );
      expect(added).toBe(true);
    }
    const made = connect({ authentication: { kind: 'agent' } }, socket);
    made.connection.connect();
    const { reason, need } = await made.reached('needs-you');
    expect(need.kind).toBe('authentication');
    expect(reason).toMatchObject({ code: 'authentication-failed', next: expect.stringContaining('choose the key file') });
  });

  it.each([
    ['ed25519', []],
    ['ecdsa', []],
    ['rsa', ['-b', '3072']],
  ] as const)('works by an encrypted %s key', async (type, more) => {
    const file = `${files.write(`made-${type}`, '')}.key`;
    execFileSync('ssh-keygen', ['-q', '-t', type, ...more, '-N', 'sesame', '-f', file]);
    const publicKey = execFileSync('ssh-keygen', ['-y', '-P', 'sesame', '-f', file]);
    await execOn(name, 'cat >> ~/.ssh/authorized_keys', { input: publicKey });
    const made = connect({ authentication: { kind: 'key', identityFile: file } });
    made.secrets.set('passphrase', 'sesame');
    await made.connection.ready();
  });

  it('sends nothing to a host whose key it does not know', async () => {
    const made = connect({ hostKey: null });
    // OpenSSH writes "authenticating user" or "invalid user" of a connection that asked for authentication in any way.
    const since = (await execOn(name, 'date +%s.%N')).stdout.trim();
    made.connection.connect();
    const { need } = await made.reached('needs-you');
    expect(need).toEqual({ kind: 'accept-host-key', offered: { type: 'ssh-ed25519', fingerprint: server.hostKey } });
    const lines = await poll(
      async () => {
        const { stdout } = await execOn(name, `journalctl -t sshd --no-pager -o cat --since @${since}`);
        const found = stdout.split('\n').filter((line) => line.includes('[preauth]'));
        return found.length > 0 ? found : undefined;
      },
      { everyMs: 200, withinMs: 10_000 },
    );
    expect(lines).toBeDefined();
    expect(lines?.filter((line) => / user /.test(line))).toEqual([]);
  });
});

describe('root by sudo', () => {
  const whoAmI = 'id -un\nprintf "%s|" "$@"\ncat\necho problem >&2\nexit 5';
  const expected = { code: 5, stdout: "root\na b|it's|", stderr: 'problem\n' };

  it('needs none for root', async () => {
    const { connection, asked } = connect();
    expect(await connection.script(whoAmI, ['a b', "it's"], { asRoot: true })).toMatchObject(expected);
    expect(asked).toEqual([]);
  });

  it('asks for no password where sudo does not', async () => {
    const { connection, asked, secrets } = connectAs('deploy');
    await connection.ready();
    secrets.set('sudo', 'echo this must never run');
    expect(await connection.script(whoAmI, ['a b', "it's"], { asRoot: true })).toMatchObject(expected);
    expect(asked).not.toContain('sudo');
  });

  it('gives the password to sudo where it asks, and only the script to the shell', async () => {
    const { connection, secrets } = connectAs('sam');
    await expect(connection.script(whoAmI, [], { asRoot: true })).rejects.toMatchObject({ code: 'password-needed' });
    secrets.set('sudo', 'sam-practice');
    expect(await connection.script(whoAmI, ['a b', "it's"], { asRoot: true })).toMatchObject(expected);
    expect(await connection.script('id -un', [], { asRoot: false })).toMatchObject({ code: 0, stdout: 'sam\n' });
  });

  it('says that the password is wrong, tries it once, and leaves no sudo behind', async () => {
    const { connection, secrets, refused } = connectAs('sam');
    secrets.set('sudo', 'wrong');
    await expect(connection.script(whoAmI, [], { asRoot: true })).rejects.toMatchObject({ code: 'authentication-failed' });
    expect(refused).toEqual(['sudo']);
    const gone = await poll(async () => ((await execOn(name, 'pgrep -x sudo')).code === 1 ? true : undefined), {
      everyMs: 100,
      withinMs: 10_000,
    });
    expect(gone).toBe(true);
  });

  it('says that a user may not be root', async () => {
    const { connection, secrets } = connectAs('visitor');
    secrets.set('sudo', 'visitor-practice');
    await expect(connection.script(whoAmI, [], { asRoot: true })).rejects.toMatchObject({
      code: 'privileges-missing',
      detail: expect.stringMatching(/sudoers|not allowed/),
    });
  });

  it('shows the password to nobody: not in any argument, environment or log of the server', async () => {
    const { connection, secrets } = connectAs('sam');
    secrets.set('sudo', 'sam-practice');
    const watcher = connect();
    await Promise.all([connection.ready(), watcher.connection.ready()]);
    const stop = new AbortController();
    // Reads every process's arguments and environment over and over while sudo is at work.
    const watching = watcher.connection.exec(
      ['sh', '-c', 'while :; do grep -al "sam-practic[e]" /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; done'],
      {
        signal: stop.signal,
        onStdout: (chunk) => seen.push(chunk.toString()),
      },
    );
    const seen: string[] = [];
    for (let round = 0; round < 10; round += 1)
      expect((await connection.script('sleep 0.2; id -u', [], { asRoot: true })).stdout).toBe('0\n');
    stop.abort(new Error('seen enough'));
    await expect(watching).rejects.toThrow('seen enough');
    expect(seen).toEqual([]);
    expect((await watcher.connection.exec(['sh', '-c', 'journalctl --no-pager | grep -c "sam-practic[e]"'])).stdout).toBe('0\n');
  });
});

describe('channels', () => {
  it('wait for a place on a server that allows fewer sessions, and say so when there is none', async () => {
    // A connection keeps the settings that it began with: this one stays the way in.
    const { connection: admin } = connect();
    const setting = async (script: string): Promise<void> => {
      expect((await admin.script(`${script}\nsystemctl reload ssh`, [])).code).toBe(0);
    };
    try {
      await setting('echo MaxSessions 3 > /etc/ssh/sshd_config.d/sessions.conf');
      const { connection } = connect();
      // sshd starts itself anew for that, and listens a moment later.
      await connection.ready();
      const results = await Promise.all(Array.from({ length: 15 }, (_, at) => connection.exec(['sh', '-c', `sleep 0.1; echo ${at}`])));
      expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 15 }, (_, at) => `${at}\n`));
      await setting('echo MaxSessions 0 > /etc/ssh/sshd_config.d/sessions.conf');
      const none = connect();
      await none.connection.ready();
      await expect(none.connection.exec(['true'])).rejects.toMatchObject({
        code: 'channel-refused',
        next: expect.stringContaining('MaxSessions'),
      });
      const socket = await none.connection.openSocket('/run/systemd/journal/stdout');
      socket.destroy();
    } finally {
      await setting('rm /etc/ssh/sshd_config.d/sessions.conf');
    }
  });

  it('run thirty commands at once within MaxSessions, and sockets beside them', async () => {
    const { connection } = connect();
    await connection.ready();
    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 30 }, () => connection.exec(['true'])));
    const running = Promise.all(Array.from({ length: 30 }, (_, at) => connection.exec(['sh', '-c', 'sleep 0.3; echo "$1"', 'x', `${at}`])));
    const sockets = await Promise.all(Array.from({ length: 40 }, () => connection.openSocket('/run/systemd/journal/stdout')));
    expect((await running).map(({ stdout }) => stdout)).toEqual(Array.from({ length: 30 }, (_, at) => `${at}\n`));
    for (const socket of sockets) socket.destroy();
  });

  it('say which socket could not be opened', async () => {
    const { connection } = connect();
    await expect(connection.openSocket('/var/run/no-docker.sock')).rejects.toMatchObject({
      code: 'channel-refused',
      message: expect.stringContaining('/var/run/no-docker.sock'),
    });
    await expect(connection.openTcp('127.0.0.1', 1)).rejects.toMatchObject({ code: 'channel-refused' });
  });

  it('carry bytes unchanged', async () => {
    const { connection } = connect();
    const bytes = randomBytes(24 * 1024 * 1024);
    const { stdout } = await connection.exec(['sha256sum'], { input: bytes });
    expect(stdout).toContain(createHash('sha256').update(bytes).digest('hex'));
  });

  it('hand arguments on to the login shell unchanged', async () => {
    const { connection } = connect();
    const args = ["'", '"', '$HOME', '`id`', '\\', '\n', '!!', '*', '~', 'é漢😀', '', "a'b\\'c"];
    expect((await connection.exec(['printf', '%s\\0', ...args])).stdout.split('\0').slice(0, -1)).toEqual(args);
  });

  it.each(['root', 'deploy'])('end the command of an aborted call of %s on the server', async (user) => {
    const { connection } = user === 'root' ? connect() : connectAs(user);
    const stop = new AbortController();
    const running = connection.exec(['sleep', '7654'], { signal: stop.signal });
    await poll(async () => ((await connection.exec(['pgrep', '-f', 'sleep 765[4]'])).code === 0 ? true : undefined), {
      everyMs: 50,
      withinMs: 10_000,
    });
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    const gone = await poll(async () => ((await connection.exec(['pgrep', '-f', 'sleep 765[4]'])).code === 1 ? true : undefined), {
      everyMs: 100,
      withinMs: 10_000,
    });
    expect(gone).toBe(true);
  });
});

describe('a shell', () => {
  it('is a terminal of the size it was given, and hears of changes, Ctrl-C and Ctrl-D', async () => {
    const { connection } = connect();
    const shell = await connection.openShell({ cols: 101, rows: 31 });
    let output = '';
    const reading = (async () => {
      for await (const chunk of shell.output) output += Buffer.from(chunk).toString();
    })();
    const saw = async (text: RegExp): Promise<void> => {
      const found = await poll(() => (text.test(output) ? true : undefined), { everyMs: 20, withinMs: 15_000 });
      if (!found) throw new Error(`${text} did not come: ${output}`);
    };
    shell.write('stty size; echo TERM=$TERM\n');
    await saw(/31 101/);
    await saw(/TERM=xterm-256color/);
    shell.resize(140, 50);
    shell.write('stty size\n');
    await saw(/50 140/);
    const sleeps = async (code: number): Promise<void> => {
      const found = await poll(async () => ((await connection.exec(['pgrep', '-x', 'sleep'])).code === code ? true : undefined), {
        everyMs: 50,
        withinMs: 10_000,
      });
      if (!found) throw new Error(`pgrep did not end with ${code}: ${output}`);
    };
    shell.write('sleep 1000; echo ended-$?\n');
    // A Ctrl-C that comes before the program began is the shell's own, and ends nothing.
    await sleeps(0);
    shell.write('\u0003');
    await sleeps(1);
    shell.write('echo still-$((40+2))\n');
    await saw(/still-42/);
    shell.write('\u0004');
    await reading;
  });

  it('is stopped when nobody reads it, and lets others through', async () => {
    const { connection } = connect();
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    shell.write('yes\n');
    const reader = shell.output[Symbol.asyncIterator]();
    await reader.next();
    // Nobody reads on. The flood fills its window and stands still; a command is not held up by it.
    for (let round = 0; round < 5; round += 1) expect((await connection.exec(['echo', 'through'])).stdout).toBe('through\n');
    const cpuTicks = async (): Promise<number> =>
      Number((await connection.exec(['sh', '-c', 'awk "{print \\$14+\\$15}" /proc/$(pgrep -x yes)/stat'])).stdout);
    const still = await poll(
      async () => {
        const before = await cpuTicks();
        await connection.exec(['sleep', '0.5']);
        return (await cpuTicks()) === before ? true : undefined;
      },
      { everyMs: 100, withinMs: 20_000 },
    );
    expect(still).toBe(true);
    shell.close();
    const gone = await poll(async () => ((await connection.exec(['pgrep', '-x', 'yes'])).code === 1 ? true : undefined), {
      everyMs: 100,
      withinMs: 10_000,
    });
    expect(gone).toBe(true);
  });
});

describe('a cable pulled', () => {
  it('is noticed within 20 seconds, settles what waits, and the connection comes back by itself', async () => {
    const { connection, reached } = connect();
    await connection.ready();
    const running = connection.exec(['sleep', '600'], { timeoutMs: 0 });
    const shell = await connection.openShell({ cols: 80, rows: 24 });
    const reading = (async () => {
      for await (const chunk of shell.output) void chunk;
    })();
    const results = Promise.allSettled([running, reading]);
    await cutServer(name);
    try {
      const cutAt = Date.now();
      // Asked for while the link is dead but not known to be.
      const late = connection.openTcp('127.0.0.1', 22).catch((error: unknown) => error);
      const noticed = await poll(() => (connection.state.phase === 'connected' ? undefined : Date.now() - cutAt), {
        everyMs: 50,
        withinMs: 60_000,
      });
      expect(noticed).toBeLessThanOrEqual(20_000);
      for (const result of await results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'ssh-lost' } });
      await expect(late).resolves.toMatchObject({ code: 'ssh-lost' });
      await expect(connection.ready(undefined, 1_000)).rejects.toMatchObject({ code: expect.stringMatching(/^ssh-/) });
    } finally {
      await healServer(name);
    }
    await connection.ready();
    expect((await connection.exec(['echo', 'back'])).stdout).toBe('back\n');
    await reached('connected');
  });
});

describe('a reboot', () => {
  it('ends in a connection again, and a new group membership counts after renew()', async () => {
    const { connection, phases } = connectAs('deploy');
    await connection.ready();
    await rebootServer(name);
    await connection.ready(undefined, 60_000);
    expect(phases.filter((phase) => phase === 'connected')).toHaveLength(2);
    const groups = async (): Promise<string> => (await connection.exec(['id', '-nG'])).stdout;
    await connection.script('groupadd -f harbour; usermod -aG harbour deploy', [], { asRoot: true });
    expect(await groups()).not.toContain('harbour');
    await connection.renew();
    expect(await groups()).toContain('harbour');
  });
});
