import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from './base/log.ts';
import { ExpectedError, noChoices } from './contract/index.ts';
import { createServices, type Services } from './services.ts';
import { openConfBackend } from './store/conf-backend.ts';
import { commandLineVault } from './store/no-vault.ts';
import { openStore } from './store/settings-store.ts';

let home: string;
let services: Services;
let server: string;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'longshore-services-'));
  const store = await openStore({ folder: home, openBackend: openConfBackend, logger: silentLogger });
  services = createServices({ home, store, vault: commandLineVault, logger: silentLogger });
  const profile = await services.servers.add({
    name: 'one',
    host: '127.0.0.1',
    port: 1,
    user: 'root',
    authentication: { kind: 'agent' },
    hostKey: null,
  });
  server = profile.id;
});
afterEach(() => {
  services.dispose();
  rmSync(home, { recursive: true, force: true });
});

/** Stands in for the server: a removal does nothing there but end so. */
function letRemovalsEnd(run: () => Promise<void>): void {
  const start = services.jobs.start.bind(services.jobs);
  vi.spyOn(services.jobs, 'start').mockImplementation((job) => start({ ...job, run }));
}

describe('the removal of an app', () => {
  const target = () => ({ server, app: 'blog' });
  const chosen = { include: ['.env'], exclude: ['/docs/'] };

  it('forgets which of its files were chosen to be sent', async () => {
    await services.choices.set(target(), home, chosen);
    letRemovalsEnd(async () => undefined);
    await services.jobs.finished(services.deploys.remove(server, 'blog'));
    await vi.waitFor(() => expect(services.choices.of(target(), home)).toEqual(noChoices), { timeout: 20_000 });
  });

  it('forgets nothing where it fails', async () => {
    await services.choices.set(target(), home, chosen);
    letRemovalsEnd(async () => {
      throw new ExpectedError('ssh-lost', 'It is gone.');
    });
    await services.jobs.finished(services.deploys.remove(server, 'blog'));
    // What would be forgotten is written in the order in which it was asked for: a choice that comes after it comes last.
    await services.choices.set({ server, app: 'other' }, home, noChoices);
    expect(services.choices.of(target(), home)).toEqual(chosen);
  });
});
