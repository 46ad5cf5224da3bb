import { describe, expect, it } from 'vitest';
import { parseSince } from './since.ts';

const now = Date.parse('2026-11-24T12:00:00Z');

describe('--since', () => {
  it.each([
    ['30s', '2026-11-24T11:59:30.000Z'],
    ['10m', '2026-11-24T11:50:00.000Z'],
    ['2h', '2026-11-24T10:00:00.000Z'],
    ['1d', '2026-11-23T12:00:00.000Z'],
    ['2026-11-24T10:00Z', '2026-11-24T10:00:00Z'],
    ['2026-11-24 10:00:07+02:00', '2026-11-24T10:00:07+02:00'],
    ['2026-11-24T10:00:07.123456789Z', '2026-11-24T10:00:07.123456789Z'],
  ])('%s', (text, time) => {
    expect(parseSince(text, now)).toBe(time);
  });

  it('is by the clock of this computer where there is no zone, a day alone from midnight on', () => {
    expect(parseSince('2026-11-24T10:00', now)).toBe(new Date(2026, 10, 24, 10).toISOString());
    expect(parseSince('2026-11-24', now)).toBe(new Date(2026, 10, 24).toISOString());
  });

  it.each(['10', '1700000000', '', 'yesterday', '2h30m', '-5m', '2026-02-30', '2026-11-24T25:00', '2026-11-24T10:00:00 CET'])(
    'refuses %j and says what to write',
    (text) => {
      expect(() => parseSince(text, now)).toThrowError(
        expect.objectContaining({ code: 'invalid-input', next: expect.stringMatching(/10m, 2h .*2026-11-24T10:00/) }),
      );
    },
  );
});
