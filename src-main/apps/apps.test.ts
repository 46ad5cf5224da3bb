import { expect, it } from 'vitest';
import { appIn, type ServerApps } from './apps.ts';
import { recordName } from './names.ts';
import { entryOf, recordOf } from './test-data.ts';

const serverApps = (change: Partial<ServerApps>): ServerApps => ({
  services: [],
  records: [],
  recordNames: [],
  live: {},
  https: [],
  paused: {},
  routes: [],
  balancers: [],
  ...change,
});

it('counts the releases of an app by the names of its records, so that one which cannot be read keeps its number', () => {
  expect(appIn(serverApps({}), 'shop').lastNumber).toBe(0);
  const records = [entryOf(recordOf('shop', 9), 'served')];
  const recordNames = [
    recordName('shop', 9),
    recordName('shop', 10),
    recordName('blog', 30),
    'longshore.shop.r010',
    'longshore.shop.lease',
  ];
  expect(appIn(serverApps({ records, recordNames }), 'shop')).toMatchObject({ records, lastNumber: 10 });
});
