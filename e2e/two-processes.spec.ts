/** The window and the command line write to one data folder at the same time. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestServer } from '../src-main/ssh/test-server.ts';
import { expect, test } from './fixtures.ts';
import { longshoreCommand } from './servers.ts';

test('what the window saves and what the command line adds meanwhile are both kept', async ({ page, home }) => {
  test.setTimeout(120_000);
  const server = await startTestServer();
  const names = ['jetty', 'pier', 'quay', 'wharf'];
  try {
    const hostKey = `SHA256:${createHash('sha256').update(server.hostKey.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
    const sidebar = page.getByRole('navigation', { name: 'Main' });
    await sidebar.getByRole('button', { name: 'Settings', exact: true }).click();
    const times = page.getByRole('switch', { name: 'Show the time of each line' });
    const before = await times.isChecked();

    const adding = { done: false };
    const added = Promise.all(
      names.map((name) => longshoreCommand(home, 'servers', 'add', name, `ssh://root@127.0.0.1:${server.port}`, '--host-key', hostKey)),
    ).finally(() => {
      adding.done = true;
    });
    let changes = 0;
    while (!adding.done) {
      await times.click();
      changes += 1;
      await expect(times).toBeChecked({ checked: before !== (changes % 2 === 1) });
      // From the file, since what was shown may not have been written.
      await expect.poll(async () => (await kept(home)).logs.timestamps).toBe(before !== (changes % 2 === 1));
    }
    await added;
    // Else they did not write at the same time.
    expect(changes).toBeGreaterThan(2);

    for (const name of names) await expect(sidebar.getByRole('button', { name, exact: true })).toBeVisible();
    const { servers } = JSON.parse(await longshoreCommand(home, 'servers', 'list', '--json')) as { servers: { name: string }[] };
    expect(servers.map(({ name }) => name).sort()).toEqual(names);
    expect((await kept(home)).logs.timestamps).toBe(before !== (changes % 2 === 1));
    await expect(times).toBeChecked({ checked: before !== (changes % 2 === 1) });
  } finally {
    await server.close();
  }
});

/** The preferences as they stand on the disk. */
async function kept(home: string): Promise<{ readonly logs: { readonly timestamps: boolean } }> {
  const { preferences } = JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')) as {
    preferences: { logs: { timestamps: boolean } };
  };
  return preferences;
}
