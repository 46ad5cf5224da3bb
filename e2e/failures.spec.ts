/** What goes wrong every day: the old release stays, and the window says what broke and what to do. */
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { defaultHost, expect, fetchThroughEdge, longshoreCommand, serverName, test } from './servers.ts';
import { addedSince, standing } from './standing.ts';
import { openApp, openTab, startDeploy } from './user.ts';

const project = (name: string): string => resolve(import.meta.dirname, 'projects', name);

test('a failing build says why and leaves the live release alone', async ({ longshore, page, home, practiceServer }) => {
  test.setTimeout(300_000);
  await longshoreCommand(home, 'deploy', project('static-site'), '--server', serverName, '--app', 'steady', '--watch', '0');
  await longshore.dropPaths([project('broken-build')]);
  await startDeploy(page, { app: 'steady' });
  const result = page.getByRole('region', { name: 'Result' });
  const alert = result.getByRole('alert');
  await expect(alert).toContainText(
    /^The build failed: The command '\/bin\/sh -c echo "missing-tool: .* exit 3' returned a non-zero code: 3/,
    {
      timeout: 120_000,
    },
  );
  await expect(alert).toContainText('Read the last lines of the build log; the failing step is named there.');
  // The lines of the step that failed: its command, what it said, and how it ended.
  await expect(alert.getByRole('group')).toContainText(
    /Step 3\/4 : RUN echo "missing-tool: .*\n(?:.*\n)*.*missing-tool: not found, as this project wants it/,
  );
  await expect(result).toContainText('r1 of steady still serves.');
  const log = page.getByRole('region', { name: 'Build log' });
  await expect(log.locator('.log-row', { hasText: /missing-tool: not found, as this project wants it$/ })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Stages' }).getByRole('listitem').filter({ hasText: 'Build the image' })).toContainText(
    ': Failed',
  );
  await expect(page.getByRole('main').getByText('Deploy failed', { exact: true })).toBeVisible();
  await openApp(page, 'steady');
  await expectLive(page, 'steady', 1);
  expect(await fetchThroughEdge(practiceServer, defaultHost('steady', practiceServer))).toMatchObject({
    status: 200,
    body: expect.stringContaining('Plain files, served as they are'),
  });
});

test('a build that is cancelled leaves nothing behind', async ({ longshore, page, home }) => {
  test.setTimeout(240_000);
  const before = await standing();
  await longshore.dropPaths([project('slow-build')]);
  await startDeploy(page, { app: 'never' });
  await expect(page.getByRole('region', { name: 'Build log' })).toContainText('second 1', { timeout: 60_000 });
  expect(await addedSince(before)).not.toEqual([]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(
    page
      .getByRole('main')
      .getByText(/^Cancelled/)
      .first(),
  ).toBeVisible({ timeout: 60_000 });
  const apps = JSON.parse(await longshoreCommand(home, 'apps', '--json')) as { apps: { name: string }[] };
  expect(apps.apps.map(({ name }) => name)).not.toContain('never');
  // No container that builds on, no service, no record, no image, no right to write that is still held.
  await expect.poll(() => addedSince(before), { timeout: 30_000 }).toEqual([]);
});

test('an app that crashes at its start is explained with its last lines', async ({ longshore, page }) => {
  test.setTimeout(240_000);
  await longshore.dropPaths([project('crash-at-start')]);
  await startDeploy(page, { app: 'crashing' });
  const result = page.getByRole('region', { name: 'Result' });
  await expect(result).toContainText(/crashing r1 on harbor-1 ended at start, \d times: exit code 7/, { timeout: 120_000 });
  await expect(result.getByRole('group')).toContainText('fatal: DATABASE_URL is not set');
});

test('an app that listens on 127.0.0.1 only, and one that never becomes healthy, are told so; the old release serves on', async ({
  longshore,
  page,
  home,
  practiceServer,
}) => {
  test.setTimeout(300_000);
  const app = 'unwell';
  await longshoreCommand(home, 'deploy', project('static-site'), '--server', serverName, '--app', app, '--watch', '0');
  await openApp(page, app);
  await openTab(page, 'Settings');
  await page.getByLabel('Time to become healthy').fill('8');
  await page.getByRole('button', { name: 'Save as new release' }).click();
  await expect(page.getByRole('list', { name: 'Stages' })).toBeVisible();
  await expectLive(page, app, 2);

  const result = page.getByRole('region', { name: 'Result' });
  const alert = result.getByRole('alert');
  const words = {
    'loopback-only': {
      cause: /^unwell r\d+ on harbor-1 listens on 127\.0\.0\.1:8080 only/,
      next: 'Make it listen on 0.0.0.0 (all addresses)',
      lastLine: 'listening on 127.0.0.1:8080',
    },
    'never-healthy': {
      cause: /^unwell r\d+ on harbor-1 answered GET \/ with status 500 for 8 s/,
      next: 'A health check wants a status below 500',
      lastLine: 'cannot serve /: the stock database is closed',
    },
  };
  for (const [folder, { cause, next, lastLine }] of Object.entries(words)) {
    await longshore.dropPaths([project(folder)]);
    await startDeploy(page, { app });
    await expect(alert).toContainText(cause, { timeout: 120_000 });
    await expect(alert).toContainText(next);
    await expect(alert).toContainText('Release 2 still serves.');
    await expect(alert.getByRole('group')).toContainText(lastLine);
    await expect(result).toContainText('r2 of unwell still serves.');
    expect(await fetchThroughEdge(practiceServer, defaultHost(app, practiceServer))).toMatchObject({
      status: 200,
      body: expect.stringContaining('Plain files, served as they are'),
    });
    await expectLive(page, app, 2);
  }
});

/** The app's own page says which release is live. */
async function expectLive(page: Page, app: string, release: number): Promise<void> {
  await openApp(page, app);
  await openTab(page, 'Releases');
  await expect(page.getByRole('row', { name: new RegExp(`^r${release} Live`) })).toBeVisible({ timeout: 120_000 });
}

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
