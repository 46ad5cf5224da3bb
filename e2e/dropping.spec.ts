/** A folder is taken wherever in the window it falls. */
import { resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { middleOf } from './user.ts';

const site = resolve(import.meta.dirname, 'projects/static-site');

/** The deploy sheet shows the folder; closes it again. */
async function expectTaken(page: Page): Promise<void> {
  const sheet = page.getByRole('dialog', { name: 'static-site' });
  await expect(sheet.getByText(site, { exact: true })).toBeVisible();
  await expect(sheet.getByRole('treeitem', { name: /^index\.html/ })).toBeVisible();
  // What is said while it hangs over the window has gone.
  await expect(page.getByText('Drop to deploy')).toHaveCount(0);
  await sheet.getByRole('button', { name: 'Cancel' }).click();
  await expect(sheet).toBeHidden();
}

test('a folder is taken on the side bar, on a field of a dialog and on the palette', async ({ longshore, page }) => {
  const drop = async (place: Locator): Promise<void> => longshore.dropPaths([site], await middleOf(place));
  await drop(page.getByRole('navigation', { name: 'Main' }));
  await expectTaken(page);

  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Add a server' }).click();
  const address = page.getByRole('dialog', { name: 'Add a server' }).getByLabel('SSH address');
  await address.fill('root@harbor.example.com');
  await drop(address);
  await expectTaken(page);
  // The dialog below waits as it was left, and the path is not taken for text.
  await expect(address).toHaveValue('root@harbor.example.com');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('Control+k');
  await drop(page.getByRole('combobox'));
  await expectTaken(page);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('dropped on the sheet, another folder takes the place of the one that is shown', async ({ longshore, page }) => {
  await longshore.dropPaths([site]);
  const first = page.getByRole('dialog', { name: 'static-site' });
  await expect(first.getByRole('treeitem', { name: /^index\.html/ })).toBeVisible();
  await longshore.dropPaths([resolve(import.meta.dirname, 'projects/python-http')], await middleOf(first));
  const second = page.getByRole('dialog', { name: 'python-http' });
  await expect(second.getByRole('treeitem', { name: /^server\.py/ })).toBeVisible();
  await expect(second.getByRole('treeitem', { name: /^index\.html/ })).toHaveCount(0);
  await expect(second.getByRole('textbox', { name: 'App' })).toHaveValue('python-http');
});
