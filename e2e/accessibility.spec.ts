/** Each screen by the rules that a machine can check, in light and dark, with a server and an app there. */
import { resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, longshoreCommand, serverName, test } from './servers.ts';
import { openApp, openTab } from './user.ts';

const site = resolve(import.meta.dirname, 'projects/static-site');

/** What axe finds on the screen that is shown, one line each. xterm draws its own text and has its own screen reader mode. */
async function findings(page: Page): Promise<string[]> {
  // The usual mode opens another page, which the app refuses.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .exclude('.xterm')
    // Base UI mounts its popups at the end of the body, outside any landmark, by design.
    .disableRules(['region'])
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

for (const theme of ['light', 'dark'] as const) {
  test(`every screen holds the rules of accessibility in ${theme}`, async ({ longshore, page, home }) => {
    test.setTimeout(300_000);
    await longshoreCommand(home, 'deploy', site, '--server', serverName, '--app', 'site');
    await page.emulateMedia({ colorScheme: theme });
    const seen: Record<string, string[]> = {};
    const look = async (screen: string): Promise<void> => {
      seen[screen] = await findings(page);
    };
    const sidebar = page.getByRole('navigation', { name: 'Main' });

    await expect(sidebar.getByRole('button', { name: 'site', exact: true })).toBeVisible({ timeout: 30_000 });
    await look('all servers');
    await sidebar.getByRole('button', { name: serverName, exact: true }).click();
    for (const tab of ['Overview', 'Containers', 'Set-up']) {
      await openTab(page, tab);
      await look(`server, ${tab}`);
    }
    await openApp(page, 'site');
    for (const tab of ['Overview', 'Releases', 'Logs', 'Settings']) {
      await openTab(page, tab);
      await look(`app, ${tab}`);
    }
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Settings', exact: true }).click();
    await look('settings');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await look('palette');
    await page.keyboard.press('Escape');
    await longshore.dropPaths([site]);
    await expect(page.getByRole('dialog').getByRole('treeitem').first()).toBeVisible();
    await look('deploy sheet');

    expect(Object.fromEntries(Object.entries(seen).filter(([, found]) => found.length > 0))).toEqual({});
  });
}
