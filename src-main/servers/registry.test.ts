import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DisposableStore } from '../base/disposable.ts';
import { silentLogger } from '../base/log.ts';
import { poll } from '../base/wait.ts';
import type { ConnectionState } from '../contract/index.ts';
import { createDocker } from '../docker/index.ts';
import { createEdge } from '../edge/index.ts';
import { readHostKey } from '../ssh/host-key.ts';
import { type AuthContext, newKey, parsed, startTestServer, type TestServer } from '../ssh/test-server.ts';
import { openConfBackend } from '../store/conf-backend.ts';
import { noVault } from '../store/no-vault.ts';
import { openStore } from '../store/settings-store.ts';
import type { Store, Vault } from '../store/types.ts';
import { readPinHistory } from './pin-history.ts';
import { ServerRegistry } from './registry.ts';
import type { NewServer, ServerSession } from './types.ts';

/** Stands in for the operating system's secret store, which a test cannot have: what it keeps is in memory. */
class MemoryVault implements Vault {
  readonly available = true;
  readonly reason = null;
  readonly kept = new Map<string, string>();
  get = async (key: string): Promise<string | null> => this.kept.get(key) ?? null;
  set = async (key: string, value: string): Promise<boolean> => Boolean(this.kept.set(key, value));
  delete = async (key: string): Promise<void> => void this.kept.delete(key);
}

let folder: string;
let store: Store;
let cleanUp: DisposableStore;
let servers: TestServer[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-registry-'));
  cleanUp = new DisposableStore();
  servers = [];
  running = undefined;
  store = cleanUp.add(await openStore({ folder, openBackend: openConfBackend, logger: silentLogger }));
});
afterEach(async () => {
  cleanUp.dispose();
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

let disposedClients = 0;
/** What a test says that runs on a server. */
let running: string | undefined;
function registry(vault: Vault = noVault('none here'), on: Store = store): ServerRegistry {
  return cleanUp.add(
    new ServerRegistry({
      store: on,
      vault,
      logger: silentLogger,
      jobOn: () => running,
      makeClients: (_profile, connection) => {
        const docker = createDocker(connection);
        const dispose = (): void => {
          disposedClients += 1;
        };
        return { docker, edge: createEdge({ docker, connection }), dispose };
      },
    }),
  );
}

const passwordIsRight = (context: AuthContext): true | { left: AuthContext['method'][] } =>
  context.method === 'password' && context.password === 'right' ? true : { left: ['password'] };

async function sshServer(...options: Parameters<typeof startTestServer>): Promise<TestServer> {
  const server = await startTestServer(...options);
  servers.push(server);
  return server;
}

function newServer(name: string, server?: TestServer, change: Partial<NewServer> = {}): NewServer {
  return {
    name,
    host: '127.0.0.1',
    port: server?.port ?? 22,
    user: 'deploy',
    authentication: { kind: 'password' },
    hostKey: null,
    ...change,
  };
}

async function reached<P extends ConnectionState['phase']>(
  { connection }: ServerSession,
  phase: P,
): Promise<Extract<ConnectionState, { phase: P }>> {
  const found = await poll(() => (connection.state.phase === phase ? connection.state : undefined), { everyMs: 5, withinMs: 10_000 });
  if (!found) throw new Error(`It did not come to ${phase}, but is ${JSON.stringify(connection.state)}`);
  return found as Extract<ConnectionState, { phase: P }>;
}

describe('profiles', () => {
  it('are added under a name of their own, found by name or id, and kept', async () => {
    const known = registry();
    const profile = await known.add(newServer('web1'));
    await expect(known.add(newServer('WEB1'))).rejects.toMatchObject({ code: 'name-taken' });
    await expect(known.add(newServer('no spaces'))).rejects.toMatchObject({ code: 'invalid-input' });
    expect(known.find('Web1')?.profile).toEqual(profile);
    expect(known.find(profile.id)).toBe(known.session(profile.id));
    expect(known.find('web2')).toBeUndefined();
    expect(() => known.session('nobody')).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(
      registry()
        .list()
        .map((session) => session.profile),
    ).toEqual([profile]);
  });

  it('of one name cannot be added by two processes at once', async () => {
    const other = cleanUp.add(await openStore({ folder, openBackend: openConfBackend, logger: silentLogger }));
    const results = await Promise.allSettled([registry().add(newServer('web1')), registry(noVault(''), other).add(newServer('web1'))]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(store.servers()).toHaveLength(1);
  });

  it('keep one session each, until they are removed; that ends the connection and what was built on it', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const known = registry();
    let changes = 0;
    known.onChange(() => {
      changes += 1;
    });
    const { id } = await known.add(newServer('web1', web, { hostKey: readHostKey(web.hostKey.getPublicSSH()) }));
    expect(changes).toBe(1);
    const session = known.session(id);
    await known.giveSecret(id, 'password', 'right', false);
    await session.connection.ready();
    expect(changes).toBeGreaterThan(1);
    expect(known.session(id)).toBe(session);
    const running = session.connection.exec(['sleep', '60']);
    await poll(() => (web.sessions.now === 1 ? true : undefined), { everyMs: 5, withinMs: 5_000 });
    const before = disposedClients;
    await known.remove(id);
    await expect(running).rejects.toMatchObject({ code: 'ssh-lost' });
    expect(disposedClients).toBe(before + 1);
    expect(known.list()).toEqual([]);
    expect(store.servers()).toEqual([]);
  });
});

describe('host keys', () => {
  it('are pinned when accepted, and only the one that was offered', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const known = registry();
    const { id } = await known.add(newServer('web1', web));
    await known.giveSecret(id, 'password', 'right', false);
    const session = known.session(id);
    const offered = readHostKey(web.hostKey.getPublicSSH());
    await expect(known.acceptHostKey(id, offered.fingerprint)).rejects.toMatchObject({ code: 'invalid-input' });
    session.connection.connect();
    await reached(session, 'needs-you');
    const other = readHostKey(parsed(newKey().private).getPublicSSH());
    await expect(known.acceptHostKey(id, other.fingerprint)).rejects.toMatchObject({ code: 'host-key-changed' });
    expect(session.profile.hostKey).toBeNull();
    await known.acceptHostKey(id, offered.fingerprint);
    await session.connection.ready();
    expect(session.profile.hostKey).toEqual(offered);
    expect(store.servers()[0]?.hostKey).toEqual(offered);
    expect(readPinHistory(store)).toEqual([]);
  });

  it('that changed want the host typed, and leave the old one in the history', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const pinned = readHostKey(parsed(newKey().private).getPublicSSH());
    const offered = readHostKey(web.hostKey.getPublicSSH());
    const known = registry();
    const { id } = await known.add(newServer('web1', web, { hostKey: pinned }));
    const session = known.session(id);
    session.connection.connect();
    await reached(session, 'needs-you');
    await expect(known.acceptHostKey(id, offered.fingerprint)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(known.acceptHostKey(id, offered.fingerprint, 'web1')).rejects.toMatchObject({ code: 'invalid-input' });
    expect(session.profile.hostKey).toEqual(pinned);
    await known.acceptHostKey(id, offered.fingerprint, ' 127.0.0.1 ');
    expect(session.profile.hostKey).toEqual(offered);
    expect(readPinHistory(store)).toEqual([
      { server: id, host: '127.0.0.1', port: web.port, replaced: pinned, by: offered, at: expect.any(Number) },
    ]);
  });
});

describe('a change', () => {
  const pinOf = (server: TestServer) => readHostKey(server.hostKey.getPublicSSH());

  it('of the name alone leaves session, connection and secrets as they are', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const vault = new MemoryVault();
    const known = registry(vault);
    const { id } = await known.add(newServer('web1', web, { hostKey: pinOf(web) }));
    await known.add(newServer('web2'));
    await known.giveSecret(id, 'password', 'right', true);
    const session = known.session(id);
    await session.connection.ready();
    running = 'Deploy shop to web1';
    await expect(known.edit(id, { name: 'WEB2' })).rejects.toMatchObject({ code: 'name-taken' });
    await expect(known.edit(id, { name: 'no spaces' })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(session.profile.name).toBe('web1');
    const edited = await known.edit(id, { name: 'Web1' });
    expect(edited).toMatchObject({ id, name: 'Web1', hostKey: pinOf(web) });
    expect(known.session(id)).toBe(session);
    expect(session.profile).toEqual(edited);
    expect(session.connection.state.phase).toBe('connected');
    expect(vault.kept.size).toBe(1);
    expect(store.servers().map(({ name }) => name)).toEqual(['Web1', 'web2']);
    await expect(known.edit('nobody', { name: 'x' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('of the user keeps the pin, ends the old connection, logs in anew and never with the former password', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const vault = new MemoryVault();
    const known = registry(vault);
    const { id } = await known.add(newServer('web1', web, { hostKey: pinOf(web) }));
    await known.giveSecret(id, 'password', 'right', true);
    await known.giveSecret(id, 'sudo', 'right', true);
    const former = known.session(id);
    await former.connection.ready();
    const cutOff = former.connection.exec(['sleep', '60']);
    await poll(() => (web.sessions.now === 1 ? true : undefined), { everyMs: 5, withinMs: 5_000 });
    const [disposedBefore, ended] = [disposedClients, expect(cutOff).rejects.toMatchObject({ code: 'ssh-lost' })];

    await known.edit(id, { user: 'root' });
    await ended;
    expect(disposedClients).toBe(disposedBefore + 1);
    expect(vault.kept.size).toBe(0);
    const session = known.session(id);
    expect(session).not.toBe(former);
    expect(session.profile).toMatchObject({ user: 'root', hostKey: pinOf(web) });
    expect((await reached(session, 'needs-you')).need.kind).toBe('password');
    expect(web.logins).toEqual(['password:deploy']);
    await known.giveSecret(id, 'password', 'right', false);
    await session.connection.ready();
    expect(web.logins).toEqual(['password:deploy', 'password:root']);
    // The former session is at an end for good: nothing may go on through it.
    former.connection.connect();
    expect(former.connection.state.phase).toBe('idle');
    await poll(() => (web.open === 1 ? true : undefined), { everyMs: 5, withinMs: 5_000 });
    expect(web.open).toBe(1);
  });

  it('of the address asks for the host key anew and keeps the former pin in the history', async () => {
    const [web, other] = [await sshServer({ authenticate: passwordIsRight }), await sshServer({ authenticate: passwordIsRight })];
    const known = registry();
    const { id } = await known.add(newServer('web1', web, { hostKey: pinOf(web) }));
    await known.giveSecret(id, 'password', 'right', false);
    await known.session(id).connection.ready();
    await known.edit(id, { port: other.port });
    expect(store.servers()[0]).toMatchObject({ id, name: 'web1', port: other.port, hostKey: null });
    expect(readPinHistory(store)).toEqual([
      { server: id, host: '127.0.0.1', port: web.port, replaced: pinOf(web), by: null, at: expect.any(Number) },
    ]);
    const session = known.session(id);
    expect((await reached(session, 'needs-you')).need).toEqual({ kind: 'accept-host-key', offered: pinOf(other) });
    await known.acceptHostKey(id, pinOf(other).fingerprint);
    expect((await reached(session, 'needs-you')).need.kind).toBe('password');
    expect(other.logins).toEqual([]);
    await known.edit(id, { port: web.port, hostKey: pinOf(web) });
    expect(known.session(id).profile.hostKey).toEqual(pinOf(web));
    expect(readPinHistory(store)[1]).toMatchObject({ port: other.port, replaced: pinOf(other), by: pinOf(web) });
  });

  it('leaves unconnected what nobody connected', async () => {
    const web = await sshServer();
    const known = registry();
    const { id } = await known.add(newServer('web1', web));
    await known.edit(id, { user: 'root', authentication: { kind: 'agent' } });
    expect(known.session(id).connection.state).toEqual({ phase: 'idle' });
    expect(web.connections).toBe(0);
  });

  it('of the login waits for a job that it would cut off', async () => {
    const known = registry();
    const { id } = await known.add(newServer('web1'));
    running = 'Deploy shop to web1';
    await expect(known.edit(id, { user: 'root' })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining(running) });
    expect(store.servers()[0]?.user).toBe('deploy');
    running = undefined;
    expect((await known.edit(id, { user: 'root' })).user).toBe('root');
  });

  it('and forgetting the server waits for a job on it', async () => {
    const known = registry();
    const { id } = await known.add(newServer('web1'));
    running = 'Deploy shop to web1';
    await expect(known.remove(id)).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining(running) });
    expect(store.servers()).toHaveLength(1);
    expect(known.session(id).profile.name).toBe('web1');
    running = undefined;
    await known.remove(id);
    expect(store.servers()).toEqual([]);
  });

  it('by another process is followed, and the vault forgets what no longer serves', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const vault = new MemoryVault();
    const known = registry(vault);
    const { id } = await known.add(newServer('web1', web, { hostKey: pinOf(web) }));
    await known.giveSecret(id, 'password', 'right', true);
    await known.session(id).connection.ready();
    const elsewhere = cleanUp.add(await openStore({ folder, openBackend: openConfBackend, logger: silentLogger }));
    await registry(noVault(''), elsewhere).edit(id, { user: 'root' });
    // Electron's backend watches the file; this one looks at it when it writes.
    await store.set('looked', true);
    expect(known.session(id).profile.user).toBe('root');
    expect((await reached(known.session(id), 'needs-you')).need.kind).toBe('password');
    expect(vault.kept.size).toBe(0);
  });

  it('of the key file forgets its passphrase unless another server uses it', async () => {
    const vault = new MemoryVault();
    const known = registry(vault);
    const key = (identityFile: string) => ({ authentication: { kind: 'key' as const, identityFile } });
    const one = await known.add(newServer('one', undefined, key('/keys/shared')));
    const two = await known.add(newServer('two', undefined, key('/keys/shared')));
    await known.giveSecret(one.id, 'passphrase', 'sesame', true);
    await known.edit(one.id, key('/keys/own'));
    expect([...vault.kept.values()]).toEqual(['sesame']);
    await known.edit(two.id, { authentication: { kind: 'agent' } });
    expect(vault.kept.size).toBe(0);
  });
});

describe('secrets', () => {
  it('given for this session are used at once and written nowhere', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const vault = new MemoryVault();
    const known = registry(vault);
    const { id } = await known.add(newServer('web1', web, { hostKey: readHostKey(web.hostKey.getPublicSSH()) }));
    const session = known.session(id);
    session.connection.connect();
    expect((await reached(session, 'needs-you')).need).toEqual({ kind: 'password' });
    expect(await known.giveSecret(id, 'password', 'right', false)).toBe(false);
    await session.connection.ready();
    expect(vault.kept.size).toBe(0);
  });

  it('remembered come from the vault the next time, and go with the server', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const vault = new MemoryVault();
    const first = registry(vault);
    const { id } = await first.add(newServer('web1', web, { hostKey: readHostKey(web.hostKey.getPublicSSH()) }));
    expect(await first.giveSecret(id, 'password', 'right', true)).toBe(true);
    first.dispose();
    const second = registry(vault);
    await second.session(id).connection.ready();
    await second.remove(id);
    expect(vault.kept.size).toBe(0);
  });

  it('are not remembered without a vault', async () => {
    const known = registry();
    const { id } = await known.add(newServer('web1'));
    expect(await known.giveSecret(id, 'sudo', 'right', true)).toBe(false);
  });

  it('from the vault that are wrong are offered once, not at each try', async () => {
    const web = await sshServer({ authenticate: passwordIsRight });
    const vault = new MemoryVault();
    const known = registry(vault);
    const { id } = await known.add(newServer('web1', web, { hostKey: readHostKey(web.hostKey.getPublicSSH()) }));
    vault.kept.set(`password:${id}:deploy@127.0.0.1:${web.port}`, 'wrong');
    const session = known.session(id);
    for (let round = 0; round < 3; round += 1) {
      session.connection.connect();
      await reached(session, 'needs-you');
    }
    expect(web.logins).toEqual(['password:deploy']);
    await known.giveSecret(id, 'password', 'right', false);
    await session.connection.ready();
  });

  it('open the key file for every server that waits for it', async () => {
    const key = newKey('ed25519', 'sesame');
    const identityFile = join(folder, 'id');
    writeFileSync(identityFile, key.private);
    const strict = await sshServer({ authenticate: (context) => (context.method === 'publickey' ? true : { left: ['publickey'] }) });
    const also = await sshServer({ authenticate: (context) => (context.method === 'publickey' ? true : { left: ['publickey'] }) });
    const known = registry();
    const sessions = await Promise.all(
      [strict, also].map(async (server, at) => {
        const { id } = await known.add(
          newServer(`web${at}`, server, {
            hostKey: readHostKey(server.hostKey.getPublicSSH()),
            authentication: { kind: 'key', identityFile },
          }),
        );
        return known.session(id);
      }),
    );
    for (const session of sessions) {
      session.connection.connect();
      expect((await reached(session, 'needs-you')).need.kind).toBe('passphrase');
    }
    const [first] = sessions;
    if (!first) throw new Error('no session');
    await known.giveSecret(first.profile.id, 'passphrase', 'sesame', false);
    await Promise.all(sessions.map((session) => session.connection.ready()));
  });
});
