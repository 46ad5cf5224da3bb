/** Routes through the window: a redirect, a path that is taken off, and a guarded host, each as a visitor meets it. */
import { request } from 'node:http';
import { resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { execOn, type PracticeServer } from '../sandbox/index.ts';
import { defaultHost, expect, longshoreCommand, serverName, test } from './servers.ts';
import { openServer, openTab } from './user.ts';

const folder = resolve(import.meta.dirname, 'projects/echo');
const app = 'echo';

interface Visit {
  readonly status: number;
  readonly location: string | undefined;
  /** The path that the app saw, and who it was told it is; empty where the app was not asked. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly frame: string | undefined;
}

/** A visitor's request by http, with or without a user and password. */
function visit(server: PracticeServer, host: string, path: string, user?: string): Promise<Visit> {
  const headers = { host, ...(user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` }) };
  return new Promise((resolved, reject) => {
    const call = request({ host: server.host, port: 80, path, headers, timeout: 10_000, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const asked = response.headers['x-app'] === app ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {};
        resolved({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          path: asked.path ?? '',
          authorization: asked.headers?.authorization,
          frame: response.headers['x-frame-options']?.toString(),
        });
      });
    });
    call.once('timeout', () => call.destroy(new Error(`No answer from ${server.host} for ${host} within 10 s`)));
    call.once('error', reject);
    call.end();
  });
}

/** Over a connection of its own, since one that is open outlives a change; null where it is not let in. */
function statusAt(server: PracticeServer, port: number): Promise<number | null> {
  return new Promise((resolved) => {
    const call = request({ host: server.host, port, path: '/', timeout: 10_000, agent: false }, (response) => {
      response.resume();
      resolved(response.statusCode ?? null);
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolved(null));
    call.end();
  });
}

function rowOf(page: Page, place: string): Locator {
  return page
    .getByRole('table', { name: `Routes of ${serverName}` })
    .getByRole('row', { name: new RegExp(`^${place.replaceAll(/[.*]/g, '\\$&')} `) });
}

/** Opens the dialog that adds a route, and says for what. */
async function addRoute(page: Page, host: string, path = ''): Promise<Locator> {
  await page.getByRole('button', { name: 'Add a route…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a route' });
  await dialog.getByLabel('Host', { exact: true }).fill(host);
  await dialog.getByLabel('Path', { exact: true }).fill(path);
  return dialog;
}

async function choose(page: Page, dialog: Locator, field: string, option: string | RegExp): Promise<void> {
  await dialog.getByRole('combobox', { name: field, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

async function send(dialog: Locator, button: string): Promise<void> {
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
}

test('a redirect, a path to an app and a guarded host are added, changed and removed, and do what they say', async ({
  page,
  home,
  practiceServer: server,
}) => {
  test.setTimeout(300_000);
  const own = 'till.example.com';
  const given = defaultHost(app, server);
  await longshoreCommand(home, 'deploy', folder, '--server', serverName, '--app', app, '--domain', own);
  try {
    await test.step('before, there are the domains of apps, and what a route is for', async () => {
      await openServer(page, serverName);
      await openTab(page, 'Routes');
      await expect(page.getByRole('heading', { name: 'No routes yet' })).toBeVisible({ timeout: 30_000 });
      await expect(rowOf(page, own)).toContainText('by the app’s settings');
      await expect(rowOf(page, given)).toContainText(app);
    });

    await test.step('what is wrong is said at its field, and what the server refuses in the dialog', async () => {
      const dialog = await addRoute(page, 'localhost', 'a b');
      await choose(page, dialog, 'Leads to', /^A redirect/);
      await dialog.getByRole('button', { name: 'Add route' }).click();
      await expect(dialog.getByText('A host looks like shop.example.com or *.example.com')).toBeVisible();
      await expect(dialog.getByText(/^A path looks like/)).toBeVisible();
      await expect(dialog.getByText('A redirect leads to an http or https address')).toBeVisible();
      await expect(dialog.getByLabel('Host', { exact: true })).toBeFocused();
      await dialog.getByLabel('Host', { exact: true }).fill(own);
      await dialog.getByLabel('Path', { exact: true }).fill('');
      await dialog.getByLabel('To', { exact: true }).fill('https://new.example.com');
      await dialog.getByRole('button', { name: 'Add route' }).click();
      await expect(dialog.getByRole('alert')).toContainText(`${own} already leads to the app ${app}`, { timeout: 30_000 });
      await expect(dialog.getByLabel('To', { exact: true })).toHaveValue('https://new.example.com');
    });

    await test.step('a redirect, with the path of the visitor; what it changes is shown before', async () => {
      const dialog = page.getByRole('dialog', { name: 'Add a route' });
      await dialog.getByLabel('Host', { exact: true }).fill('old.example.com');
      await dialog.getByRole('button', { name: 'What it changes' }).click();
      const dry = page.getByRole('dialog', { name: 'What this changes at the edge' });
      await expect(dry.getByRole('list', { name: `routes.map on ${serverName}` })).toContainText('+comes: old.example.com/ r', {
        timeout: 30_000,
      });
      await expect(dry.getByRole('list', { name: `haproxy.cfg on ${serverName}` })).toContainText("'https://new.example.com' code 308");
      await dry.getByRole('button', { name: 'Close' }).last().click();
      await expect(dry).toBeHidden();
      expect((await visit(server, 'old.example.com', '/')).status).toBe(404);
      await send(dialog, 'Add route');
      await expect(rowOf(page, 'old.example.com')).toContainText('https://new.example.com 308, path kept');
      expect(await visit(server, 'old.example.com', '/a/b?c=1')).toMatchObject({
        status: 308,
        location: 'https://new.example.com/a/b?c=1',
      });
    });

    await test.step('a path to the app, taken off', async () => {
      expect((await visit(server, 'all.example.com', '/inner/x')).status).toBe(404);
      const dialog = await addRoute(page, 'all.example.com', '/inner');
      // Chosen already where it is the only app.
      await choose(page, dialog, 'App', app);
      await dialog.getByRole('checkbox', { name: 'Take /inner off before it is passed on' }).click();
      await send(dialog, 'Add route');
      await expect(rowOf(page, 'all.example.com/inner')).toContainText('echo without /inner');
      expect(await visit(server, 'all.example.com', '/inner/x?y=1')).toMatchObject({ status: 200, path: '/x?y=1' });
      expect(await visit(server, 'all.example.com', '/inner')).toMatchObject({ status: 200, path: '/' });
      expect((await visit(server, 'all.example.com', '/innermost')).status).toBe(404);
    });

    await test.step('a domain of the app, for those with a password; its other name is named as open', async () => {
      const dialog = await addRoute(page, own);
      await choose(page, dialog, 'App', app);
      await dialog.getByRole('button', { name: /^Rules/ }).click();
      await dialog.getByRole('button', { name: 'Add a user' }).click();
      await dialog.getByLabel('Name of new user').fill('kim');
      await dialog.getByRole('button', { name: 'Add route' }).click();
      await expect(dialog.getByText('Give a password')).toBeVisible();
      await dialog.getByLabel('Password of kim').fill(`pa'ss "%`);
      await dialog.getByRole('button', { name: 'Add a response header' }).click();
      await dialog.getByLabel('Name of new response header').fill('X-Frame-Options');
      await dialog.getByLabel('Value of response header X-Frame-Options').fill('DENY');
      await expect(dialog.getByRole('note', { name: 'What stays open' })).toContainText(given);
      await send(dialog, 'Add route');
      await expect(rowOf(page, own).first()).toContainText('1 user, 1 header');
      await expect(rowOf(page, own).last()).toContainText('the route above comes first');
      expect((await visit(server, own, '/')).status).toBe(401);
      expect((await visit(server, own, '/', 'kim:wrong')).status).toBe(401);
      const inside = await visit(server, own, '/x', `kim:pa'ss "%`);
      expect(inside).toMatchObject({ status: 200, path: '/x', authorization: undefined, frame: 'DENY' });
      expect((await visit(server, given, '/')).status).toBe(200);
    });

    await test.step('changed: a password that is not given stays, and the code of the redirect is another', async () => {
      await rowOf(page, own).first().getByRole('button', { name: own, exact: true }).click();
      const guarded = page.getByRole('dialog', { name: 'Change a route' });
      await guarded.getByRole('button', { name: /^Rules 1 user, 1 header/ }).click();
      await expect(guarded.getByLabel('Password of kim')).toHaveValue('');
      await guarded.getByRole('button', { name: 'Add a user' }).click();
      await guarded.getByLabel('Name of new user').fill('lee');
      await guarded.getByLabel('Password of lee').fill('second');
      await send(guarded, 'Save');
      await expect(rowOf(page, own).first()).toContainText('2 users, 1 header');
      expect((await visit(server, own, '/')).status).toBe(401);
      expect((await visit(server, own, '/', `kim:pa'ss "%`)).status).toBe(200);
      expect((await visit(server, own, '/', 'lee:second')).status).toBe(200);

      await page.getByRole('button', { name: 'More for old.example.com' }).click();
      await page.getByRole('menuitem', { name: 'Change…' }).click();
      const redirect = page.getByRole('dialog', { name: 'Change a route' });
      await choose(page, redirect, 'Status', /^301/);
      await redirect.getByRole('checkbox', { name: 'Path and query go along' }).click();
      await send(redirect, 'Save');
      await expect(rowOf(page, 'old.example.com')).toContainText('https://new.example.com 301');
      expect(await visit(server, 'old.example.com', '/a/b')).toMatchObject({ status: 301, location: 'https://new.example.com' });
    });

    await test.step('what comes by a route is counted in its row', async () => {
      // As long as the edge looks back ten seconds there is one that it has just counted.
      await expect(async () => {
        expect((await visit(server, 'all.example.com', '/inner/x')).status).toBe(200);
        const cells = rowOf(page, 'all.example.com/inner').getByRole('cell');
        expect(await cells.nth(3).textContent()).toMatch(/^0\.[1-9]$/);
        expect(await cells.nth(4).textContent()).toBe('0 %');
        expect(await cells.nth(5).textContent()).toMatch(/ms$/);
      }).toPass({ timeout: 60_000 });
      await page.screenshot({ path: 'test-results/routes-traffic.png' });
      await page.setViewportSize({ width: 900, height: 600 });
      await page.screenshot({ path: 'test-results/routes-traffic-small.png' });
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    await test.step('what somebody changed by hand is told of, and shown', async () => {
      const file = '/var/lib/longshore/edge/etc/haproxy.cfg';
      await page.getByRole('button', { name: 'What differs at the edge' }).click();
      const differs = page.getByRole('dialog', { name: 'What differs at the edge' });
      await expect(differs.getByText(/^Nothing differs/)).toBeVisible({ timeout: 30_000 });
      await execOn(server.name, ['sed', '-i', 's/timeout client 60s/timeout client 61s/', file]);
      await differs.getByRole('button', { name: 'Compare again' }).click();
      await expect(differs.getByText(/^The configuration on .* was changed by hand/)).toBeVisible({ timeout: 30_000 });
      await expect(differs.getByRole('list', { name: `haproxy.cfg on ${serverName}` })).toContainText('goes:   timeout client 61s');
      await expect(differs.getByText('what HAProxy runs is unknown')).toBeVisible();
      await differs.getByRole('button', { name: 'Close' }).last().click();
      await page.getByRole('button', { name: 'Read again' }).click();
      await expect(page.getByText(/configuration was changed by hand\. The next change/)).toBeVisible({ timeout: 30_000 });
      await execOn(server.name, ['sed', '-i', 's/timeout client 61s/timeout client 60s/', file]);
    });

    await test.step('a search leaves what has its words', async () => {
      await page.getByLabel('Search routes').fill('new.example');
      await expect(page.getByRole('table', { name: `Routes of ${serverName}` }).getByRole('row')).toHaveCount(2);
      await page.getByLabel('Search routes').fill('');
    });

    await test.step('removing one says what its visitors get then, and they do', async () => {
      await page.getByRole('button', { name: `More for ${own}` }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      const asking = page.getByRole('dialog', { name: `Remove the route for ${own}?` });
      await expect(asking).toContainText(`get the app ${app} then`);
      await expect(asking).toContainText('Whoever comes there gets in');
      await asking.getByRole('button', { name: 'Remove', exact: true }).click();
      await expect(rowOf(page, own)).toHaveCount(1, { timeout: 30_000 });
      await expect(rowOf(page, own)).toContainText('by the app’s settings');
      expect((await visit(server, own, '/')).status).toBe(200);

      await page.getByRole('button', { name: 'More for old.example.com' }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      const gone = page.getByRole('dialog', { name: 'Remove the route for old.example.com?' });
      await expect(gone).toContainText('“No such site” with status 404');
      await gone.getByRole('button', { name: 'Remove', exact: true }).click();
      await expect(rowOf(page, 'old.example.com')).toHaveCount(0, { timeout: 30_000 });
      expect((await visit(server, 'old.example.com', '/')).status).toBe(404);
      expect((await visit(server, 'all.example.com', '/inner/x')).status).toBe(200);
    });

    await test.step('a port of its own leads to the app, is changed in its place and closed', async () => {
      const ports = page.getByRole('table', { name: `Ports of ${serverName}` });
      await page.getByRole('button', { name: 'Open a port…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Open a port' });
      await dialog.getByLabel('Port of the server').fill('443');
      await choose(page, dialog, 'App', app);
      await dialog.getByRole('button', { name: 'Open port' }).click();
      await expect(dialog.getByRole('alert')).toContainText('is the edge', { timeout: 30_000 });
      await page.screenshot({ path: 'test-results/port-dialog.png' });
      await dialog.getByLabel('Port of the server').fill('15432');
      await dialog.getByRole('button', { name: 'Open port' }).click();
      await expect(dialog).toBeHidden({ timeout: 60_000 });
      const row = ports.getByRole('row', { name: /^15432\/tcp / });
      await expect(row).toContainText('Open');
      expect(await statusAt(server, 15_432)).toBe(200);
      await row.getByRole('button', { name: '15432/tcp', exact: true }).click();
      const changing = page.getByRole('dialog', { name: 'Change the port 15432/tcp' });
      await changing.getByLabel('Only from').fill('192.0.2.1');
      await send(changing, 'Save');
      await expect(row).toContainText('only from 192.0.2.1');
      expect(await statusAt(server, 15_432)).toBeNull();
      await page.screenshot({ path: 'test-results/ports.png' });
      await page.getByRole('button', { name: 'More for 15432/tcp' }).click();
      await page.getByRole('menuitem', { name: 'Close…' }).click();
      await page.getByRole('dialog', { name: 'Close the port 15432/tcp?' }).getByRole('button', { name: 'Close port' }).click();
      await expect(ports).toBeHidden({ timeout: 60_000 });
    });

    await test.step('renewing the edge says beforehand what to expect, and finds nothing to do', async () => {
      await page.getByRole('button', { name: `More for ${serverName}` }).click();
      await page.getByRole('menuitem', { name: 'Renew the edge…' }).click();
      const asking = page.getByRole('dialog', { name: `Renew the edge of ${serverName}?` });
      await expect(asking).toContainText(/It is HAProxy \d/);
      await expect(asking).toContainText('No gap: a second edge serves');
      await asking.getByRole('button', { name: 'Renew', exact: true }).click();
      await expect(page.getByText('the edge is as it should be')).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText('Edge up to date', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
    });
  } finally {
    await removeRoutes(page);
    await longshoreCommand(home, 'remove', app, '--server', serverName, '--yes');
  }
});

/** Leaves no route for the specs after this one, whatever went before. */
async function removeRoutes(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const { value: servers } = await longshore.call('servers.list', {}, 'e2e-servers');
    const server = servers[0].profile.id;
    const { value } = await longshore.call('routes.list', { server }, 'e2e-routes');
    for (const { id } of value.routes) await longshore.call('routes.change', { server, change: { do: 'remove', id } }, 'e2e-' + id);
  })()`);
}
