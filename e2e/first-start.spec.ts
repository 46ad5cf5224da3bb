/** From nothing to a live app, as a new user goes: add a server, set it up, drop a folder. */
import { resolve } from 'node:path';
import { downServer, upServer } from '../sandbox/index.ts';
import { expect, test } from './fixtures.ts';
import { defaultHost, fetchThroughEdge } from './servers.ts';
import { addServer, setUp, startDeploy, untilDeployed } from './user.ts';

const sample = resolve(import.meta.dirname, '../resources/samples/hello-harbor');

test('the first start leads from an empty window to a live app', async ({ longshore, page }) => {
  test.setTimeout(600_000);
  const server = await upServer('e2e-first', { docker: true, fresh: true });
  try {
    await expect(page.getByRole('heading', { level: 1, name: 'Drop a folder, get a running app' })).toBeVisible();
    await addServer(page, server, 'first');
    await setUp(page);
    for (const step of ['Reach the server', 'Install and start Docker', 'Start the edge']) await expect(page.getByText(step)).toBeVisible();

    await longshore.dropPaths([sample]);
    await expect(page.getByRole('dialog').getByRole('treeitem', { name: /^server\.js/ })).toBeVisible();
    await startDeploy(page, { app: 'hello' });
    expect(await untilDeployed(page)).toBe(1);

    const answer = await fetchThroughEdge(server, defaultHost('hello', server));
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('hello');
    expect((await fetchThroughEdge(server, 'nobody.example.com')).status).toBe(404);
  } finally {
    await downServer('e2e-first');
  }
});
