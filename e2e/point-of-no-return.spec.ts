/** A deploy past its switch: it says that it can no longer be cancelled, and what stays. */
import { request } from 'node:http';
import { resolve } from 'node:path';
import type { PracticeServer } from '../sandbox/index.ts';
import { defaultHost, expect, fetchThroughEdge, longshoreCommand, serverName, test } from './servers.ts';
import { startDeploy, untilDeployed } from './user.ts';

const project = resolve(import.meta.dirname, 'projects/slow-answers');

/** A request that the app is still answering. Returns what gives it up. */
function hold(server: PracticeServer, host: string): () => void {
  const call = request({ host: server.host, port: 80, path: '/slow', headers: { host } });
  call.on('error', () => undefined);
  call.end();
  return () => call.destroy();
}

test('a deploy cannot be cancelled once the new release is live, and says so', async ({ longshore, page, home, practiceServer }) => {
  test.setTimeout(300_000);
  const host = defaultHost('late', practiceServer);
  await longshoreCommand(home, 'deploy', project, '--server', serverName, '--app', 'late', '--watch', '0');
  const giveUp = hold(practiceServer, host);
  try {
    await longshore.dropPaths([project]);
    await startDeploy(page, { app: 'late' });
    const main = page.getByRole('main');
    const cancel = main.getByRole('button', { name: 'Cancel' });
    await expect(cancel).toBeEnabled();

    const words = 'Past the point of no return: release 2 is live, only tidying up is left.';
    await expect(main.getByText(words)).toBeVisible({ timeout: 180_000 });
    await expect(cancel).toBeDisabled();
    await expect(cancel).toHaveAccessibleDescription(words);
    await expect(main.getByText('1 session left')).toBeVisible();
    expect((await fetchThroughEdge(practiceServer, host)).body).toBe('release 2\n');

    await page.getByRole('button', { name: /^Jobs/ }).click();
    const tray = page.getByRole('dialog', { name: 'Jobs' });
    // Beside the one of the first release, which the command line ran.
    const row = tray.getByRole('button', { name: `Deploy late to ${serverName}`, exact: true }).filter({ hasText: 'Drain' });
    await expect(row).toBeVisible();
    await expect(tray.getByRole('button', { name: /^Cancel/ })).toHaveCount(0);
    await page.keyboard.press('Escape');
  } finally {
    giveUp();
  }
  expect(await untilDeployed(page)).toBe(2);
  await expect(page.getByText('Past the point of no return')).toHaveCount(0);
});
