import type { Bridge } from '../src-main/contract/index.ts';
import { expect, test } from './fixtures.ts';

declare global {
  var longshore: Bridge;
}

test('the window opens with the bridge and main answers', async ({ page, home }) => {
  const outcome = await page.evaluate(() => globalThis.longshore.call('app.info', {}, 'first'));
  expect(outcome).toMatchObject({ ok: true, value: { platform: process.platform, home, recovered: [] } });
});
