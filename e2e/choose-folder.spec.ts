/** A folder that is not dropped: chosen in the system's dialog, or named by its path. Both lead to the deploy sheet. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import type { Longshore } from './fixtures.ts';
import { test as base, expect, serverName } from './servers.ts';

const site = resolve(import.meta.dirname, 'projects/static-site');

/** A folder of the spec's own, removed after it. */
const test = base.extend<{ readonly folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern of its first parameter.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'longshore-e2e-folder-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

/** The system's dialog is outside of what can be driven: this answers for its user. Null is its Cancel. */
async function answerDialog({ app }: Longshore, path: string | null): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
  }, path);
}

/** Presses keys that mean something as soon as the window listens to them. */
async function press(page: Page, keys: string): Promise<void> {
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await page.keyboard.press(keys);
}

async function chooseByPalette(page: Page, action: RegExp): Promise<void> {
  await press(page, 'Control+k');
  await page.getByRole('combobox').fill('deploy a folder');
  await page.getByRole('option', { name: action }).click();
}

async function typePath(page: Page, path: string): Promise<void> {
  await press(page, 'Control+Shift+O');
  const asking = page.getByRole('dialog', { name: 'Deploy a folder' });
  await asking.getByLabel('Path of the folder').fill(path);
  await asking.getByRole('button', { name: 'Look at it' }).click();
  await expect(asking).toBeHidden();
}

/** The deploy sheet shows the folder of the site, ready to go. */
async function expectSite(page: Page): Promise<void> {
  const sheet = page.getByRole('dialog', { name: 'static-site' });
  await expect(sheet.getByText(site, { exact: true })).toBeVisible();
  await expect(sheet.getByRole('heading', { name: '1 file' })).toBeVisible();
  await expect(sheet.getByRole('treeitem', { name: /^index\.html/ })).toBeVisible();
  await expect(sheet.getByText(serverName).first()).toBeVisible();
  await expect(sheet.getByRole('button', { name: /^Deploy \d/ })).toBeEnabled({ timeout: 30_000 });
}

/** The sheet says what is wrong with the folder and offers no way to send it. */
async function expectRefused(page: Page, message: string, next: RegExp): Promise<void> {
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByText(message)).toBeVisible();
  await expect(sheet.getByText(next)).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Choose another folder' })).toBeVisible();
  await expect(sheet.getByRole('button', { name: /^Deploy/ })).toHaveCount(0);
}

test('a folder that is chosen in the dialog is looked at in the deploy sheet; a cancelled dialog opens nothing', async ({
  longshore,
  page,
}) => {
  await answerDialog(longshore, null);
  await chooseByPalette(page, /^Deploy a folder…/);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await answerDialog(longshore, site);
  await chooseByPalette(page, /^Deploy a folder…/);
  await expectSite(page);
});

test('so is one whose path is typed', async ({ page }) => {
  await chooseByPalette(page, /^Deploy a folder by its path…/);
  await expect(page.getByRole('dialog', { name: 'Deploy a folder' }).getByRole('button', { name: 'Look at it' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await typePath(page, site);
  await expectSite(page);
});

test('a path that leads nowhere is refused with what to do', async ({ page, folder }) => {
  await typePath(page, join(folder, 'not-there'));
  await expectRefused(page, `There is no folder ${join(folder, 'not-there')}`, /Check the path/);
});

test('an empty folder is refused where it is chosen, and another one can be chosen there', async ({ longshore, page, folder }) => {
  await answerDialog(longshore, folder);
  await press(page, 'Control+o');
  await expectRefused(page, `The folder ${folder} has no files in it`, /Choose a folder that holds a project/);
  await answerDialog(longshore, site);
  await page.getByRole('dialog').getByRole('button', { name: 'Choose another folder' }).click();
  await expectSite(page);
});

test('a folder of which everything is ignored is refused with the line that does it', async ({ page, folder }) => {
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, '.gitignore'), '# all of it\n*\n');
  await writeFile(join(folder, 'dist/index.html'), 'x');
  await typePath(page, folder);
  await expectRefused(page, `Every file in ${folder} is ignored, so there is nothing to send`, /line 2 of \.gitignore, which says \*/);
});
