/** What is chosen for an app, in the sheet before its first release and in its settings afterwards, is what runs; and its end. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PracticeServer } from '../sandbox/index.ts';
import { answerSaveDialog, clipboardText } from './desktop.ts';
import { defaultHost, expect, fetchThroughEdge, serverName, test } from './servers.ts';
import { addedSince, listed, standing } from './standing.ts';
import { middleOf, openApp, openTab, startDeploy, untilDeployed } from './user.ts';

const project = (name: string): string => resolve(import.meta.dirname, 'projects', name);
const app = 'tuned';
const [first, second] = ['tuned.example.com', 'www.tuned.example.com'] as const;

/** Ids of the containers of the app that run on the server. */
function containers(): Promise<string[]> {
  return listed('ps', '--quiet', '--filter', `name=${app}`);
}

/** The environment of what runs, of the names asked for. */
async function environment(...names: readonly string[]): Promise<Record<string, string>> {
  const [id = ''] = await containers();
  const pairs = (await listed('exec', id, 'env')).map((line): [string, string] => [
    line.slice(0, line.indexOf('=')),
    line.slice(line.indexOf('=') + 1),
  ]);
  return Object.fromEntries(pairs.filter(([name]) => names.includes(name)));
}

async function status(server: PracticeServer, host: string): Promise<number> {
  return (await fetchThroughEdge(server, host)).status;
}

test('an app is made by the sheet, changed by its settings, stopped, started, restarted and removed', async ({
  longshore,
  page,
  home,
  practiceServer: server,
}) => {
  test.setTimeout(300_000);
  const saved = join(home, 'build.log');
  await answerSaveDialog(longshore.app, saved);

  await test.step('the sheet: Dockerfile, environment, domain, port and replicas', async () => {
    await longshore.dropPaths([project('static-site')], await middleOf(page.getByRole('main')));
    const sheet = page.getByRole('dialog', { name: 'static-site' });
    await sheet.getByRole('button', { name: /^Static site, served by nginx\s?View or edit$/ }).click();
    const editor = sheet.getByRole('textbox', { name: 'Dockerfile' });
    const proposed = await editor.inputValue();
    expect(proposed).toMatch(/^# Static site, served by nginx\. Proposed by Longshore.*\nFROM nginx:alpine\n/);
    await editor.fill('RUN true\n');
    await expect(
      sheet.getByRole('alert').filter({ hasText: 'A Dockerfile needs a line that begins with FROM and names an image.' }),
    ).toBeVisible();
    await expect(sheet.getByRole('button', { name: /^Deploy/ })).toBeDisabled();
    await sheet.getByRole('button', { name: 'Reset' }).click();
    await expect(editor).toHaveValue(proposed);
    // Written so that the command itself is not what it prints.
    await editor.fill(`${proposed}\nRUN echo "edited" "in the sheet"\n`);
    await sheet.getByRole('button', { name: 'Back to files' }).first().click();
    await expect(sheet.getByRole('button', { name: /^Static site, served by nginx, edited/ })).toBeVisible();

    await sheet.locator('summary', { hasText: 'Environment' }).click();
    await sheet.getByRole('button', { name: 'Add a variable' }).click();
    await sheet.getByLabel('Name of new variable').fill('GREETING');
    await sheet.getByLabel('Value of GREETING').fill('ahoy there');
    await sheet.getByRole('textbox', { name: 'Own domain' }).fill(first);
    await sheet.getByRole('textbox', { name: 'Port' }).fill('9090');
    await sheet.getByRole('button', { name: 'More: Replicas' }).click();
    await startDeploy(page, { app });
    expect(await untilDeployed(page)).toBe(1);
    expect(await containers()).toHaveLength(2);
    expect(await environment('GREETING', 'PORT')).toEqual({ GREETING: 'ahoy there', PORT: '9090' });
    for (const host of [first, defaultHost(app, server)]) expect(await status(server, host)).toBe(200);
  });

  await test.step('the build log is copied and saved', async () => {
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect(page.getByText(/^Copied \d+ lines$/)).toBeVisible();
    const copied = await clipboardText(longshore.app);
    expect(copied).toMatch(/edited in the sheet$/m);
    expect(copied).toMatch(/Successfully built/);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText(saved)).toBeVisible();
    expect(await readFile(saved, 'utf8')).toBe(`${copied}\n`);
  });

  await test.step('its settings: all of them change in one release', async () => {
    await openApp(page, app);
    await openTab(page, 'Settings');
    await expect(page.getByRole('textbox', { name: 'Port' })).toHaveValue('9090');
    await expect(page.getByRole('textbox', { name: 'Replicas' })).toHaveValue('2');
    await page.getByRole('textbox', { name: 'Port' }).fill('9191');
    await page.getByRole('button', { name: 'Less: Replicas' }).click();
    await page.getByLabel('Value of GREETING').fill('good day');
    await page.getByRole('button', { name: 'Add a variable' }).click();
    await page.getByLabel('Name of new variable').fill('DOCK');
    await page.getByLabel('Value of DOCK').fill('7');
    await page.getByLabel('Add a domain').fill(second);
    await page.getByRole('button', { name: 'Add domain' }).click();
    await page.getByRole('button', { name: `Remove ${first}` }).click();
    const changes = page.getByRole('region', { name: 'Changes' });
    await expect(changes).toContainText('6 changes, saved as one new release that takes over without a gap. Nothing is built.');
    await changes.getByRole('button', { name: 'Save as new release' }).click();
    await expect(page.getByRole('main').getByText('Settings changed, r2').first()).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(/^[\d,]+ requests during the switch, 0 failed$/).first()).toBeVisible();

    await openApp(page, app);
    await openTab(page, 'Releases');
    const row = page.getByRole('row', { name: /^r2 Live/ });
    await expect(row).toContainText('Port, replicas, 2 variables, 2 domains');
    await row.getByRole('button', { name: 'r2', exact: true }).click();
    const details = page.getByRole('region', { name: 'Changes of r2' });
    await expect(details.getByRole('list', { name: 'r2 against r1' }).getByRole('listitem')).toHaveText([
      'Port 9090 → 9191',
      'Replicas 2 → 1',
      'Environment DOCK added',
      'Environment GREETING changed',
      `Domain ${second} added`,
      `Domain ${first} removed`,
    ]);
    // What is set is nobody's business in the list.
    await expect(page.getByRole('main')).not.toContainText('good day');
    await expect.poll(async () => (await containers()).length, { timeout: 30_000 }).toBe(1);
    expect(await environment('GREETING', 'DOCK', 'PORT')).toEqual({ GREETING: 'good day', DOCK: '7', PORT: '9191' });
    expect(await status(server, second)).toBe(200);
    expect(await status(server, first)).toBe(404);
  });

  await test.step('stop, start, restart', async () => {
    await openTab(page, 'Settings');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    const asking = page.getByRole('dialog', { name: `Stop ${app}?` });
    await asking.getByRole('button', { name: 'Stop', exact: true }).click();
    const entry = page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: app, exact: true });
    await expect(entry).toHaveAttribute('aria-description', 'Stopped', { timeout: 60_000 });
    await expect.poll(containers, { timeout: 30_000 }).toEqual([]);
    expect(await status(server, second)).toBe(503);

    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(entry).toHaveAttribute('aria-description', 'Live', { timeout: 60_000 });
    // Its replicas are healthy a moment before the edge sends visitors to them.
    await expect.poll(() => status(server, second), { timeout: 30_000 }).toBe(200);
    const before = await containers();
    expect(before).toHaveLength(1);

    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await expect.poll(containers, { timeout: 60_000 }).not.toEqual(before);
    await expect(entry).toHaveAttribute('aria-description', 'Live', { timeout: 60_000 });
    await expect.poll(containers, { timeout: 30_000 }).toHaveLength(1);
    expect(await status(server, second)).toBe(200);
  });

  await test.step('requests wait while it is paused, and are answered when it goes on', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const resume = page.getByRole('button', { name: 'Resume', exact: true });
    await expect(resume).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('main')).toContainText(/New requests wait at the edge, for \d+ s more at most/);
    let answered = false;
    const waiting = status(server, second).finally(() => {
      answered = true;
    });
    // The job that began the pause has to be over before the next one may begin.
    await expect(resume).toBeEnabled({ timeout: 60_000 });
    expect(answered).toBe(false);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`requests of ${app} through`);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible({ timeout: 60_000 });
    expect(await waiting).toBe(200);
  });

  await test.step('removed: nothing of it stays', async () => {
    await expect(page.getByRole('button', { name: 'Remove', exact: true })).toBeEnabled({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const asking = page.getByRole('dialog', { name: `Remove ${app} from ${serverName}?` });
    await expect(asking.getByRole('button', { name: 'Remove', exact: true })).toBeDisabled();
    await asking.getByLabel(`Type ${app} to confirm`).fill(app);
    await asking.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByRole('main').getByText('Removed', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: app, exact: true })).toHaveCount(0);
    await expect.poll(containers, { timeout: 30_000 }).toEqual([]);
    expect(await status(server, second)).toBe(404);
    for (const what of [
      ['service', 'ls', '--format', '{{.Name}}'],
      ['config', 'ls', '--format', '{{.Name}}'],
      ['image', 'ls', '--format', '{{.Repository}}'],
    ]) {
      expect((await listed(...what)).filter((name) => name.includes(app))).toEqual([]);
    }
  });
});

test('a build is cancelled from the jobs tray and leaves nothing on the server', async ({ longshore, page }) => {
  test.setTimeout(180_000);
  const before = await standing();
  await longshore.dropPaths([project('slow-build')]);
  await startDeploy(page, { app: 'trayed' });
  await expect(page.getByRole('region', { name: 'Build log' })).toContainText('second 1', { timeout: 60_000 });
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('button', { name: /^All servers/ })
    .click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: /^Jobs/ }).click();
  const tray = page.getByRole('dialog', { name: 'Jobs' });
  const row = tray.getByRole('listitem').filter({ hasText: `Deploy trayed to ${serverName}` });
  await expect(row.getByRole('progressbar')).toBeVisible();
  await row.getByRole('button', { name: `Cancel: Deploy trayed to ${serverName}` }).click();
  await expect(row).toContainText('Cancelled, nothing left half-made', { timeout: 30_000 });
  await expect(row.getByRole('button', { name: /^Cancel/ })).toHaveCount(0);
  await expect.poll(() => addedSince(before), { timeout: 30_000 }).toEqual([]);
  await tray.getByRole('button', { name: 'Clear finished' }).click();
  await expect(tray).toContainText('No jobs yet');
});
