/** Ending the program in the middle of a job: it asks, "Stay" changes nothing, and "Quit" leaves nothing half-made on the server. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { defaultHost, expect, fetchThroughEdge, longshoreCommand, test } from './servers.ts';
import { listed } from './standing.ts';
import { startDeploy, untilDeployed } from './user.ts';

const project = (name: string): string => resolve(import.meta.dirname, 'projects', name);

const imageNames = ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'] as const;

interface Question {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/** The system's dialog is outside of what can be driven: this presses a button for its user, and keeps what was asked. */
async function answerWith(app: ElectronApplication, button: 'Stay' | 'Quit'): Promise<void> {
  await app.evaluate(({ dialog }, pressed) => {
    const asked: unknown[] = [];
    Reflect.set(globalThis, 'asked', asked);
    dialog.showMessageBox = async (...args: unknown[]) => {
      const question = args.at(-1) as Electron.MessageBoxOptions;
      asked.push({ message: question.message, detail: question.detail, buttons: question.buttons });
      return { response: question.buttons?.indexOf(pressed) ?? -1, checkboxChecked: false };
    };
  }, button);
}

function asked(app: ElectronApplication): Promise<Question[]> {
  return app.evaluate(() => Reflect.get(globalThis, 'asked') as Question[]);
}

/** Once, also where the answer is lost and main is asked again (see `fixtures.ts`): a second close would ask a second time. */
async function closeWindow(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ BrowserWindow }, press) => {
    if (Reflect.get(globalThis, 'closedBy') === press) return;
    Reflect.set(globalThis, 'closedBy', press);
    BrowserWindow.getAllWindows()[0]?.close();
  }, randomUUID());
}

test('closing the window in a build asks; "Stay" keeps it, "Quit" ends it and leaves nothing half-made', async ({
  launch,
  practiceServer,
  home,
}) => {
  test.setTimeout(300_000);
  const { app, page, dropPaths } = await launch();
  const containers = await listed('ps', '--all', '--quiet');
  const images = await listed(...imageNames);
  const configs = await listed('config', 'ls', '--format', '{{.Name}}');
  await dropPaths([project('slow-build')]);
  await startDeploy(page, { app: 'left' });
  const log = page.getByRole('region', { name: 'Build log' });
  await expect(log).toContainText('second 1', { timeout: 60_000 });
  // Only what is new counts: a container of an earlier spec may still be on its way out.
  const added = async (): Promise<string[]> => (await listed('ps', '--all', '--quiet')).filter((id) => !containers.includes(id));
  expect(await added()).not.toEqual([]);

  await answerWith(app, 'Stay');
  await closeWindow(app);
  await expect(async () => {
    expect(await asked(app)).toEqual([
      {
        message: expect.stringMatching(/left.* is still running$/),
        detail: expect.stringMatching(/^Quitting cancels what runs and undoes/),
        buttons: ['Stay', 'Quit'],
      },
    ]);
  }).toPass({ timeout: 10_000 });
  const now = Number(/second (\d+)(?!.*second \d)/s.exec((await log.textContent()) ?? '')?.[1]);
  await expect(log).toContainText(`second ${now + 2}`, { timeout: 20_000 });
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeEnabled();

  await answerWith(app, 'Quit');
  const ended = app.waitForEvent('close', { timeout: 30_000 });
  await closeWindow(app);
  await ended;

  const apps = JSON.parse(await longshoreCommand(home, 'apps', '--json')) as { apps: { name: string }[] };
  expect(apps.apps.map(({ name }) => name)).not.toContain('left');
  await expect.poll(added, { timeout: 30_000 }).toEqual([]);
  expect(await listed('service', 'ls', '--filter', 'name=left', '--quiet')).toEqual([]);
  // The base image that was pulled may stay: it is whole.
  expect((await listed(...imageNames)).filter((image) => !images.includes(image) && !image.startsWith('busybox'))).toEqual([]);

  // The right to write the app was given back: else the next deploy would wait until it expires.
  expect((await listed('config', 'ls', '--format', '{{.Name}}')).filter((name) => !configs.includes(name))).toEqual([]);

  // Nothing is in the way of the next start: the job is told of, and the same app goes live.
  const again = await launch();
  await again.page.getByRole('button', { name: /^Jobs/ }).click();
  await expect(again.page.getByRole('dialog', { name: 'Jobs' })).toContainText(/left.*nothing left half-made/s);
  await again.page.keyboard.press('Escape');
  await again.dropPaths([project('static-site')]);
  await startDeploy(again.page, { app: 'left' });
  expect(await untilDeployed(again.page)).toBe(1);
  expect((await fetchThroughEdge(practiceServer, defaultHost('left', practiceServer))).status).toBe(200);
});
