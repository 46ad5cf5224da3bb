/** A server under whose feet things change: its name and port, by the user, and its power, by a reboot. What runs on it stays at hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { downServer, execOn, type PracticeServer, rebootServer, upServer } from '../sandbox/index.ts';
import { expect, test } from './fixtures.ts';
import { defaultHost, fetchThroughEdge, longshoreCommand, rememberServer } from './servers.ts';
import { openApp, openServer, openTab } from './user.ts';

const machine = 'e2e-change';
const site = resolve(import.meta.dirname, 'projects/static-site');
const secondPort = 2222;
/** Nothing listens there. */
const closedPort = 2223;

let server: PracticeServer;

/** Once for both: the server is set up and an app is live on it. */
test.beforeAll(async () => {
  test.setTimeout(300_000);
  server = await upServer(machine, { docker: true, fresh: true });
  const home = await mkdtemp(join(tmpdir(), 'longshore-e2e-set-up-'));
  try {
    await rememberServer(home, server, 'first');
    await longshoreCommand(home, 'servers', 'setup', 'first');
    await longshoreCommand(home, 'deploy', site, '--server', 'first', '--app', 'site', '--watch', '0');
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
test.afterAll(() => downServer(machine));

function entry(page: Page, name: string): Locator {
  return page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name, exact: true });
}

async function expectConnected(page: Page, name: string): Promise<void> {
  await expect(entry(page, name)).toHaveAttribute('aria-description', /^Connected, [\d.]+ m?s$/, { timeout: 60_000 });
}

/** Opens the dialog that changes a server, from its page. */
async function change(page: Page, name: string): Promise<Locator> {
  await openServer(page, name);
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Change…' }).click();
  return page.getByRole('dialog', { name: `Change ${name}` });
}

test('a server gets another name and port in the window, and all of it works on', async ({ home, launch }) => {
  test.setTimeout(300_000);
  await rememberServer(home, server, 'pier');
  await execOn(machine, `printf 'Port 22\\nPort ${secondPort}\\n' > /etc/ssh/sshd_config.d/ports.conf && systemctl restart ssh`);
  const { page } = await launch();
  await expectConnected(page, 'pier');

  // A name alone keeps the connection, with what runs over it.
  await openServer(page, 'pier');
  await openTab(page, 'Terminal');
  const before = page.getByRole('region', { name: 'Terminal in pier' });
  await expect(before).toContainText('#', { timeout: 30_000 });
  await before.click();
  await page.keyboard.type('kept="yes"; set -- $SSH_CONNECTION; echo "port=$4."\n');
  await expect(before).toContainText('port=22.', { timeout: 20_000 });
  let dialog = await change(page, 'pier');
  await dialog.getByLabel('Name').fill('quay');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { level: 1, name: 'quay' })).toBeVisible();
  await expectConnected(page, 'quay');
  await expect(entry(page, 'pier')).toHaveCount(0);
  await openTab(page, 'Terminal');
  const after = page.getByRole('region', { name: 'Terminal in quay' });
  await after.click();
  await page.keyboard.type('echo "kept=$kept."\n');
  await expect(after).toContainText('kept=yes.', { timeout: 20_000 });

  // A port where nobody listens is said, and can be mended.
  dialog = await change(page, 'quay');
  await dialog.getByLabel('SSH address').fill(`root@${server.host}:${closedPort}`);
  await expect(dialog.getByRole('status')).toHaveText(/This may be another machine: its host key is asked for anew/);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`“quay” (${server.host}, port ${closedPort}) refused the connection`).first()).toBeVisible({
    timeout: 30_000,
  });
  await expect(entry(page, 'quay')).toHaveAttribute('aria-description', /^Not reachable/);

  dialog = await change(page, 'quay');
  await dialog.getByRole('button', { name: 'Enter user, host and port one by one' }).click();
  await dialog.getByRole('textbox', { name: 'Port' }).fill(String(secondPort));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: `Is this ${server.host}?` })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(server.hostKey)).toBeVisible();
  await page.getByRole('button', { name: 'Accept and connect' }).click();
  await expectConnected(page, 'quay');
  await expect(page.getByText(`root@${server.host}:${secondPort}`).first()).toBeVisible();

  await openApp(page, 'site');
  await expect(page.getByRole('main').getByText('Live', { exact: true }).first()).toBeVisible();
  await openTab(page, 'Logs');
  const path = '/by-the-second-port';
  await fetchThroughEdge(server, defaultHost('site', server), path);
  await expect(page.getByRole('region', { name: 'Logs of site' })).toContainText(path, { timeout: 20_000 });
  const { servers } = JSON.parse(await longshoreCommand(home, 'servers', 'list', '--json')) as {
    servers: { name: string; port: number }[];
  };
  expect(servers.map(({ name, port }) => ({ name, port }))).toEqual([{ name: 'quay', port: secondPort }]);
});

test('a server that is rebooted while the window shows it comes back by itself, with its app', async ({ home, launch }) => {
  test.setTimeout(300_000);
  await rememberServer(home, server, 'tide');
  const { page } = await launch();
  await expectConnected(page, 'tide');
  await openApp(page, 'site');
  const main = page.getByRole('main');
  await expect(main.getByText('Live', { exact: true }).first()).toBeVisible();
  await openTab(page, 'Logs');
  const log = page.getByRole('region', { name: 'Logs of site' });
  const host = defaultHost('site', server);
  await fetchThroughEdge(server, host, '/?before-the-reboot');
  await expect(log).toContainText('?before-the-reboot', { timeout: 20_000 });

  const rebooted = rebootServer(machine);
  await expect(entry(page, 'tide')).not.toHaveAttribute('aria-description', /^Connected/, { timeout: 40_000 });
  await expect(entry(page, 'site')).toHaveAttribute('aria-description', /^Unknown, seen /);
  await rebooted;

  await expectConnected(page, 'tide');
  await expect(entry(page, 'site')).toHaveAttribute('aria-description', 'Live', { timeout: 60_000 });
  await expect.poll(async () => (await fetchThroughEdge(server, host, '/?after-the-reboot')).status, { timeout: 30_000 }).toBe(200);
  await expect(log).toContainText('?after-the-reboot', { timeout: 30_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
});
