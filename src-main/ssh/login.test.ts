import { execFileSync, spawn } from 'node:child_process';
import type { AuthContext } from 'ssh2';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { poll } from '../base/wait.ts';
import { readHostKey } from './host-key.ts';
import { offeredHostKey } from './offered-host-key.ts';
import { keyFiles, testBed } from './test-connection.ts';
import { holdsKey, newKey, parsed } from './test-server.ts';

const files = keyFiles();
afterAll(() => files.remove());

const bed = testBed();
const { server, connect } = bed;
afterEach(bed.empty);

const rightPassword = (context: AuthContext): true | { left: AuthContext['method'][] } =>
  context.method === 'password' && context.password === 'right' ? true : { left: ['password'] };

describe('host keys', () => {
  it('sends no authentication request of any kind to an unknown host, and says what it offered', async () => {
    const web = await server();
    const { connection, asked, reached } = connect(web, { hostKey: null });
    connection.connect();
    const state = await reached('needs-you');
    expect(state.need).toEqual({ kind: 'accept-host-key', offered: readHostKey(web.hostKey.getPublicSSH()) });
    expect(state.reason.code).toBe('host-key-unknown');
    await expect(connection.ready()).rejects.toMatchObject({ code: 'host-key-unknown' });
    await expect(connection.exec(['true'])).rejects.toMatchObject({ code: 'host-key-unknown' });
    expect(web.requests).toBe(0);
    expect(asked).toEqual([]);
  });

  it('stops hard at a changed key, and goes on once the new one is the pinned one', async () => {
    const web = await server({ authenticate: rightPassword });
    const pinned = readHostKey(parsed(newKey().private).getPublicSSH());
    const made = connect(web, { hostKey: pinned });
    made.connection.connect();
    const state = await made.reached('needs-you');
    const offered = readHostKey(web.hostKey.getPublicSSH());
    expect(state.need).toEqual({ kind: 'host-key-changed', pinned, offered });
    expect(state.reason.code).toBe('host-key-changed');
    expect(web.requests).toBe(0);
    made.target = { ...made.target, hostKey: offered };
    made.connection.connect();
    await made.connection.ready();
    expect(web.logins).toEqual(['password:deploy']);
  });

  it('asks for the pinned type first: a second host key is no changed one', async () => {
    const rsa = newKey('rsa').private;
    const web = await server({ hostKeys: [newKey().private, rsa] });
    const { connection } = connect(web, { hostKey: readHostKey(parsed(rsa).getPublicSSH()) });
    await connection.ready();
  });

  it('can be asked for without logging in', async () => {
    const web = await server();
    await expect(offeredHostKey('127.0.0.1', web.port)).resolves.toEqual(readHostKey(web.hostKey.getPublicSSH()));
    expect(web.requests).toBe(0);
  });
});

describe('keys', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('logs in by an %s key file', async (type) => {
    const key = newKey(type);
    const web = await server({ authenticate: (context) => (holdsKey(context, parsed(key.public)) ? true : { left: ['publickey'] }) });
    const { connection, asked } = connect(web, { authentication: { kind: 'key', identityFile: files.write(type, key.private) } });
    await connection.ready();
    expect(asked).toEqual([]);
  });

  it('asks for the passphrase of an encrypted key, again after a wrong one, and only then logs in', async () => {
    const key = newKey('ed25519', 'sesame');
    const web = await server({ authenticate: (context) => (holdsKey(context, parsed(key.public)) ? true : { left: ['publickey'] }) });
    const identityFile = files.write('locked', key.private);
    const made = connect(web, { authentication: { kind: 'key', identityFile } });
    made.connection.connect();
    const first = await made.reached('needs-you');
    expect(first.need).toEqual({ kind: 'passphrase', identityFile });
    expect(first.reason.code).toBe('passphrase-needed');

    made.secrets.set('passphrase', 'simsalabim');
    made.connection.connect();
    const second = await made.reached('needs-you');
    expect(second.reason.code).toBe('authentication-failed');
    expect(made.refused).toEqual(['passphrase']);
    expect(web.logins).toEqual([]);

    made.secrets.set('passphrase', 'sesame');
    made.connection.connect();
    await made.connection.ready();
  });

  it('says that a key was refused, and does not try for ever', async () => {
    const web = await server({ authenticate: () => ({ left: ['publickey'] }) });
    const { connection, reached, phases } = connect(web, {
      authentication: { kind: 'key', identityFile: files.write('refused', newKey().private) },
    });
    connection.connect();
    const state = await reached('needs-you');
    expect(state.need).toEqual({ kind: 'authentication' });
    expect(state.reason).toMatchObject({ code: 'authentication-failed', message: expect.stringContaining('did not accept the key') });
    expect(web.logins).toEqual(['publickey:deploy']);
    expect(phases).toEqual(['connecting', 'needs-you']);
  });

  it('names a key file that is not there', async () => {
    const web = await server({ authenticate: () => ({ left: ['publickey'] }) });
    const { connection, reached } = connect(web, { authentication: { kind: 'key', identityFile: '/nowhere/id' } });
    connection.connect();
    expect((await reached('needs-you')).reason).toMatchObject({ code: 'file-unreadable', message: expect.stringContaining('/nowhere/id') });
  });

  it('does not send a password where a key was asked for', async () => {
    const web = await server({ authenticate: () => ({ left: ['password'] }) });
    const { connection, reached, asked } = connect(web, {
      authentication: { kind: 'key', identityFile: files.write('unwanted', newKey().private) },
    });
    connection.connect();
    expect((await reached('needs-you')).reason.message).toContain('does not let a key in');
    expect(asked).toEqual([]);
    expect(web.logins).toEqual([]);
  });
});

describe('the agent', () => {
  async function agentWith(...keys: string[]): Promise<string> {
    const socket = `${files.write(`agent-${Math.random().toString(36).slice(2)}`, '')}.sock`;
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    bed.add({ dispose: () => agent.kill() });
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    for (const [at, key] of keys.entries()) {
      const file = files.write(`for-agent-${at}`, key);
      await poll(
        () => {
          try {
            execFileSync('ssh-add', ['-q', file], { env, stdio: 'pipe' });
            return true;
          } catch {
            return undefined;
          }
        },
        { everyMs: 20, withinMs: 5_000 },
      );
    }
    return socket;
  }

  it('logs in by the key that the server knows, whichever it is', async () => {
    const [first, second] = [newKey(), newKey('rsa')];
    const web = await server({ authenticate: (context) => (holdsKey(context, parsed(second.public)) ? true : { left: ['publickey'] }) });
    const { connection } = connect(web, { authentication: { kind: 'agent' } }, await agentWith(first.private, second.private));
    await connection.ready();
  });

  it('says that no key of it was accepted', async () => {
    const web = await server({ authenticate: () => ({ left: ['publickey'] }) });
    const { connection, reached } = connect(web, { authentication: { kind: 'agent' } }, await agentWith(newKey().private));
    connection.connect();
    expect((await reached('needs-you')).reason.message).toContain('any key of the SSH agent');
  });

  it('says that it is not there', async () => {
    const web = await server({ authenticate: () => ({ left: ['publickey'] }) });
    const without = connect(web, { authentication: { kind: 'agent' } });
    without.connection.connect();
    expect((await without.reached('needs-you')).reason.message).toContain('No SSH agent runs');
    const gone = connect(web, { authentication: { kind: 'agent' } }, '/nowhere/agent.sock');
    gone.connection.connect();
    expect((await gone.reached('needs-you')).reason.code).toBe('authentication-failed');
  });
});

describe('passwords', () => {
  it('asks, sends each one once, and logs in by the right one', async () => {
    const web = await server({ authenticate: rightPassword });
    const made = connect(web);
    made.secrets.clear();
    made.connection.connect();
    expect((await made.reached('needs-you')).reason.code).toBe('password-needed');
    expect(web.logins).toEqual([]);

    made.secrets.set('password', 'wrong');
    made.connection.connect();
    const state = await made.reached('needs-you');
    expect(state.need).toEqual({ kind: 'password' });
    expect(state.reason.code).toBe('authentication-failed');
    expect(web.logins).toEqual(['password:deploy']);
    expect(made.refused).toEqual(['password']);

    made.secrets.set('password', 'right');
    made.connection.connect();
    await made.connection.ready();
    expect(web.logins).toHaveLength(2);
  });

  it('answers a single hidden prompt with the password', async () => {
    const web = await server({
      authenticate: (context) => {
        if (context.method !== 'keyboard-interactive') return { left: ['keyboard-interactive'] };
        context.prompt([{ prompt: 'Passwort: ', echo: false }], (answers) =>
          answers[0] === 'right' ? context.accept() : context.reject(['keyboard-interactive']),
        );
        return 'later';
      },
    });
    await connect(web).connection.ready();
  });

  it('does not give the password away for a one-time code', async () => {
    const seen: string[] = [];
    const web = await server({
      authenticate: (context) => {
        if (context.method !== 'keyboard-interactive') return { left: ['keyboard-interactive'] };
        context.prompt([{ prompt: 'Verification code:\u001b[31m ', echo: false }], (answers) => {
          seen.push(...answers);
          context.reject(['keyboard-interactive']);
        });
        return 'later';
      },
    });
    const { connection, reached } = connect(web);
    connection.connect();
    const { reason, need } = await reached('needs-you');
    expect(need.kind).toBe('authentication');
    expect(reason.message).toContain('more than a password');
    expect(reason.detail).toBe('The server asked: Verification code: [31m');
    expect(seen).toEqual(['']);
  });

  it('gives a password after a key where the server wants both', async () => {
    const key = newKey();
    const web = await server({
      authenticate: (context) => {
        if (context.method === 'password') return context.password === 'right' ? true : { left: ['password'] };
        if (!holdsKey(context, parsed(key.public))) return { left: ['publickey'] };
        // Signed: the first factor counts.
        return context.method === 'publickey' && context.signature ? { left: ['password'], partial: true } : true;
      },
    });
    const { connection } = connect(web, { authentication: { kind: 'key', identityFile: files.write('both', key.private) } });
    await connection.ready();
    expect(web.logins.at(-1)).toBe('password:deploy');
  });

  it('tries a login that worked before once more, then asks', async () => {
    let open = true;
    const web = await server({ authenticate: (context) => (open ? rightPassword(context) : { left: ['password'] }) });
    const made = connect(web);
    await made.connection.ready();
    open = false;
    web.cut();
    // Past the pause after the loss.
    const refused = await poll(
      () => (made.connection.state.phase === 'waiting' && made.connection.state.reason.code === 'authentication-failed' ? true : undefined),
      {
        everyMs: 10,
        withinMs: 10_000,
      },
    );
    expect(refused).toBe(true);
    expect(made.refused).toEqual([]);
    made.connection.connect();
    expect((await made.reached('needs-you')).need).toEqual({ kind: 'password' });
    expect(web.logins).toHaveLength(3);
  });
});
