import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { ExpectedError, type ServerProfile } from '../contract/index.ts';
import { openConfBackend } from './conf-backend.ts';
import { readSettings } from './settings-document.ts';
import { openStore } from './settings-store.ts';
import type { Store } from './types.ts';

let folder: string;
const open: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-store-'));
});
afterEach(() => {
  for (const store of open.splice(0)) store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function start(at: string = folder): Promise<Store> {
  const store = await openStore({ folder: at, openBackend: openConfBackend, logger: silentLogger });
  open.push(store);
  return store;
}

const file = (): string => join(folder, 'settings.json');
const copy = (): string => join(folder, 'settings.json.bak');

function profile(id: string): ServerProfile {
  return {
    id,
    name: id,
    host: '192.0.2.7',
    port: 22,
    user: 'root',
    authentication: { kind: 'agent' },
    hostKey: null,
    addedAt: 1,
  };
}

async function withServers(...ids: string[]): Promise<Store> {
  const store = await start();
  await store.updateServers((servers) => [...servers, ...ids.map(profile)]);
  return store;
}

const ids = (store: Store): string[] => store.servers().map(({ id }) => id);

describe('keeping', () => {
  it('makes a value of the present one without losing what another wrote in between, and tells', async () => {
    const [one, other] = [await start(), await start()];
    const stores = [one, other];
    let told = 0;
    const listening = stores.map((store) =>
      store.onValues(() => {
        told++;
      }),
    );
    const add = (name: string) => (value: unknown) => [...(Array.isArray(value) ? value : []), name];
    await Promise.all(stores.flatMap((store, which) => ['a', 'b', 'c'].map((name) => store.update('list', add(`${name}${which}`)))));
    expect((one.get('list') as string[]).sort()).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1']);
    expect(told).toBeGreaterThanOrEqual(2);
    await one.update('list', () => undefined);
    expect(other.get('list')).toBeUndefined();
    for (const each of listening) each.dispose();
  });

  it('gives back after a restart what was written', async () => {
    const store = await withServers('harbor');
    await store.setPreferences({ ...store.preferences(), theme: 'dark' });
    await store.set('a.dotted/key', { width: 1280 });
    const again = await start();
    expect(again.servers()).toEqual([profile('harbor')]);
    expect(again.preferences().theme).toBe('dark');
    expect(again.get('a.dotted/key')).toEqual({ width: 1280 });
    expect(again.get('toString')).toBeUndefined();
    expect(again.recovered).toEqual([]);
  });

  it('forgets a value that is set to undefined', async () => {
    const store = await start();
    await store.set('k', 1);
    await store.set('k', undefined);
    expect((await start()).get('k')).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('is readable for its user alone (modes, which Windows has not)', async () => {
    const store = await start(join(folder, 'new', 'home'));
    await store.set('k', 1);
    const home = join(folder, 'new', 'home');
    expect(statSync(home).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(home)) expect([name, statSync(join(home, name)).mode & 0o777]).toEqual([name, 0o600]);
    chmodSync(home, 0o755);
    await start(home);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.platform === 'win32')("leaves the mode of somebody else's folder alone (modes, which Windows has not)", async () => {
    mkdirSync(join(folder, 'shared'), { mode: 0o755 });
    await start(join(folder, 'shared'));
    expect(statSync(join(folder, 'shared')).mode & 0o777).toBe(0o755);
  });

  it('does not write when nothing changes', async () => {
    const store = await withServers('harbor');
    const before = statSync(file(), { bigint: true });
    await store.updateServers((servers) => [...servers]);
    await store.setPreferences(store.preferences());
    const after = statSync(file(), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  it('loses none of many changes made at once', async () => {
    const [one, two] = [await start(), await start()];
    const names = Array.from({ length: 40 }, (_, index) => `s${index}`);
    await Promise.all(names.map((id, index) => (index % 2 ? one : two).updateServers((servers) => [...servers, profile(id)])));
    expect(ids(one).sort()).toEqual([...names].sort());
    expect(ids(two).sort()).toEqual([...names].sort());
  });

  it('shows what another process wrote at the next read', async () => {
    const [one, two] = [await start(), await start()];
    await one.updateServers(() => [profile('harbor')]);
    expect(ids(two)).toEqual(['harbor']);
  });

  it('tells its listeners of a change, once, and of no other', async () => {
    const store = await start();
    const heard: unknown[] = [];
    store.onServers((servers) => heard.push(servers.map(({ id }) => id)));
    store.onPreferences(({ theme }) => heard.push(theme));
    await store.updateServers(() => [profile('harbor')]);
    await store.set('k', 1);
    await store.setPreferences({ ...store.preferences(), theme: 'light' });
    expect(heard).toEqual([['harbor'], 'light']);
  });

  it('keeps fields that it does not know', async () => {
    await withServers('harbor');
    const document = JSON.parse(readFileSync(file(), 'utf8'));
    document.servers[0].colour = 'green';
    document.preferences.logs.density = 'tight';
    document.later = { x: 1 };
    writeFileSync(file(), JSON.stringify(document));
    const store = await start();
    await store.setPreferences({
      theme: 'dark',
      logs: { wrap: false, timestamps: true },
      terminal: { fontSize: 14, copyOnSelect: false },
      keepReleases: 3,
    });
    await store.updateServers((servers) => servers.map((server) => ({ ...server, port: 2222 })));
    const after = JSON.parse(readFileSync(file(), 'utf8'));
    expect(after).toMatchObject({
      later: { x: 1 },
      servers: [{ colour: 'green', port: 2222 }],
      preferences: { theme: 'dark', logs: { density: 'tight', wrap: false } },
    });
  });

  it('refuses a change that would make the file invalid, and writes nothing', async () => {
    const store = await withServers('harbor');
    await expect(store.updateServers((servers) => servers.map((server) => ({ ...server, port: 99_999 })))).rejects.toThrow(
      'between 1 and 65535',
    );
    expect((await start()).servers()).toEqual([profile('harbor')]);
  });

  it('hands on what a change throws, and lets go of its lock', async () => {
    const store = await start();
    await expect(
      store.updateServers(() => {
        throw new ExpectedError('name-taken', 'There is a server of that name.');
      }),
    ).rejects.toThrow('There is a server of that name.');
    await store.set('k', 1);
    expect(readdirSync(folder).sort()).toEqual(['settings.json', 'settings.json.bak']);
  });
});

describe('repairing', () => {
  /** Every way in which a file is found after a crash, a full disk or an editor; none may lose a server while the copy is good. */
  async function damages(): Promise<string[]> {
    await withServers('harbor', 'quay');
    const good = readFileSync(file(), 'utf8');
    // Every length is broken; so each is judged, and some of them are repaired for real.
    const cuts = Array.from({ length: good.trimEnd().length }, (_, length) => good.slice(0, length));
    expect(cuts.filter((cut) => readSettings(cut).kind !== 'broken')).toEqual([]);
    return [
      ...cuts.filter((cut) => cut.length % 41 === 0),
      '\0'.repeat(good.length),
      'null',
      '[]',
      '"x"',
      '{"version":"one"}',
      good.replace('"servers"', '"savers"'),
      `${good}x`,
    ];
  }

  it('restores everything from the last good copy whatever happened to the file, keeps the broken one, and says so', async () => {
    for (const damage of await damages()) {
      const good = readFileSync(copy(), 'utf8');
      writeFileSync(file(), damage);
      const store = await start();
      expect([damage.length, ids(store)]).toEqual([damage.length, ['harbor', 'quay']]);
      expect(store.recovered).toHaveLength(1);
      expect(store.recovered[0]).toMatch(
        /^settings\.json was broken \(.+\) and is kept as settings\.json\.broken-.+: 2 servers and the preferences were restored from the last good copy\.$/,
      );
      expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual(JSON.parse(good));
      const kept = readdirSync(folder).filter((name) => name.includes('.broken-'));
      expect(kept.map((name) => readFileSync(join(folder, name), 'utf8'))).toContain(damage);
      for (const name of kept) rmSync(join(folder, name));
    }
  });

  it('restores a file that is gone', async () => {
    await withServers('harbor');
    rmSync(file());
    const store = await start();
    expect(ids(store)).toEqual(['harbor']);
    expect(store.recovered).toEqual(['settings.json was missing: 1 server and the preferences were restored from the last good copy.']);
  });

  it('keeps what is sound when the copy is broken too', async () => {
    await withServers('harbor', 'quay');
    const document = JSON.parse(readFileSync(file(), 'utf8'));
    document.servers[0].port = 'twenty-two';
    writeFileSync(file(), JSON.stringify(document));
    writeFileSync(copy(), '');
    const store = await start();
    expect(ids(store)).toEqual(['quay']);
    expect(store.recovered[0]).toContain('what was sound in it, 1 server and the preferences, was kept');
    expect((await start()).recovered).toEqual([]);
  });

  it('starts empty, and says so, when nothing can be read', async () => {
    await withServers('harbor');
    writeFileSync(file(), 'x');
    writeFileSync(copy(), 'y');
    const store = await start();
    expect(ids(store)).toEqual([]);
    expect(store.recovered[0]).toContain('there was no good copy, so Longshore starts with empty settings');
  });

  it('never makes a broken file the copy', async () => {
    const store = await withServers('harbor');
    writeFileSync(file(), '{');
    expect(ids(store)).toEqual(['harbor']);
    await store.set('k', 1);
    expect(JSON.parse(readFileSync(copy(), 'utf8'))).toMatchObject({ servers: [{ id: 'harbor' }], values: { k: 1 } });
    expect(store.recovered).toHaveLength(1);
  });

  it('removes what a killed writer left', async () => {
    await withServers('harbor');
    writeFileSync(join(folder, 'settings.json.tmp-1234567890abcdef'), 'half');
    await start();
    expect(readdirSync(folder).sort()).toEqual(['settings.json', 'settings.json.bak']);
  });

  it('reads what a newer Longshore wrote and changes nothing of it', async () => {
    await withServers('harbor');
    const newer = JSON.stringify({ ...JSON.parse(readFileSync(file(), 'utf8')), version: 2, somethingNew: true });
    writeFileSync(file(), newer);
    const store = await start();
    expect(ids(store)).toEqual(['harbor']);
    expect(store.recovered).toEqual([
      'The settings were written by a newer Longshore (format 2, this one knows 1): they are read, and nothing is changed until it is updated.',
    ]);
    await expect(store.set('k', 1)).rejects.toMatchObject({ code: 'store-failed', next: 'Update Longshore on this computer.' });
    expect(readFileSync(file(), 'utf8')).toBe(newer);
  });
});

describe('refusing', () => {
  it('says which folder cannot be used and why', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    await expect(start(join(folder, 'a-file'))).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining(join(folder, 'a-file')),
      next: expect.stringContaining('LONGSHORE_HOME'),
    });
  });

  it('takes over the lock of a process that ended, not of one that lives', async () => {
    const store = await withServers('harbor');
    const lock = join(folder, 'settings.json.lock');
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, start: 'x', host: (await import('node:os')).hostname(), token: 't' }));
    await store.set('k', 1);
    // A number that was given to another process since.
    writeFileSync(lock, JSON.stringify({ pid: process.pid, start: 'earlier', host: (await import('node:os')).hostname(), token: 't' }));
    await store.set('k', 2);
    // What a crash between creating and filling the lock leaves.
    writeFileSync(lock, '');
    utimesSync(lock, new Date(0), new Date(0));
    await store.set('k', 3);
    expect(store.get('k')).toBe(3);
    expect(readdirSync(folder).sort()).toEqual(['settings.json', 'settings.json.bak']);
  });
});
