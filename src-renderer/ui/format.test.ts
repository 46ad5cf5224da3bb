import { describe, expect, it } from 'vitest';
import { duration, exactTime, latency, percent, relativeTime, secondsUntil, wholeDuration } from './format.ts';

describe('numbers in words', () => {
  it('keeps 0 and 100 per cent for what is nothing and all', () => {
    expect(percent(0, 40)).toBe('0 %');
    expect(percent(1, 1000)).toBe('1 %');
    expect(percent(999, 1000)).toBe('99 %');
    expect(percent(1, 1)).toBe('100 %');
    expect(percent(1, 0)).toBe('–');
  });
});

describe('durations', () => {
  it.each([
    [0, '0.00 s'],
    [160, '0.16 s'],
    [994, '0.99 s'],
    // The edges between the forms show neither 1.00 s nor 10.0 s nor 60 s.
    [996, '1.0 s'],
    [4_200, '4.2 s'],
    [9_960, '10 s'],
    [11_400, '11 s'],
    [59_600, '1 min'],
    [134_000, '2 min 14 s'],
    [3_599_600, '1 h'],
    [8_040_000, '2 h 14 min'],
    [86_399_000, '1 d'],
    [273_600_000, '3 d 4 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('counts whole seconds for what still runs', () => {
    expect(wholeDuration(160)).toBe('0 s');
    expect(wholeDuration(4_200)).toBe('4 s');
    expect(wholeDuration(-5)).toBe('0 s');
  });

  it('says latency in milliseconds', () => {
    expect(latency(0.44)).toBe('0.4 ms');
    expect(latency(17.6)).toBe('18 ms');
    expect(latency(1_240)).toBe('1.2 s');
  });

  it('counts down in whole seconds and stops at none', () => {
    expect(secondsUntil(3_000, 0)).toBe(3);
    expect(secondsUntil(2_001, 0)).toBe(3);
    expect(secondsUntil(0, 10)).toBe(0);
  });
});

describe('times', () => {
  const now = new Date(2025, 0, 12, 14, 2, 11).getTime();
  const ago = (ms: number): string => relativeTime(now - ms, now);
  const minute = 60_000;
  const hour = 60 * minute;
  const day = 24 * hour;

  it.each([
    [0, 'now'],
    [-30_000, 'now'],
    [41_000, '41 s ago'],
    [2 * minute, '2 min ago'],
    [59 * minute + 59_000, '59 min ago'],
    [3 * hour, '3 h ago'],
    [13 * hour, '13 h ago'],
    // 14 h before 14:02 is another calendar day, but more than half a day ago: yesterday.
    [15 * hour, 'yesterday'],
    [day, 'yesterday'],
    [3 * day, '3 days ago'],
    [27 * day, '27 days ago'],
    [30 * day, '2024-12-13'],
  ])('%d ms ago', (ms, words) => {
    expect(ago(ms)).toBe(words);
  });

  it('says a few hours across midnight in hours', () => {
    const early = new Date(2025, 0, 12, 1, 0, 0).getTime();
    expect(relativeTime(early - 3 * hour, early)).toBe('3 h ago');
  });

  it('gives the exact moment in full', () => {
    expect(exactTime(now)).toBe('2025-01-12 14:02:11');
  });
});
