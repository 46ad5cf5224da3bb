/** A server that goes away and comes back, and one that is suddenly another. */
import { cutServer, downServer, healServer, resetServer, upServer } from '../sandbox/index.ts';
import { expect, test } from './fixtures.ts';
import { rememberServer } from './servers.ts';

test('a lost connection is shown, and comes back without a click', async ({ home, launch }) => {
  test.setTimeout(300_000);
  const server = await upServer('e2e-cut', { fresh: true });
  try {
    await rememberServer(home, server, 'coast');
    const { page } = await launch();
    const entry = page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: /^coast/ });
    await expect(entry).toHaveAttribute('aria-description', /^Connected/, { timeout: 30_000 });
    await cutServer('e2e-cut');
    await expect(entry).not.toHaveAttribute('aria-description', /^Connected/, { timeout: 40_000 });
    await expect(entry).toContainText(/retry|connecting/i);
    await healServer('e2e-cut');
    await expect(entry).toHaveAttribute('aria-description', /^Connected/, { timeout: 60_000 });
  } finally {
    await downServer('e2e-cut');
  }
});

test('a changed host key is a hard stop that shows both and wants the host typed', async ({ home, launch }) => {
  test.setTimeout(300_000);
  const before = await upServer('e2e-reset', { fresh: true });
  try {
    await rememberServer(home, before, 'reef');
    const after = await resetServer('e2e-reset');
    expect(after.hostKey).not.toBe(before.hostKey);
    const { page } = await launch();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: /^reef/ }).click();
    await expect(page.getByText('The host key of reef has changed')).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText(before.hostKey).first()).toBeVisible();
    await expect(page.getByText(after.hostKey).first()).toBeVisible();
    const accept = page.getByRole('button', { name: 'Accept the new key' });
    await expect(accept).toBeDisabled();
    await page.getByLabel(`Type ${before.host} to accept the new key`).fill(before.host);
    await accept.click();
    await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: /^reef/ })).toHaveAttribute(
      'aria-description',
      /^Connected/,
      { timeout: 30_000 },
    );
  } finally {
    await downServer('e2e-reset');
  }
});
