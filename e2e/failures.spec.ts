/** What goes wrong every day: the old release stays, and the window says what broke and what to do. */
import { resolve } from 'node:path';
import { defaultHost, expect, fetchThroughEdge, longshoreCommand, serverName, test } from './servers.ts';
import { openApp, openTab, startDeploy } from './user.ts';

const project = (name: string): string => resolve(import.meta.dirname, 'projects', name);

test('a failing build says why and leaves the live release alone', async ({ longshore, page, home, practiceServer }) => {
  test.setTimeout(300_000);
  await longshoreCommand(home, 'deploy', project('static-site'), '--server', serverName, '--app', 'steady');
  await longshore.dropPaths([project('broken-build')]);
  await startDeploy(page, { app: 'steady' });
  await expect(
    page
      .getByRole('main')
      .getByText(/build/i)
      .and(page.getByText(/failed/i))
      .first(),
  ).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole('list', { name: 'Stages' }).getByText('Build the image')).toBeVisible();
  await openApp(page, 'steady');
  await expect(page.getByRole('main').getByText('Live', { exact: true }).first()).toBeVisible();
  expect((await fetchThroughEdge(practiceServer, defaultHost('steady', practiceServer))).status).toBe(200);
});

test('a build that is cancelled leaves nothing behind', async ({ longshore, page, home }) => {
  test.setTimeout(240_000);
  await longshore.dropPaths([project('slow-build')]);
  await startDeploy(page, { app: 'never' });
  await expect(page.getByRole('region', { name: 'Build log' })).toContainText('Step', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(
    page
      .getByRole('main')
      .getByText(/^Cancelled/)
      .first(),
  ).toBeVisible({ timeout: 60_000 });
  const apps = JSON.parse(await longshoreCommand(home, 'apps', '--json')) as { apps: { name: string }[] };
  expect(apps.apps.map(({ name }) => name)).not.toContain('never');
});

test('an app that crashes at its start is explained with its last lines', async ({ longshore, page }) => {
  test.setTimeout(240_000);
  await longshore.dropPaths([project('crash-at-start')]);
  await startDeploy(page, { app: 'crashing' });
  await expect(
    page
      .getByRole('main')
      .getByText(/crash|exit/i)
      .first(),
  ).toBeVisible({ timeout: 120_000 });
});

test('what is no project folder is refused with a reason', async ({ longshore, page }) => {
  await longshore.dropPaths([resolve(import.meta.dirname, 'failures.spec.ts')]);
  await expect(page.getByText(/failures.spec.ts is a file/)).toBeVisible();
});

test('settings that cannot be are refused where they are typed', async ({ longshore, page }) => {
  await longshore.dropPaths([project('static-site')]);
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'App' }).fill('Not A Name');
  await expect(sheet.getByText(/lower-case letters/)).toBeVisible();
  await sheet.getByRole('textbox', { name: 'App' }).fill('fine');
  await sheet.getByRole('textbox', { name: 'Port' }).fill('99999');
  await expect(sheet.getByText(/whole number .* 65535/)).toBeVisible();
  await sheet.getByRole('textbox', { name: 'Own domain' }).fill('no spaces allowed');
  await expect(sheet.getByText(/A domain looks like/)).toBeVisible();
  await expect(sheet.getByRole('button', { name: /^Deploy/ })).toBeDisabled();
});

test('the terminal on the server takes Ctrl-C and Ctrl-D', async ({ page }) => {
  test.setTimeout(120_000);
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('button', { name: new RegExp(`^${serverName}`) })
    .click();
  await openTab(page, 'Terminal');
  const terminal = page.getByRole('region', { name: /^Terminal/ });
  await expect(terminal).toContainText('#', { timeout: 30_000 });
  await terminal.click();
  await page.keyboard.type('sleep 600\n');
  await page.keyboard.press('Control+c');
  await page.keyboard.type('echo "after-$((1 + 1))"\n');
  await expect(terminal).toContainText('after-2', { timeout: 20_000 });
  await page.keyboard.press('Control+d');
  await expect(page.getByText(/ended|closed/i).first()).toBeVisible({ timeout: 20_000 });
});
