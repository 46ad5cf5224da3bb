import { expect, it } from 'vitest';
import { appName, hostName } from '../contract/index.ts';
import { defaultHost, imageTag, leaseName, parseImageTag, recordName, serviceName } from './names.ts';

const longest = `a${'b'.repeat(39)}`;

it('fits the longest app name into what Swarm takes', () => {
  expect(appName.safeParse(longest).success).toBe(true);
  // Swarm: config names up to 64 characters, service names up to 63 (they are host names).
  expect(recordName(longest, 999_999_999_999).length).toBeLessThanOrEqual(64);
  expect(leaseName(longest).length).toBeLessThanOrEqual(64);
  expect(serviceName(longest, 99_999_999, new Set([`${longest}-r99999999`])).length).toBeLessThanOrEqual(63);
});

it('gives no lease the name of a release record, whatever the apps are called', () => {
  // "longshore.lease.APP" would: the record of release 1 of an app named "lease" is the lease of an app named "r1".
  const names = ['lease', 'r1', 'release', 'longshore'];
  const leases = new Set(names.map(leaseName));
  for (const app of names) for (const release of [1, 2]) expect(leases.has(recordName(app, release))).toBe(false);
});

it('gives a release that starts beside itself a second service name, and goes back to the first', () => {
  expect(serviceName('shop', 4)).toBe('shop-r4');
  expect(serviceName('shop', 4, new Set(['shop-r4']))).toBe('shop-r4-again');
  expect(serviceName('shop', 4, new Set(['shop-r4-again']))).toBe('shop-r4');
});

it('takes its own image tags apart and no others', () => {
  expect(parseImageTag(imageTag('shop', 12))).toEqual({ app: 'shop', release: 12 });
  for (const tag of ['shop:r1', 'longshore/shop:latest', 'longshore/shop:r0', 'longshore/shop:r1-x', 'x/longshore/shop:r1']) {
    expect(parseImageTag(tag)).toBeNull();
  }
});

it.each([
  ['203.0.113.7', 'shop.203-0-113-7.sslip.io'],
  ['::ffff:203.0.113.7', 'shop.203-0-113-7.sslip.io'],
  ['2001:db8::1', 'shop.2001-db8--1.sslip.io'],
  ['2001:DB8::', 'shop.2001-db8--0.sslip.io'],
  ['::1', 'shop.0--1.sslip.io'],
  ['fe80::1%eth0', 'shop.fe80--1.sslip.io'],
])('names an app at %s %s', (address, host) => {
  expect(defaultHost('shop', address)).toBe(host);
  expect(hostName.safeParse(host).success).toBe(true);
});

it('makes no host name of what is no address', () => {
  expect(() => defaultHost('shop', 'example.com')).toThrow(/not an IP address/);
});
