import { describe, expect, it } from 'vitest';
import { LinkSpeeds } from './link-speed.ts';

describe('the speed of a link', () => {
  it('is what was sent in its time, where the time is that of the link', () => {
    const speeds = new LinkSpeeds();
    expect(speeds.bitsPerSecond('one')).toBeNull();
    speeds.saw('one', 10_000_000, 40_000_000, 40_000);
    expect(speeds.bitsPerSecond('one')).toBe(2_000_000);
    speeds.saw('one', 10_000_000, 40_000_000, 4_000);
    expect(speeds.bitsPerSecond('one')).toBe(20_000_000);
    expect(speeds.bitsPerSecond('other')).toBeNull();
  });

  it('is not told by little', () => {
    const speeds = new LinkSpeeds();
    speeds.saw('one', 500_000, 500_000, 60_000);
    expect(speeds.bitsPerSecond('one')).toBeNull();
  });

  it('is not that of the copying on the server: 600 kB that are new in 1 GB', () => {
    const speeds = new LinkSpeeds();
    speeds.saw('one', 600_000, 1_000_000_000, 5_000);
    expect(speeds.bitsPerSecond('one')).toBeNull();
    speeds.saw('one', 100_000_000, 400_000_000, 10_000);
    speeds.saw('one', 600_000, 1_000_000_000, 5_000);
    expect(speeds.bitsPerSecond('one')).toBe(80_000_000);
  });

  it('is at least what came through beside the copying, and slow where the copying cannot explain it', () => {
    const speeds = new LinkSpeeds();
    speeds.saw('one', 100_000_000, 1_000_000_000, 8_000);
    expect(speeds.bitsPerSecond('one')).toBe(100_000_000);
    speeds.saw('one', 6_000_000, 1_000_000_000, 48_000);
    expect(speeds.bitsPerSecond('one')).toBe(1_000_000);
  });
});
