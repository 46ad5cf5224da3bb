/** Getting in: what a login or sudo asks for is asked in the window, and whoever is not let in reads why and what to do. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { downServer, execOn, type PasswordUser, type PracticeServer, upServer } from '../sandbox/index.ts';
import { test as base, expect } from './fixtures.ts';
import { finishAdding, offerServer, setUpMs } from './user.ts';

const run = promisify(execFile);
const machine = 'e2e-login';
const passphrase = 'correct horse battery';

let server: PracticeServer;

/** A folder for the spec's own keys, removed after it. */
const test = base.extend<{ readonly keys: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern of its first parameter.
  keys: async ({}, use) => {
    const keys = await mkdtemp(join(tmpdir(), 'longshore-e2e-keys-'));
    await use(keys);
    await rm(keys, { recursive: true, force: true });
  },
});

test.beforeAll(async () => {
  test.setTimeout(300_000);
  server = await upServer(machine, { docker: true, fresh: true });
});
test.afterAll(() => downServer(machine));

/** The user of the practice server of whom sudo wants the password. */
function sudoer(): PasswordUser {
  const user = server.passwordUsers.find(({ sudo }) => sudo === 'password');
  if (!user) throw new Error('No user of the practice server has to give sudo a password');
  return user;
}

async function give(place: Page | Locator, label: string, value: string, action: string): Promise<void> {
  await place.getByLabel(label, { exact: true }).fill(value);
  await place.getByRole('button', { name: action, exact: true }).click();
}

test('an encrypted key asks for its passphrase: a wrong one is said, the right one connects', async ({ page, keys }) => {
  test.setTimeout(120_000);
  const identityFile = join(keys, 'id_locked');
  await copyFile(server.identityFile, identityFile);
  await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', identityFile]);
  await offerServer(page, server, { name: 'locked', user: 'root', login: { kind: 'key', identityFile } });

  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: 'Your key is encrypted' })).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByText(identityFile)).toBeVisible();
  // Nothing was wrong yet.
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await give(dialog, 'Passphrase', 'not it', 'Unlock and log in');
  const alert = dialog.getByRole('alert');
  await expect(alert).toContainText(`The passphrase does not open the key file ${identityFile}.`, { timeout: 30_000 });
  await expect(alert).toContainText('Enter it again.');
  await expect(dialog.getByLabel('Passphrase', { exact: true })).toHaveValue('');
  await give(dialog, 'Passphrase', passphrase, 'Unlock and log in');
  await finishAdding(page);
  await expect(
    page
      .getByRole('main')
      .getByText(/^Connected/)
      .first(),
  ).toBeVisible();
});

test('a wrong password is said, with a way on; the right one connects', async ({ page }) => {
  test.setTimeout(120_000);
  const user = sudoer();
  await offerServer(page, server, { name: 'by-word', user: user.name, login: { kind: 'password' } });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: `Password of ${user.name} on ${server.host}` })).toBeVisible({ timeout: 30_000 });
  await give(dialog, 'Password', `${user.password}-not`, 'Log in');
  const alert = dialog.getByRole('alert');
  await expect(alert).toContainText(`“by-word” (user ${user.name}) did not accept the password.`, { timeout: 30_000 });
  await expect(alert).toContainText('Enter it again.');
  await expect(dialog.getByRole('button', { name: 'Log in another way' })).toBeEnabled();
  await give(dialog, 'Password', user.password, 'Log in');
  await finishAdding(page);
});

test('a key that the server does not know is refused with what to do, and doing it helps', async ({ page, keys }) => {
  test.setTimeout(120_000);
  const identityFile = join(keys, 'id_unknown');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile]);
  await offerServer(page, server, { name: 'shut', user: 'root', login: { kind: 'key', identityFile } });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: 'shut did not let root in' })).toBeVisible({ timeout: 30_000 });
  const alert = dialog.getByRole('alert');
  await expect(alert).toContainText(`did not accept the key ${identityFile}.`);
  await expect(alert).toContainText('Add the public key to ~/.ssh/authorized_keys there (ssh-copy-id), or log in another way.');

  await execOn(machine, 'cat >> ~/.ssh/authorized_keys', { input: await readFile(`${identityFile}.pub`) });
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await finishAdding(page);
});

test('the set-up by a user who is not root asks for the password that sudo wants, and goes on with it', async ({ page }) => {
  test.setTimeout(setUpMs + 60_000);
  const user = sudoer();
  await offerServer(page, server, { name: 'dock', user: user.name, login: { kind: 'key', identityFile: server.identityFile } });
  await finishAdding(page);
  await page.getByRole('tab', { name: 'Set-up' }).click();
  await page.getByRole('button', { name: 'Set up', exact: true }).click();

  const asking = page.getByRole('heading', { name: `Password of ${user.name} for sudo on ${server.host}` });
  await expect(asking).toBeVisible({ timeout: 30_000 });
  await give(page, 'Password for sudo', `${user.password}-not`, 'Go on');
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toContainText(`sudo on “dock” did not accept the password of ${user.name}.`, { timeout: 60_000 });
  await expect(alert).toContainText('Enter it again.');
  await give(page, 'Password for sudo', user.password, 'Go on');
  await expect(page.getByText('Ready for apps').first()).toBeVisible({ timeout: setUpMs });
  await expect(asking).toBeHidden();
  await expect(page.getByRole('button', { name: /^Start the edge: Done/ })).toBeVisible();
  const services = await execOn(machine, ['docker', 'service', 'ls', '--format', '{{.Replicas}}']);
  expect(services.stdout.trim()).toBe('1/1');
});
