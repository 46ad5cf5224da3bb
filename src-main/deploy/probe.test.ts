import { expect, it } from 'vitest';
import { defaultSettings } from '../contract/index.ts';
import { isFailedAnswer } from './probe.ts';

it('counts as failed what the edge could not have answered, or answered itself', () => {
  const answer = (status: number, slot: 'a' | null = 'a') => ({ status, slot, ms: 1 });
  const tcp = { ...defaultSettings, health: { kind: 'tcp' as const } };
  expect([200, 404, 500, 503].map((status) => isFailedAnswer(answer(status), defaultSettings))).toEqual([false, false, true, true]);
  expect([200, 404, 500, 503].map((status) => isFailedAnswer(answer(status), tcp))).toEqual([false, false, false, true]);
  expect(isFailedAnswer(answer(200, null), tcp)).toBe(true);
});
