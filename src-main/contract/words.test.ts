import { describe, expect, it } from 'vitest';
import { bytesInWords, counted, grouped, holdWords, probeWords } from './words.ts';

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [9_400, '9 kB'],
    [388_000, '388 kB'],
    [999_499, '999 kB'],
    // Rounding must never show a thousand of a unit.
    [999_500, '1 MB'],
    [999_999, '1 MB'],
    [13_500_000, '13.5 MB'],
    [212_000_000, '212 MB'],
    [999_950_000, '1 GB'],
    [1_100_000_000, '1.1 GB'],
    [31_000_000_000, '31 GB'],
    [5_000_000_000_000_000_000, '5,000 PB'],
    [-1500, '-2 kB'],
  ])('%d is %s', (value, words) => {
    expect(bytesInWords(value)).toBe(words);
  });

  it('does not invent a size for what is no number', () => {
    expect(bytesInWords(Number.NaN)).toBe('–');
    expect(bytesInWords(Number.POSITIVE_INFINITY)).toBe('–');
  });
});

it('groups thousands and agrees with its noun', () => {
  expect(grouped(181_936)).toBe('181,936');
  expect(counted(1, 'file')).toBe('1 file');
  expect(counted(0, 'file')).toBe('0 files');
  expect(counted(2564, 'file')).toBe('2,564 files');
  expect(counted(2, 'copy', 'copies')).toBe('2 copies');
});

it('says what a switch showed', () => {
  expect(probeWords({ requests: 18_204, failed: 0, slowestMs: 3 })).toBe('18,204 requests during the switch, 0 failed');
  expect(probeWords({ requests: 1, failed: 1, slowestMs: 3 })).toBe('1 request during the switch, 1 failed');
  expect(probeWords({ requests: 40, failed: 0, slowestMs: 3, heldMs: 4_321 })).toBe(
    '40 requests during the switch, 0 failed; they waited at the edge for up to 4.3 s',
  );
});

it('says what to expect of a release that has to wait for the one before', () => {
  expect(holdWords(3, null)).toMatch(/^Requests wait at the edge while r3 stops and the new release starts\. .* 60 s /);
  expect(holdWords(3, 4_321)).toContain('for about 4.3 s as at the last release');
});
