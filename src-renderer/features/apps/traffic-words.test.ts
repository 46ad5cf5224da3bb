import { expect, it } from 'vitest';
import type { AppTraffic } from '../../../src-main/contract/index.ts';
import { trafficFigures } from './traffic-words.ts';

const traffic = (change: Partial<AppTraffic> = {}): AppTraffic => ({
  at: 10_000,
  requests: 100,
  failed: 0,
  active: 2,
  averageMs: 23,
  ...change,
});
const values = (before: AppTraffic | null, now: AppTraffic): string[] => trafficFigures(before, now).map(({ value }) => value);

it('tells rates between two counts, and none from one alone or across a new beginning', () => {
  expect(values(traffic(), traffic({ at: 15_000, requests: 1_360, failed: 3 }))).toEqual(['252', '3 of 1,360', '23 ms', '2']);
  expect(values(traffic(), traffic({ at: 15_000, requests: 102 }))[0]).toBe('0.4');
  expect(values(null, traffic())[0]).toBe('–');
  expect(values(traffic(), traffic({ at: 15_000, requests: 5 }))[0]).toBe('–');
  expect(values(null, traffic({ requests: 0, active: 0 }))).toEqual(['–', '–', '–', '0']);
});

it('is alarming only while more fails', () => {
  const alarming = (before: AppTraffic, now: AppTraffic): boolean => trafficFigures(before, now).some((figure) => figure.alarming);
  expect(alarming(traffic({ failed: 3 }), traffic({ at: 15_000, failed: 3 }))).toBe(false);
  expect(alarming(traffic({ failed: 3 }), traffic({ at: 15_000, requests: 101, failed: 4 }))).toBe(true);
});
