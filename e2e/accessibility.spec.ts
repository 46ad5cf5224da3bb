/** Each screen by the rules that a machine can check, in light and dark; and that each fits into the smallest window. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { startTestServer } from '../src-main/ssh/test-server.ts';
import { test as bare, type Longshore } from './fixtures.ts';
import { walkDailyScreens, walkFirstScreens } from './screens.ts';
import { test as base, expect, longshoreCommand, rememberServer, serverName } from './servers.ts';

const app = { name: 'site', folder: resolve(import.meta.dirname, 'projects/static-site') };

/** With a server and an app on it that was deployed from this computer, once for all walks. */
const test = base.extend<object, { readonly deployedHome: string }>({
  deployedHome: [
    async ({ practiceServer }, use) => {
      const home = await mkdtemp(join(tmpdir(), 'longshore-e2e-deployed-'));
      await rememberServer(home, practiceServer);
      await longshoreCommand(home, 'deploy', app.folder, '--server', serverName, '--app', app.name, '--watch', '0');
      await use(home);
      await rm(home, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  home: async ({ deployedHome }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'longshore-e2e-'));
    await cp(deployedHome, home, { recursive: true });
    await use(home);
    await rm(home, { recursive: true, force: true });
  },
});

/** What axe finds on the screen that is shown, one line each. xterm draws its own text and has its own screen reader mode. */
async function findings(page: Page): Promise<string[]> {
  // The usual mode opens another page, which the app refuses.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .exclude('.xterm')
    // Base UI's guards hand the focus on as soon as they get it; they are hidden so that nobody hears of them.
    .exclude('[data-base-ui-focus-guard]')
    // Base UI mounts its popups at the end of the body, outside any landmark, by design.
    .disableRules(['region'])
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** Walks, and expects that no screen has anything found on it. */
async function expectNothing(
  { page }: Longshore,
  find: (page: Page) => Promise<string[]>,
  walk: (look: (screen: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const seen: Record<string, string[]> = {};
  await walk(async (screen) => {
    const found = await find(page);
    if (found.length > 0) seen[screen] = found;
  });
  expect(seen).toEqual({});
}

/** A server that asks everybody for a password and takes none. */
async function withAskingServer(run: (server: { readonly host: string; readonly port: number }) => Promise<void>): Promise<void> {
  const server = await startTestServer({ authenticate: () => ({ left: ['password'] }) });
  try {
    await run({ host: '127.0.0.1', port: server.port });
  } finally {
    await server.close();
  }
}

for (const theme of ['light', 'dark'] as const) {
  bare(`the first screens hold the rules of accessibility in ${theme}`, async ({ longshore, page }) => {
    bare.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: theme });
    await withAskingServer((server) => expectNothing(longshore, findings, (look) => walkFirstScreens(longshore, server, look)));
  });

  test(`every screen holds the rules of accessibility in ${theme}`, async ({ longshore, page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: theme });
    await expectNothing(longshore, findings, (look) => walkDailyScreens(longshore, app, look));
  });
}

/**
 * What does not fit into the window, one line each. Runs in the page, whose types this side does not know: hence a text. What can be
 * scrolled to fits; what the window or a box that hides its overflow cuts off does not.
 */
const overflow = `(() => {
  const found = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth) found.push('the page is ' + root.scrollWidth + ' wide in ' + root.clientWidth);
  for (const main of document.querySelectorAll('main, [role=dialog]'))
    if (main.scrollWidth > main.clientWidth) found.push(main.tagName + ' is ' + main.scrollWidth + ' wide in ' + main.clientWidth);
  for (const control of document.querySelectorAll('button, input, textarea, [role=tab], [role=combobox], [role=switch]')) {
    const box = control.getBoundingClientRect();
    // What only a screen reader meets has no size to speak of.
    if (box.width <= 2 || box.height <= 2 || control.closest('[inert], .xterm, [data-sonner-toaster]')) continue;
    if (getComputedStyle(control).visibility === 'hidden') continue;
    const name = control.getAttribute('aria-label') ?? (control.textContent || control.getAttribute('name') || control.tagName).slice(0, 40);
    if (control.tagName === 'BUTTON' && control.scrollWidth > control.clientWidth + 1) found.push('the words of “' + name + '” are cut');
    const cut = { x: false, y: false };
    const reached = { x: false, y: false };
    for (let around = control.parentElement; around !== null; around = around.parentElement) {
      const style = getComputedStyle(around);
      const edge = around === root ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : around.getBoundingClientRect();
      for (const [axis, way, from, to] of [['x', style.overflowX, 'left', 'right'], ['y', style.overflowY, 'top', 'bottom']]) {
        if (way === 'auto' || way === 'scroll') reached[axis] = true;
        else if ((way !== 'visible' || around === root) && !reached[axis] && (box[from] < edge[from] - 1 || box[to] > edge[to] + 1)) cut[axis] = true;
      }
    }
    if (cut.x || cut.y) found.push('“' + name + '” is cut off ' + (cut.x ? 'at a side' : 'above or below'));
  }
  return found;
})()`;

async function small({ app: electron, page }: Longshore): Promise<void> {
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(900, 600));
  await expect.poll(() => page.evaluate<number>('outerWidth')).toBe(900);
}

bare('the first screens fit into the smallest window', async ({ longshore }) => {
  bare.setTimeout(120_000);
  await small(longshore);
  await withAskingServer((server) =>
    expectNothing(
      longshore,
      (page) => page.evaluate<string[]>(overflow),
      (look) => walkFirstScreens(longshore, server, look),
    ),
  );
});

test('every screen fits into the smallest window', async ({ longshore }) => {
  test.setTimeout(180_000);
  await small(longshore);
  await expectNothing(
    longshore,
    (page) => page.evaluate<string[]>(overflow),
    (look) => walkDailyScreens(longshore, app, look),
  );
});
