/** The time after a switch: the address is there at once, a release that dies makes way again, and nobody has to wait for its end. */
import { resolve } from 'node:path';
import { defaultHost, expect, fetchThroughEdge, longshoreCommand, serverName, test } from './servers.ts';
import { openApp, openTab, startDeploy } from './user.ts';

const project = (name: string): string => resolve(import.meta.dirname, 'projects', name);

test('a release that dies just after its switch is taken back, and the window says what of', async ({
  longshore,
  page,
  home,
  practiceServer,
}) => {
  test.setTimeout(300_000);
  await longshoreCommand(home, 'deploy', project('static-site'), '--server', serverName, '--app', 'watched', '--watch', '10');
  await longshore.dropPaths([project('dies-later')]);
  await startDeploy(page, { app: 'watched' });
  const result = page.getByRole('region', { name: 'Result' });
  await expect(result.getByText('Live at')).toBeVisible({ timeout: 120_000 });
  const alert = result.getByRole('alert');
  await expect(alert).toContainText(
    /^Release 2 of watched on harbor-1 died \d s after the switch: exit code 7; release 1 serves again, \d+ of/,
    {
      timeout: 60_000,
    },
  );
  await expect(alert.getByRole('group')).toContainText('fatal: the stock database went away');
  await expect(result).toContainText('r1 of watched still serves.');
  await expect(
    page
      .getByRole('list', { name: 'Stages' })
      .getByRole('listitem')
      .filter({ hasText: /^Watch: Failed/ }),
  ).toHaveCount(1);
  await page.screenshot({ path: 'test-results/watch-taken-back.png' });
  expect(await fetchThroughEdge(practiceServer, defaultHost('watched', practiceServer))).toMatchObject({
    status: 200,
    body: expect.stringContaining('Plain files, served as they are'),
  });
});

test('the watch time is a setting, and can be ended early', async ({ page, home }) => {
  test.setTimeout(300_000);
  await longshoreCommand(home, 'deploy', project('static-site'), '--server', serverName, '--app', 'patient', '--watch', '0');
  await openApp(page, 'patient');
  await openTab(page, 'Settings');
  const field = page.getByLabel('Watch time after a switch');
  await expect(field).toHaveValue('0');
  await field.fill('601');
  await expect(page.getByText('The watch time is a whole number from 0 to 600')).toBeVisible();
  await field.fill('600');
  await field.scrollIntoViewIfNeeded();
  await page.screenshot({ path: 'test-results/watch-setting.png' });
  await page.getByRole('button', { name: 'Save as new release' }).click();

  const main = page.getByRole('main');
  const words = 'Cancelling takes nothing back and only ends the rest early: release 2 is live, and watched until 600 s after the switch.';
  await expect(main.getByText(words)).toBeVisible({ timeout: 120_000 });
  await expect(main.getByText('Live at')).toBeVisible();
  const replicas = main.getByRole('region', { name: 'Replicas' });
  await expect(replicas.getByText('Release 2').locator('..')).toContainText('takes traffic', { timeout: 30_000 });
  await expect(replicas.getByText('Release 1').locator('..')).toContainText('no request left, stands by', { timeout: 60_000 });
  await expect(replicas.getByRole('list', { name: 'Replicas of release 2' })).toContainText('patient.1Healthy');
  await page.screenshot({ path: 'test-results/watch-running.png' });
  const early = main.getByRole('button', { name: 'End early' });
  await expect(early).toHaveAccessibleDescription(words);
  await early.click();
  await expect(main.getByText('Settings changed, r2', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(main.getByText('left off by you; the release stays')).toBeVisible();
});
