/** A walk through the screens of the window, for specs that look at each of them. It ends nothing and leaves everything as it was. */
import type { Page } from '@playwright/test';
import type { PracticeServer } from '../sandbox/index.ts';
import { expect, type Longshore } from './fixtures.ts';
import { serverName } from './servers.ts';
import { middleOf, openApp, openServer, openTab } from './user.ts';

/** What is done with each screen once it stands. */
export type Look = (screen: string) => Promise<void>;

/** From the first start to the questions that a new server asks, each cancelled or refused in the end. */
export async function walkFirstScreens({ page }: Longshore, server: Pick<PracticeServer, 'host' | 'port'>, look: Look): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: 'Drop a folder, get a running app' })).toBeVisible();
  await look('first start');

  await page.getByRole('main').getByRole('button', { name: 'Add a server' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a server' });
  await expect(dialog.getByLabel('SSH address')).toBeFocused();
  await look('add a server');
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await expect(dialog.locator('[aria-invalid="true"]').first()).toBeVisible();
  await look('add a server, with what is missing');
  await dialog.getByRole('button', { name: 'Enter user, host and port one by one' }).click();
  await expect(dialog.getByLabel('Host')).toBeVisible();
  await look('add a server, one by one');
  await dialog.getByRole('button', { name: 'Enter one SSH address' }).click();
  await dialog.getByLabel('SSH address').fill(`ssh://root@${server.host}:${server.port}`);
  await dialog.getByLabel('Name').fill('looked-at');
  await dialog.getByLabel('Log in with').click();
  await expect(page.getByRole('option', { name: 'Password' })).toBeVisible();
  await look('add a server, ways to log in');
  await page.getByRole('option', { name: 'Password' }).click();
  await dialog.getByRole('button', { name: 'Connect' }).click();

  await expect(dialog.getByRole('heading', { name: `Is this ${server.host}?` })).toBeVisible({ timeout: 30_000 });
  await look('host key');
  await dialog.getByRole('button', { name: 'Accept and connect' }).click();
  await expect(dialog.getByRole('heading', { name: `Password of root on ${server.host}` })).toBeVisible({ timeout: 30_000 });
  await look('password');
  await dialog.getByLabel('Password', { exact: true }).fill('not it');
  await dialog.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('did not accept the password', { timeout: 30_000 });
  await look('password, refused');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();

  await page.keyboard.press('Control+Shift+O');
  await expect(page.getByRole('dialog', { name: 'Deploy a folder' })).toBeVisible();
  await look('path of a folder');
  await page.keyboard.press('Escape');
}

export interface WalkedApp {
  readonly name: string;
  /** The folder that is shown in the deploy sheet. */
  readonly folder: string;
}

/** Everything that is there with a server and an app of which the window knows a job. */
export async function walkDailyScreens(longshore: Longshore, app: WalkedApp, look: Look): Promise<void> {
  const { page } = longshore;
  const sidebar = page.getByRole('navigation', { name: 'Main' });
  await expect(sidebar.getByRole('button', { name: serverName, exact: true })).toHaveAttribute('aria-description', /^Connected/, {
    timeout: 30_000,
  });
  await expect(sidebar.getByRole('button', { name: app.name, exact: true })).toBeVisible({ timeout: 30_000 });
  await look('all servers');

  await openServer(page, serverName);
  for (const tab of ['Overview', 'Containers', 'Routes', 'Certificates', 'Terminal', 'Set-up']) {
    await openTab(page, tab);
    if (tab === 'Terminal') await expect(page.getByRole('region', { name: /^Terminal in/ })).toContainText('#', { timeout: 30_000 });
    if (tab === 'Certificates') await expect(page.getByRole('table', { name: `Hosts of ${serverName}` })).toBeVisible({ timeout: 30_000 });
    await look(`server, ${tab}`);
    if (tab === 'Certificates') await walkCertificateDialogs(page, look);
  }
  await page.getByRole('button', { name: `More for ${serverName}` }).click();
  await expect(page.getByRole('menuitem', { name: 'Change…' })).toBeVisible();
  await look('server, menu');
  await page.getByRole('menuitem', { name: 'Change…' }).click();
  await expect(page.getByRole('dialog', { name: `Change ${serverName}` })).toBeVisible();
  await look('change a server');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await openApp(page, app.name);
  for (const tab of ['Overview', 'Releases', 'Logs', 'Terminal', 'Settings']) {
    await openTab(page, tab);
    if (tab === 'Terminal') await expect(page.locator('.xterm')).toBeVisible({ timeout: 30_000 });
    await look(`app, ${tab}`);
    if (tab === 'Releases') {
      await page
        .getByRole('button', { name: /^r\d+$/ })
        .first()
        .click();
      await expect(page.getByRole('region', { name: /^Changes of r/ })).toBeVisible();
      await look('app, release opened');
    }
  }
  await page.getByRole('button', { name: 'More: Replicas' }).click();
  await page.getByRole('button', { name: 'Add a variable' }).click();
  await expect(page.getByRole('region', { name: 'Changes' })).toBeVisible();
  await look('app, Settings changed');
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByRole('dialog', { name: `Remove ${app.name} from ${serverName}?` })).toBeVisible();
  await look('remove an app');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await sidebar.getByRole('button', { name: /^Jobs/ }).click();
  const tray = page.getByRole('dialog', { name: 'Jobs' });
  const job = tray.getByRole('button', { name: new RegExp(`^Deploy ${app.name} `) });
  await expect(job).toBeVisible();
  await look('jobs tray');
  await job.click();
  await expect(page.getByRole('list', { name: 'Stages' })).toBeVisible();
  await look('job');

  await sidebar.getByRole('button', { name: 'Settings', exact: true }).click();
  await look('settings');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('palette');
  await page.keyboard.press('Escape');

  await longshore.dropPaths([app.folder], await middleOf(page.getByRole('main')));
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByRole('treeitem').first()).toBeVisible();
  await sheet.locator('summary').click();
  await sheet.getByRole('button', { name: 'Add a variable' }).click();
  await look('deploy sheet');
  await sheet.getByRole('button', { name: /View or edit/ }).click();
  await expect(sheet.getByRole('textbox', { name: 'Dockerfile' })).toBeVisible();
  await look('Dockerfile editor');
  await sheet.getByRole('textbox', { name: 'Dockerfile' }).fill('RUN nothing\n');
  await expect(sheet.getByRole('alert').filter({ hasText: 'FROM' })).toBeVisible();
  await look('Dockerfile editor, with what is missing');
  await sheet.getByRole('button', { name: 'Cancel' }).click();
}

/** From the list of certificates; nothing is asked for or given. */
async function walkCertificateDialogs(page: Page, look: Look): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: 'Get a certificate…' }).click();
  const asking = page.getByRole('dialog', { name: 'Get a certificate' });
  await asking.getByRole('combobox', { name: 'Authority' }).click();
  await page.getByRole('option', { name: 'Another ACME directory' }).click();
  await asking.getByRole('combobox', { name: 'Proof that the names are yours' }).click();
  await page.getByRole('option', { name: /^An entry in their DNS/ }).click();
  await asking.getByRole('combobox', { name: 'Who has their DNS' }).click();
  await page.getByRole('option', { name: 'Cloudflare' }).click();
  await expect(asking.getByLabel('Credentials for Cloudflare')).toBeVisible();
  await asking.getByRole('button', { name: 'Get certificate' }).click();
  await expect(asking.locator('[aria-invalid="true"]').first()).toBeVisible();
  await look('get a certificate, with what is missing');
  await page.keyboard.press('Escape');
  await page.getByRole('main').getByRole('button', { name: 'Use your own…' }).click();
  const giving = page.getByRole('dialog', { name: 'Use your own certificate' });
  await giving.getByRole('button', { name: 'Serve it' }).click();
  await expect(giving.getByRole('alert').first()).toBeVisible();
  await look('own certificate, with what is missing');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}
