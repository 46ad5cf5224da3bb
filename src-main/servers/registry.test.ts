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
  store = cleanUp.add(await openStore({ folder, openBackend: openConfBackend, logger: silentLogger }));
});
afterEach(async () => {
  cleanUp.dispose();
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

let disposedClients = 0;
function registry(vault: Vault = noVault('none here'), on: Store = store): ServerRegistry {
  return cleanUp.add(
    new ServerRegistry({
      store: on,
      vault,
      logger: silentLogger,
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
    vault.kept.set(`password:${id}`, 'wrong');
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
