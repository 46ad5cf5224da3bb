/**
 * What every spec starts from: the built app in real Electron with a data folder of its own, and the few gestures that
 * Playwright does not have. Run `npm run build` first.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { _electron, test as base, type ElectronApplication, type Page, type TestInfo } from '@playwright/test';
import { testElectron } from '../scripts/test-electron.ts';

const root = resolve(import.meta.dirname, '..');

/**
 * Playwright's own preload for Electron, which holds `ready` back until it is connected. It adds it only where it looks for
 * the program itself; without it, about one start in ten hangs as it connects while the page is being committed.
 */
const playwrightLoader = join(
  dirname(createRequire(createRequire(import.meta.url).resolve('@playwright/test')).resolve('playwright-core/package.json')),
  'lib/server/electron/loader.js',
);

export interface LaunchOptions {
  /** The data folder; a spec that starts the app twice gives the same. */
  readonly home: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Longshore {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** Drops files or folders from disk onto a point of the window, as a file manager would; the middle when none is given. */
  dropPaths(paths: readonly string[], at?: { readonly x: number; readonly y: number }): Promise<void>;
}

interface Fixtures {
  /** A fresh data folder, removed afterwards. */
  readonly home: string;
  /** Starts the app; everything started is closed after the spec. */
  readonly launch: (options?: Partial<LaunchOptions>) => Promise<Longshore>;
  /** The app, started in `home`. */
  readonly longshore: Longshore;
  readonly page: Page;
}

/** Starts the built app and waits for its window. */
export async function launchLongshore({ home, args = [], env = {} }: LaunchOptions): Promise<Longshore> {
  const app = await _electron.launch({
    executablePath: await testElectron(),
    // Chromium's own sandbox refuses to run as root; the page stays sandboxed from Node all the same.
    args: ['-r', playwrightLoader, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', ...args, root],
    env: { ...definedEnvironment(), LONGSHORE_HOME: home, ...env },
  });
  askAgainWhenForgotten(app);
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');
  return { app, page, home, dropPaths: (paths, at) => dropPaths(page, paths, at) };
}

/**
 * Playwright keeps no hold on the promise that it evaluates in the main process: while that takes in much, the garbage collector may have it,
 * and the answer is lost though the work was done. So what specs ask of main has to stand being done twice.
 */
function askAgainWhenForgotten(app: ElectronApplication): void {
  const evaluate = app.evaluate.bind(app) as (...args: unknown[]) => Promise<unknown>;
  const again = async (...args: unknown[]): Promise<unknown> => {
    for (let left = 3; ; left -= 1) {
      try {
        return await evaluate(...args);
      } catch (error) {
        if (left === 0 || !(error instanceof Error) || !error.message.includes('was garbage collected')) throw error;
      }
    }
  };
  app.evaluate = again as ElectronApplication['evaluate'];
}

async function dropPaths(page: Page, paths: readonly string[], at?: { readonly x: number; readonly y: number }): Promise<void> {
  const point = at ?? (await middleOf(page));
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await cdp.send('Input.dispatchDragEvent', { type, ...point, data });
  await cdp.detach();
}

async function middleOf(page: Page): Promise<{ x: number; y: number }> {
  // By text: this side knows no DOM. Not by a locator, which would wait for a navigation that the app refused.
  const [width, height] = await page.evaluate<[number, number]>('[innerWidth, innerHeight]');
  return { x: Math.round(width / 2), y: Math.round(height / 2) };
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern of its first parameter.
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'longshore-e2e-'));
    await use(home);
    await rm(home, { recursive: true, force: true });
  },
  launch: async ({ home }, use, info) => {
    const started: Longshore[] = [];
    await use(async (options = {}) => {
      const longshore = await launchLongshore({ home, ...options });
      started.push(longshore);
      await longshore.page.context().tracing.start({ screenshots: true, snapshots: true });
      return longshore;
    });
    for (const [index, longshore] of started.entries()) await finish(longshore, info, index);
  },
  longshore: async ({ launch }, use) => {
    await use(await launch());
  },
  page: async ({ longshore }, use) => {
    await use(longshore.page);
  },
});

/** Keeps trace and screenshot of a failed spec, then closes the app. */
async function finish({ app, page }: Longshore, info: TestInfo, index: number): Promise<void> {
  const failed = info.status !== info.expectedStatus;
  if (failed && !page.isClosed()) {
    await page.screenshot({ path: info.outputPath(`window-${index}.png`) }).catch(() => undefined);
    await page
      .context()
      .tracing.stop({ path: info.outputPath(`trace-${index}.zip`) })
      .catch(() => undefined);
  }
  await closeLongshore(app);
}

/** Closes the app; one that asks whether to quit while a job runs, after a failed spec, is ended by its process. */
export async function closeLongshore(app: ElectronApplication): Promise<void> {
  const closed = app.close().catch(() => undefined);
  const late = setTimeout(() => app.process().kill('SIGKILL'), 10_000);
  await closed;
  clearTimeout(late);
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export { expect } from '@playwright/test';
