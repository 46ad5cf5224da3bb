import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testElectron } from '../scripts/test-electron.ts';
import type { AppInfo } from '../src-main/contract/index.ts';
import { answerSaveDialog, suggestedPath } from './desktop.ts';
import { expect, type Longshore, test } from './fixtures.ts';

const infoOf = ({ page }: Longshore): Promise<{ ok: true; value: AppInfo }> =>
  page.evaluate(`longshore.call('app.info', {}, crypto.randomUUID())`);

/** Subscribes, and gives a function that tells what came since. */
async function listen({ page }: Longshore, event: string): Promise<() => Promise<unknown>> {
  await page.evaluate(`window.heard = []; longshore.on('${event}', (payload) => window.heard.push(payload)); 0`);
  return () => page.evaluate('window.heard');
}

const boundsOf = ({ app }: Longshore) =>
  app.evaluate(({ BrowserWindow }) => {
    const { width, height } = BrowserWindow.getAllWindows()[0]?.getBounds() ?? {};
    return { width, height };
  });

test('the window opens in its default size, keeps a smallest one, and comes back as it was left', async ({ launch, home }) => {
  const first = await launch();
  expect(await boundsOf(first)).toEqual({ width: 1280, height: 800 });
  await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(300, 200));
  expect(await boundsOf(first)).toEqual({ width: 900, height: 600 });
  await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1000, height: 700 }));
  await first.app.close();
  const kept = JSON.parse(await readFile(join(home, 'settings.json'), 'utf8'));
  expect(kept.values.window).toMatchObject({ width: 1000, height: 700, maximized: false });
  expect(await boundsOf(await launch())).toEqual({ width: 1000, height: 700 });
});

test('a second start ends at once and leaves the first at work', async ({ longshore, home }) => {
  const second = spawn(
    await testElectron(),
    [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', join(import.meta.dirname, '..')],
    {
      env: { ...process.env, LONGSHORE_HOME: home },
      stdio: 'ignore',
    },
  );
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  expect(await infoOf(longshore)).toMatchObject({ ok: true });
});

test('the data folder is for its user alone, and what was repaired is said', async ({ launch, home }) => {
  const first = await launch();
  await first.app.close();
  for (const name of ['settings.json', 'settings.json.bak']) expect((await stat(join(home, name))).mode & 0o777).toBe(0o600);
  await writeFile(join(home, 'settings.json'), '\0\0\0\0');
  const { value } = await infoOf(await launch());
  expect(value.recovered).toEqual([expect.stringContaining('restored from the last good copy')]);
});

test('what another process writes reaches the window as an event', async ({ longshore, home }) => {
  const heard = await listen(longshore, 'preferences.changed');
  const file = join(home, 'settings.json');
  const settings = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...settings, preferences: { ...settings.preferences, keepReleases: 9 } }));
  await expect.poll(heard).toMatchObject([{ keepReleases: 9 }]);
});

test('the theme follows the preference, the ground under the page too', async ({ longshore }) => {
  const darkAndGround = () =>
    longshore.app.evaluate(({ BrowserWindow, nativeTheme }) => [
      nativeTheme.shouldUseDarkColors,
      BrowserWindow.getAllWindows()[0]?.getBackgroundColor(),
    ]);
  for (const [theme, expected] of [
    ['dark', [true, '#0D1218']],
    ['light', [false, '#F6F7F8']],
  ] as const) {
    await longshore.page.evaluate(`longshore.call('preferences.set', { theme: '${theme}' }, crypto.randomUUID())`);
    await expect.poll(darkAndGround).toEqual(expected);
  }
});

test('a native menu item runs the action of the window', async ({ longshore }) => {
  const heard = await listen(longshore, 'action.requested');
  await longshore.app.evaluate(({ Menu }) => {
    const find = (items: Electron.MenuItem[]): Electron.MenuItem | undefined =>
      items.flatMap((item) => [item, ...(item.submenu?.items ?? [])]).find(({ label }) => label === 'Command Palette…');
    find(Menu.getApplicationMenu()?.items ?? [])?.click();
  });
  await expect.poll(heard).toEqual([{ action: 'palette.open' }]);
});

test('a file is saved where the user says, under a name that leads nowhere else', async ({ longshore, home }) => {
  const target = join(home, 'out.log');
  await answerSaveDialog(longshore.app, target);
  const outcome = await longshore.page.evaluate(
    `longshore.call('files.save', { suggestedName: '../../etc/x\\u0000.log', text: 'lines' }, 'save')`,
  );
  expect(outcome).toEqual({ ok: true, value: { path: target } });
  expect(await readFile(target, 'utf8')).toBe('lines');
  expect(await suggestedPath(longshore.app)).toMatch(/[\\/]\.\.-\.\.-etc-x-\.log$/);
});

test('a dropped file gives its path on disk', async ({ longshore, home }) => {
  const dropped = join(home, 'settings.json');
  await longshore.page.evaluate(
    `addEventListener('drop', (event) => { window.path = longshore.pathForFile(event.dataTransfer.files[0]); }, { capture: true, once: true })`,
  );
  await longshore.dropPaths([dropped]);
  await expect.poll(() => longshore.page.evaluate('window.path')).toBe(dropped);
});
