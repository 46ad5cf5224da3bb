/** The log of a running app in the hand: searched, copied, saved. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { PracticeServer } from '../sandbox/index.ts';
import { defaultHost, expect, fetchThroughEdge, longshoreCommand, serverName, test } from './servers.ts';
import { openApp, openTab } from './user.ts';

const sample = resolve(import.meta.dirname, '../resources/samples/hello-harbor');
const app = 'logged';

/** Visits each path once, one after the other. The app has no such pages, and writes a line for each. */
async function visit(server: PracticeServer, paths: readonly string[]): Promise<void> {
  for (const path of paths) expect((await fetchThroughEdge(server, defaultHost(app, server), path)).status).toBe(404);
}

async function showLog(page: Page, last: string): Promise<Locator> {
  await openApp(page, app);
  await openTab(page, 'Logs');
  const log = page.getByRole('region', { name: `Logs of ${app}` });
  await expect(log).toContainText(last, { timeout: 30_000 });
  return log;
}

/** The lines of the text that speak of a path with this word, as the paths. */
function paths(text: string, word: string): string[] {
  return text
    .split('\n')
    .map((line) => new RegExp(`GET (/${word}-\\d+) `).exec(line)?.[1])
    .filter((path) => path !== undefined);
}

test('the log of an app is searched, copied and saved as it is shown', async ({ longshore, page, home, practiceServer }) => {
  test.setTimeout(180_000);
  await longshoreCommand(home, 'deploy', sample, '--server', serverName, '--app', app);
  // More than the view has room for, so that what is out of sight is found, copied and saved too.
  const hay = Array.from({ length: 60 }, (_, at) => `/hay-${at}`);
  const needles = ['/needle-1', '/needle-2', '/needle-3'];
  const all = [needles[0] ?? '', ...hay.slice(0, 30), needles[1] ?? '', ...hay.slice(30), needles[2] ?? '', '/last-1'];
  await visit(practiceServer, all);
  const log = await showLog(page, '/last-1');
  await expect(log.getByText('/needle-1')).toHaveCount(0);

  await page.getByRole('button', { name: 'Find', exact: true }).click();
  const search = page.getByRole('search');
  const field = search.getByLabel('Find in log');
  await field.fill('needle-');
  const status = search.getByRole('status');
  await expect(status).toHaveText('3 of 3 lines');
  await expect(log.locator('mark', { hasText: 'needle-' }).last()).toBeVisible();
  await field.press('Enter');
  await expect(status).toHaveText('1 of 3 lines');
  await expect(log).toContainText('/needle-1');
  await field.press('Shift+Enter');
  await expect(status).toHaveText('3 of 3 lines');
  await search.getByRole('checkbox', { name: 'Only matching lines' }).click();
  await expect(log).not.toContainText('/hay-');
  for (const needle of needles) await expect(log).toContainText(needle);

  // Copied is what is shown: the matching lines alone, in their order.
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByText('Copied 3 lines')).toBeVisible();
  const copied = await longshore.app.evaluate(async ({ clipboard }) => clipboard.readText());
  expect(paths(copied, 'needle')).toEqual(needles);
  expect(copied.split('\n')).toHaveLength(3);
  // Without the colours that the app gives them.
  expect(copied).not.toContain('\u001b');

  await field.fill('nowhere in it');
  await expect(status).toHaveText('No match');
  await expect(page.getByText('No line has “nowhere in it”.')).toBeVisible();
  await field.press('Escape');
  await expect(search).toBeHidden();
  // Every line is there again, around the one that was looked at.
  await expect(log).toContainText('/hay-59');

  // Saved is all of it.
  const file = join(home, 'saved.log');
  await longshore.app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = async (...args: unknown[]) => {
      Reflect.set(globalThis, 'suggested', (args.at(-1) as Electron.SaveDialogOptions).defaultPath);
      return { canceled: false, filePath: path };
    };
  }, file);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(file)).toBeVisible();
  expect(await longshore.app.evaluate(() => Reflect.get(globalThis, 'suggested') as string)).toMatch(/[\\/]logged\.log$/);
  const saved = await readFile(file, 'utf8');
  expect(paths(saved, '(?:needle|hay|last)')).toEqual(all);
  expect(saved).toContain('moored logged release 1 on port ');
  expect(saved.endsWith('\n')).toBe(true);
});
