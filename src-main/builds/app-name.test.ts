import { expect, test } from 'vitest';
import { appName } from '../contract/models/common.ts';
import { suggestAppName } from './app-name.ts';

test.each([
  ['/home/me/My Shop (2)', 'my-shop-2'],
  ['/srv/shop/', 'shop'],
  ['C:\\Users\\me\\Café', 'cafe'],
  ['2048-game', 'game'],
  ['_site_', 'site'],
  ['日本', 'app'],
  ['/', 'app'],
  ['a'.repeat(60), 'a'.repeat(40)],
  [`${'a'.repeat(39)}-b`, 'a'.repeat(39)],
  ['UPPER.case', 'upper-case'],
])('%j suggests %s', (folder, name) => {
  expect(suggestAppName(folder)).toBe(name);
  expect(appName.safeParse(name).success).toBe(true);
});
