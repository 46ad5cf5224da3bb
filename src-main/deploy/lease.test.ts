import { expect, it } from 'vitest';
import type { SwarmConfig } from '../docker/types.ts';
import { leaseSight, leaseTtlMs } from './lease.ts';

const config: SwarmConfig = {
  id: 'config-1',
  versionIndex: 7,
  name: 'longshore.shop.lease',
  labels: { 'dev.longshore.lease-holder': 'kim@desk', 'dev.longshore.lease-doing': 'deploy' },
  data: '{}',
  createdAt: 1_000,
  updatedAt: 61_400,
};

it('a lease tells who holds it, for what, since when, and how long ago its holder gave a sign', () => {
  expect(leaseSight(config, 65_000, leaseTtlMs)).toEqual({
    holder: 'kim@desk',
    doing: 'deploy',
    since: 1_000,
    beatAgeMs: 3_600,
    stale: false,
  });
});

it('is stale when it may be taken over, and not a moment earlier', () => {
  expect(leaseSight(config, config.updatedAt + leaseTtlMs, leaseTtlMs).stale).toBe(false);
  expect(leaseSight(config, config.updatedAt + leaseTtlMs + 1, leaseTtlMs).stale).toBe(true);
});

it('has no sign of life from the future, though Docker tells the time in whole seconds', () => {
  expect(leaseSight(config, 61_000, leaseTtlMs)).toMatchObject({ beatAgeMs: 0, stale: false });
});

it('names no holder where its labels do not', () => {
  expect(leaseSight({ ...config, labels: {} }, 65_000, leaseTtlMs)).toMatchObject({ holder: 'Another computer', doing: 'job' });
});
