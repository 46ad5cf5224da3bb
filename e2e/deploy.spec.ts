/** One app through its days: live, its log, a shell in it, a second release, and back. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { catchOpened, openedUrls } from './desktop.ts';
import { defaultHost, expect, fetchThroughEdge, test } from './servers.ts';
import { openApp, openTab, startDeploy, untilDeployed } from './user.ts';

const sample = resolve(import.meta.dirname, '../resources/samples/hello-harbor');

/** A copy of the sample that a spec may change. */
async function ownCopy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-project-'));
  await cp(sample, folder, { recursive: true });
  return folder;
}

test('a dropped folder goes live, is watched, replaced and rolled back', async ({ longshore, page, practiceServer }) => {
  test.setTimeout(600_000);
  const folder = await ownCopy();
  const host = defaultHost('harbor', practiceServer);
  const path = '/it-was-me';
  try {
    await longshore.dropPaths([folder]);
    await startDeploy(page, { app: 'harbor' });
    await expect(page.getByRole('region', { name: 'Build log' })).toContainText('Successfully built', { timeout: 180_000 });
    expect(await untilDeployed(page)).toBe(1);

    await openApp(page, 'harbor');
    await openTab(page, 'Logs');
    expect((await fetchThroughEdge(practiceServer, host, path)).status).toBeLessThan(500);
    await expect(page.getByRole('region', { name: 'Logs of harbor' })).toContainText(path, { timeout: 20_000 });

    await catchOpened(longshore.app);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect.poll(() => openedUrls(longshore.app), { timeout: 20_000 }).toHaveLength(1);
    const [address = ''] = await openedUrls(longshore.app);
    // The name does not resolve here, so it is a tunnel: any port of this computer, the app behind it.
    expect(new URL(address).hostname).toBe('127.0.0.1');
    expect((await fetch(address)).status).toBe(200);

    await openTab(page, 'Terminal');
    const terminal = page.getByRole('region', { name: /^Terminal in harbor\.1/ });
    await expect(terminal).toContainText('/app', { timeout: 20_000 });
    await terminal.click();
    await page.keyboard.type('echo "$LONGSHORE_APP-$((40 + 2))"\n');
    await expect(terminal).toContainText('harbor-42', { timeout: 20_000 });

    await writeFile(join(folder, 'second.txt'), 'the second release\n');
    await longshore.dropPaths([folder]);
    await expect(page.getByRole('dialog').getByText('Replaces r1')).toBeVisible();
    await startDeploy(page, { app: 'harbor' });
    expect(await untilDeployed(page)).toBe(2);
    await expect(page.getByText(/^\d+ requests during the switch, 0 failed$/).first()).toBeVisible();

    await openApp(page, 'harbor');
    await openTab(page, 'Releases');
    await page.getByRole('button', { name: 'r2', exact: true }).click();
    await expect(page.getByRole('list', { name: 'r2 against r1' })).toContainText(/Source \d+ files, .* → \d+ files, /);
    await page.getByRole('button', { name: 'Roll back to r1' }).click();
    const asking = page.getByRole('dialog').or(page.getByRole('alertdialog'));
    // It says which way the code goes, before anything is done.
    await expect(asking.getByRole('list', { name: 'What changes back' })).toContainText('Source');
    await asking.getByRole('button', { name: 'Roll back to r1' }).click();
    await expect(page.getByRole('row', { name: /^r1 Live/ })).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole('row', { name: /^r2 Kept/ })).toBeVisible();
    expect((await fetchThroughEdge(practiceServer, host)).status).toBe(200);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
