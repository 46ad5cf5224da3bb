/**
 * What a user does in the window, by what a user sees: roles and labels. Specs and the demo go the same way. Each gesture
 * ends when the window shows that it worked.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import type { PracticeServer } from '../sandbox/index.ts';

/** Long enough for a set-up with a real apt install on a busy machine. */
export const setUpMs = 300_000;
const deployMs = 180_000;

/** How a user logs in to a server that they add. */
export type Login = { readonly kind: 'key'; readonly identityFile: string } | { readonly kind: 'password' };

export interface NewServer {
  readonly name: string;
  readonly user: string;
  readonly login: Login;
}

/** Fills in the dialog that adds a server, compares the host key that is shown, and accepts it. What the login asks is left to the caller. */
export async function offerServer(page: Page, server: PracticeServer, { name, user, login }: NewServer): Promise<void> {
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('SSH address').fill(`ssh://${user}@${server.host}:${server.port}`);
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Log in with').click();
  await page.getByRole('option', { name: login.kind === 'key' ? 'Key file' : 'Password' }).click();
  if (login.kind === 'key') await dialog.getByLabel('Private key').fill(login.identityFile);
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await expect(dialog.getByText(server.hostKey)).toBeVisible({ timeout: 30_000 });
  await dialog.getByRole('button', { name: 'Accept and connect' }).click();
}

/** Waits until the server that is added is reached, and goes to it. */
export async function finishAdding(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^(Go to set-up|Show )/ }).click({ timeout: 60_000 });
  await expect(dialog).toBeHidden();
}

/** Adds a server by its address and key file, compares the host key that is shown, and accepts it. */
export async function addServer(page: Page, server: PracticeServer, name: string = server.name): Promise<void> {
  await offerServer(page, server, { name, user: server.user, login: { kind: 'key', identityFile: server.identityFile } });
  await finishAdding(page);
}

/** Runs the checklist of the server that is shown, to its end. */
export async function setUp(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Set-up' }).click();
  await page.getByRole('button', { name: /^(Set up|Run again)/ }).click();
  await expect(page.getByText('Ready for apps')).toBeVisible({ timeout: setUpMs });
}

export interface SheetChoices {
  readonly app: string;
}

/** Fills in the deploy sheet that a drop has opened and starts the deploy. */
export async function startDeploy(page: Page, { app }: SheetChoices): Promise<void> {
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'App' }).fill(app);
  const deploy = sheet.getByRole('button', { name: /^Deploy \d/ });
  await expect(deploy).toBeEnabled({ timeout: 30_000 });
  await deploy.click();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('list', { name: 'Stages' })).toBeVisible();
}

/** Waits until the page of the job says which release is live. Returns its number. */
export async function untilDeployed(page: Page): Promise<number> {
  const words = page.getByRole('main').getByText(/^(Deployed|Rolled back) r\d+/);
  await expect(words.first()).toBeVisible({ timeout: deployMs });
  return Number(/r(\d+)/.exec((await words.first().textContent()) ?? '')?.[1]);
}

/** Goes to an app by the side bar. */
export async function openApp(page: Page, app: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: app, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: app })).toBeVisible();
}

export async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).first().click();
  await expect(page.getByRole('tab', { name, exact: true }).first()).toHaveAttribute('aria-selected', 'true');
}

/** Goes to a server by the side bar. */
export async function openServer(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** The middle of what is shown, as a place to drop on. */
export async function middleOf(place: Locator): Promise<{ readonly x: number; readonly y: number }> {
  await expect(place).toBeVisible();
  const box = await place.boundingBox();
  if (box === null) throw new Error('It is not drawn');
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
}
