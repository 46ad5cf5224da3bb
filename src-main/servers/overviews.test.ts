import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DisposableStore, toDisposable } from '../base/disposable.ts';
import { silentLogger } from '../base/log.ts';
import type { AppSummary, ServerFacts } from '../contract/index.ts';
import { createDocker } from '../docker/index.ts';
import { createEdge } from '../edge/index.ts';
import { readHostKey } from '../ssh/host-key.ts';
import { startTestServer } from '../ssh/test-server.ts';
import { openConfBackend } from '../store/conf-backend.ts';
import { noVault } from '../store/no-vault.ts';
import { openStore } from '../store/settings-store.ts';
import { Overviews, untilNextLook } from './overviews.ts';
import { ServerRegistry } from './registry.ts';

const facts: ServerFacts = {
  address: '127.0.0.1',
  system: 'Debian GNU/Linux 12',
  kernel: '6.1',
  cpus: 2,
  memoryBytes: 2 ** 31,
  diskTotalBytes: 2 ** 35,
  diskFreeBytes: 2 ** 34,
  dockerVersion: '29.1',
};
const shop: AppSummary = { name: 'shop', state: 'live', release: 1, replicas: { healthy: 1, wanted: 1 }, hosts: [], https: [] };

it('keeps what was read of a machine through another login, and shows nothing of it at another address', async () => {
  const cleanUp = new DisposableStore();
  const folder = mkdtempSync(join(tmpdir(), 'longshore-overviews-'));
  cleanUp.add(toDisposable(() => rmSync(folder, { recursive: true })));
  const web = await startTestServer();
  try {
    const store = cleanUp.add(await openStore({ folder, openBackend: openConfBackend, logger: silentLogger }));
    const servers = cleanUp.add(
      new ServerRegistry({
        store,
        vault: noVault('none here'),
        logger: silentLogger,
        makeClients: (_profile, connection) => {
          const docker = createDocker(connection);
          return { docker, edge: createEdge({ docker, connection }) };
        },
      }),
    );
    const overviews = cleanUp.add(
      new Overviews(servers, { facts: async () => facts, isSetUp: async () => true, apps: async () => [shop] }, silentLogger),
    );
    const { id } = await servers.add({
      name: 'web1',
      host: '127.0.0.1',
      port: web.port,
      user: 'deploy',
      authentication: { kind: 'password' },
      hostKey: readHostKey(web.hostKey.getPublicSSH()),
    });
    await servers.giveSecret(id, 'password', 'any', false);
    expect(await overviews.refresh(id)).toMatchObject({ setup: 'ready', facts, apps: [shop] });

    await servers.edit(id, { user: 'root' });
    expect(overviews.list()).toMatchObject([{ profile: { user: 'root' }, setup: 'ready', facts, apps: [shop] }]);
    await servers.edit(id, { host: 'localhost' });
    expect(overviews.list()).toMatchObject([{ profile: { host: 'localhost' }, setup: 'unknown', facts: null, apps: [], readAt: null }]);
  } finally {
    cleanUp.dispose();
    await web.close();
  }
});

it('looks again soon while an app is on its way, less and less often when it stays so, and seldom at what is settled', () => {
  expect(untilNextLook([{ state: 'live' }, { state: 'stopped' }], 0)).toBe(60_000);
  expect(untilNextLook([{ state: 'live' }, { state: 'down' }], 0)).toBe(2_000);
  expect(untilNextLook([{ state: 'degraded' }], 3)).toBe(6_750);
  expect(untilNextLook([{ state: 'down' }], 40)).toBe(60_000);
});
