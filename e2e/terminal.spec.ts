/** The terminal beyond typing: what is on it is searched, copied and followed, text is pasted, and the far side knows its size. */
import { resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { catchOpened, clipboardText, openedUrls } from './desktop.ts';
import { expect, type Longshore } from './fixtures.ts';
import { serverName, test } from './servers.ts';
import { middleOf, openServer, openTab } from './user.ts';

/** A shell on the server, ready to be typed into. */
async function openShell(page: Page): Promise<Locator> {
  await openServer(page, serverName);
  await openTab(page, 'Terminal');
  const terminal = page.getByRole('region', { name: `Terminal in ${serverName}` });
  await expect(terminal).toContainText('#', { timeout: 30_000 });
  await terminal.click();
  return terminal;
}

async function putOnClipboard({ app }: Longshore, text: string): Promise<void> {
  await app.evaluate(async ({ clipboard }, copied) => clipboard.writeText(copied), text);
}

test('what scrolled away is found in the terminal', async ({ page }) => {
  test.setTimeout(120_000);
  const terminal = await openShell(page);
  // Written so that the command itself holds no match.
  await page.keyboard.type('for i in $(seq 1 300); do echo "line-$i"; [ $((i % 100)) = 0 ] && echo "buoy""-$i"; done; echo "all"".done"\n');
  await expect(terminal).toContainText('all.done', { timeout: 20_000 });
  await expect(terminal).not.toContainText('buoy-100');

  await page.keyboard.press('Control+f');
  const search = terminal.getByRole('search');
  const field = search.getByLabel('Find in terminal');
  await field.fill('buoy-');
  const status = search.getByRole('status');
  await expect(status).toHaveText(/^\d of 3$/);
  const seen = new Set<string>();
  for (let step = 0; step < 3; step += 1) {
    const before = (await status.textContent()) ?? '';
    seen.add(before);
    await field.press('Enter');
    await expect(status).not.toHaveText(before);
  }
  expect([...seen].sort()).toEqual(['1 of 3', '2 of 3', '3 of 3']);
  while ((await status.textContent()) !== '1 of 3') {
    const before = (await status.textContent()) ?? '';
    await search.getByRole('button', { name: 'Next match' }).click();
    await expect(status).not.toHaveText(before);
  }
  await expect(terminal).toContainText('buoy-100');
  await field.fill('no such thing');
  await expect(status).toHaveText('No match');
  await field.press('Escape');
  await expect(search).toBeHidden();
  // The keys go to the shell again.
  await page.keyboard.type('echo "back-$((40 + 2))"\n');
  await expect(terminal).toContainText('back-42', { timeout: 20_000 });
});

test('one line is pasted at once, several only after a yes', async ({ longshore, page }) => {
  test.setTimeout(120_000);
  const terminal = await openShell(page);
  await putOnClipboard(longshore, 'echo "single-$((1 + 1))"');
  await page.keyboard.press('Control+Shift+V');
  await expect(terminal).toContainText('echo "single-$((1 + 1))"', { timeout: 20_000 });
  // Nothing was run before its Enter.
  await expect(terminal).not.toContainText('single-2');
  await page.keyboard.press('Enter');
  await expect(terminal).toContainText('single-2', { timeout: 20_000 });

  await putOnClipboard(longshore, 'echo "first-$((2 + 2))"\necho "second-$((3 + 3))"\n');
  const asking = page.getByRole('dialog', { name: 'Paste 2 lines?' });
  await page.keyboard.press('Control+Shift+V');
  await expect(asking).toContainText('echo "second-$((3 + 3))"');
  await asking.getByRole('button', { name: 'Cancel' }).click();
  await expect(asking).toBeHidden();
  await page.keyboard.type('echo "refused-$((4 + 4))"\n');
  await expect(terminal).toContainText('refused-8', { timeout: 20_000 });
  await expect(terminal).not.toContainText('first-');

  await page.getByRole('button', { name: 'Paste', exact: true }).click();
  await asking.getByRole('button', { name: 'Paste', exact: true }).click();
  await expect(asking).toBeHidden();
  // The keys go to the shell, not to the button that was pressed.
  await page.keyboard.press('Enter');
  await expect(terminal).toContainText('first-4', { timeout: 20_000 });
  await expect(terminal).toContainText('second-6', { timeout: 20_000 });
});

test('a shell follows the size of the window', async ({ longshore, page }) => {
  test.setTimeout(120_000);
  const terminal = await openShell(page);
  const caption = page.getByText(/^\d+ × \d+$/);
  const shown = async (): Promise<[number, number]> => {
    const [cols = 0, rows = 0] = ((await caption.textContent()) ?? '').split(' × ').map(Number);
    return [cols, rows];
  };
  const size = async (mark: string): Promise<void> => {
    const [cols, rows] = await shown();
    await page.keyboard.type(`echo "${mark}: $(stty size)."\n`);
    await expect(terminal).toContainText(`${mark}: ${rows} ${cols}.`, { timeout: 20_000 });
  };
  await size('wide');
  const before = await shown();
  await longshore.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(920, 620));
  await expect.poll(async () => (await shown())[0]).toBeLessThan(before[0]);
  await expect.poll(async () => (await shown())[1]).toBeLessThan(before[1]);
  await size('narrow');

  // A program that is in the foreground is told while it runs.
  await page.keyboard.type('trap \'echo "told: $(stty size)."; break\' WINCH; echo "wai""ting."; while :; do read -t 0.1 _; done\n');
  await expect(terminal).toContainText('waiting.', { timeout: 20_000 });
  await longshore.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1280, 800));
  await expect.poll(shown).toEqual(before);
  await expect(terminal).toContainText(`told: ${before[1]} ${before[0]}.`, { timeout: 20_000 });
});

test('what is selected is copied, a link is opened after a yes, and a folder that falls on it is taken', async ({ longshore, page }) => {
  test.setTimeout(120_000);
  await catchOpened(longshore.app);
  const opened = () => openedUrls(longshore.app);
  await putOnClipboard(longshore, 'from before');
  const terminal = await openShell(page);
  const row = (text: string): Locator => terminal.locator('.xterm-rows > div').filter({ hasText: new RegExp(`^${text}`) });
  // By the mouse alone: what is drawn lies under what xterm listens on.
  const point = async (text: string, x: number): Promise<[number, number]> => {
    const box = await row(text).boundingBox();
    if (box === null) throw new Error(`No row begins with ${text}`);
    return [box.x + x, box.y + box.height / 2];
  };
  const pointer = terminal.locator('.xterm-cursor-pointer');

  // Without a selection the keys copy nothing, and do not end what runs either.
  await page.keyboard.press('Control+Shift+C');
  // Written so that no command is what it prints.
  await page.keyboard.type(
    'clear; printf "%s\\n" "berth""-42 free" "http""s://docs.example.com/a?b=1" "http""://plain.example.com/"; echo "all"".done"\n',
  );
  await expect(row('all\\.done')).toBeVisible({ timeout: 20_000 });
  expect(await clipboardText(longshore.app)).toBe('from before');
  await page.mouse.dblclick(...(await point('berth-42', 20)));
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(() => clipboardText(longshore.app)).toBe('berth-42');
  // It went to the clipboard and not to the shell as Ctrl-C.
  await expect(terminal).not.toContainText('^C');

  const link = 'https://docs';
  await page.mouse.move(...(await point(link, 30)));
  await expect(pointer).toBeVisible();
  await page.mouse.click(...(await point(link, 30)));
  const asking = page.getByRole('dialog', { name: 'Open docs.example.com?' });
  await expect(asking).toContainText('https://docs.example.com/a?b=1');
  await asking.getByRole('button', { name: 'Cancel' }).click();
  await expect(asking).toBeHidden();
  expect(await opened()).toEqual([]);
  await page.mouse.move(...(await point(link, 40)));
  await expect(pointer).toBeVisible();
  await page.mouse.click(...(await point(link, 40)));
  await asking.getByRole('button', { name: 'Open in the browser' }).click();
  await expect.poll(opened).toEqual(['https://docs.example.com/a?b=1']);
  // Only https is a link.
  await page.mouse.move(...(await point('http://plain', 30)));
  await expect(pointer).toHaveCount(0);

  const site = resolve(import.meta.dirname, 'projects/static-site');
  await longshore.dropPaths([site], await middleOf(terminal));
  const sheet = page.getByRole('dialog', { name: 'static-site' });
  await expect(sheet.getByRole('treeitem', { name: /^index\.html/ })).toBeVisible();
  await sheet.getByRole('button', { name: 'Cancel' }).click();
  await expect(sheet).toBeHidden();
  // The path did not get into the shell.
  await expect(terminal).not.toContainText('static-site');
  await terminal.click();
  await page.keyboard.type('echo "still-$((40 + 2))"\n');
  await expect(row('still-42')).toBeVisible({ timeout: 20_000 });
});
