/** The log of a running app in the hand: searched, copied, saved, held still and dressed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { PracticeServer } from '../sandbox/index.ts';
import { answerSaveDialog, clipboardText, suggestedPath } from './desktop.ts';
import { defaultHost, expect, fetchThroughEdge, longshoreCommand, rememberServer, serverName, test } from './servers.ts';
import { openApp, openTab } from './user.ts';

const site = resolve(import.meta.dirname, 'projects/python-http');
const app = 'logged';

/** Once for all: the app that writes. */
test.beforeAll(async ({ practiceServer }) => {
  test.setTimeout(300_000);
  const home = await mkdtemp(join(tmpdir(), 'longshore-e2e-deploy-'));
  try {
    await rememberServer(home, practiceServer);
    await longshoreCommand(home, 'deploy', site, '--server', serverName, '--app', app, '--watch', '0');
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

/** Visits each path once, one after the other. */
async function visit(server: PracticeServer, paths: readonly string[]): Promise<void> {
  for (const path of paths) expect((await fetchThroughEdge(server, defaultHost(app, server), path)).status).toBe(200);
}

async function showLog(page: Page, last: string): Promise<Locator> {
  await openApp(page, app);
  await openTab(page, 'Logs');
  const log = page.getByRole('region', { name: `Logs of ${app}` });
  await expect(log).toContainText(last, { timeout: 30_000 });
  return log;
}

/** The topmost line that is shown and where it stands, once it stands still. Runs in the page, whose types this side does not know: hence a text. */
const topLine = `new Promise((resolve) => {
  const list = document.querySelector('.log-list');
  const now = () => {
    const top = list.getBoundingClientRect().top;
    const row = [...list.querySelectorAll('.log-row')].find((one) => one.getBoundingClientRect().bottom > top);
    return row.textContent + ' at ' + Math.round(row.getBoundingClientRect().top - top);
  };
  let [last, still] = ['', 0];
  const look = () => {
    const seen = now();
    still = seen === last ? still + 1 : 0;
    last = seen;
    if (still >= 10) resolve(seen);
    else requestAnimationFrame(look);
  };
  look();
})`;

/** The lines of the text that speak of a path with this word, as the paths. */
function paths(text: string, word: string): string[] {
  return text
    .split('\n')
    .map((line) => new RegExp(`GET (/${word}-\\d+) `).exec(line)?.[1])
    .filter((path) => path !== undefined);
}

test('the log of an app is searched, copied and saved as it is shown', async ({ longshore, page, home, practiceServer }) => {
  test.setTimeout(180_000);
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
  const copied = await clipboardText(longshore.app);
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
  await answerSaveDialog(longshore.app, file);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(file)).toBeVisible();
  expect(await suggestedPath(longshore.app)).toMatch(/[\\/]logged\.log$/);
  const saved = await readFile(file, 'utf8');
  expect(paths(saved, '(?:needle|hay|last)')).toEqual(all);
  expect(saved).toContain('listening on 8000');
  expect(saved.endsWith('\n')).toBe(true);
});

test('a log that is scrolled stays where it is read, and follows again when it is told to', async ({ page, practiceServer }) => {
  test.setTimeout(120_000);
  await visit(practiceServer, [...Array.from({ length: 60 }, (_, at) => `/tide-${at}`), '/tide-end']);
  const log = await showLog(page, '/tide-end');
  const following = page.getByRole('button', { name: 'Following' });
  await expect(following).toBeVisible();
  // The end keeps in view while it follows.
  await visit(practiceServer, ['/fresh-1']);
  await expect(log.getByText('/fresh-1')).toBeInViewport({ timeout: 20_000 });

  await log.hover();
  await page.mouse.wheel(0, -600);
  await expect(page.getByRole('button', { name: 'Paused' })).toBeVisible();
  // Where it stands, as the topmost line and its place on the screen.
  const read = await page.evaluate<string>(topLine);
  await visit(practiceServer, ['/fresh-2', '/fresh-3']);
  // At least those two: the edge's health check writes lines of its own.
  const paused = page.getByRole('button', { name: /^Paused, ([2-9]|\d\d+) new lines$/ });
  await expect(paused).toBeVisible({ timeout: 20_000 });
  expect(await page.evaluate<string>(topLine)).toBe(read);
  await expect(log.getByText('/fresh-3')).not.toBeInViewport();

  await paused.click();
  await expect(following).toBeVisible();
  await expect(log.getByText('/fresh-3')).toBeInViewport();
  // By the button too, and by scrolling back to the end.
  await following.click();
  await expect(page.getByRole('button', { name: 'Paused' })).toBeVisible();
  await log.focus();
  await page.keyboard.press('Home');
  await expect(log.getByText('/fresh-3')).not.toBeInViewport();
  await page.keyboard.press('End');
  await expect(following).toBeVisible();
  await expect(log.getByText('/fresh-3')).toBeInViewport();
});

test('times can be hidden, and colours are drawn as style, never as characters', async ({ longshore, page, practiceServer }) => {
  test.setTimeout(120_000);
  await visit(practiceServer, ['/colour-1']);
  const log = await showLog(page, '/colour-1');
  const row = log.locator('.log-row', { hasText: '/colour-1' });
  const time = /^\d\d:\d\d:\d\d/;
  await expect(row).toHaveText(time);
  const hide = page.getByRole('button', { name: 'Hide times' });
  await hide.click();
  await expect(row).toHaveText(/^logged\.1/);
  // As the user left it, also after the next start.
  await expect(page.getByRole('button', { name: 'Show times' })).toHaveAttribute('aria-pressed', 'false');
  expect(await page.evaluate('longshore.call("preferences.get", {}, crypto.randomUUID())')).toMatchObject({
    value: { logs: { timestamps: false } },
  });

  const word = row.getByText('served', { exact: true });
  // Green of the palette on the code surface, and bold.
  await expect(word).toHaveCSS('color', 'rgb(123, 216, 143)');
  await expect(word).toHaveCSS('font-weight', '700');
  await expect(row.getByText('/colour-1', { exact: true })).toHaveCSS('text-decoration-line', 'underline');
  // What would act on a terminal is shown and does nothing.
  await expect(row.getByTitle('Control sequence, not carried out')).toHaveText('␛]0;not a title␇');
  const plain = row.getByText('in colour');
  await expect(plain).toHaveCSS('font-weight', '400');
  const shown = (await row.textContent()) ?? '';
  expect(shown).not.toMatch(/[\u0000-\u001f\u007f]|\[1;32m|\[0m/);
  expect(await page.title()).not.toContain('not a title');
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByText(/^Copied \d+ lines$/)).toBeVisible();
  const copied = await clipboardText(longshore.app);
  expect(copied).toMatch(/served \/colour-1 in colour$/m);

  await page.getByRole('button', { name: 'Show times' }).click();
  await expect(row).toHaveText(time);
});
