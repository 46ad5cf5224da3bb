import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pulse } from './pulse.ts';

/** A server behind a clock that the test turns. */
function patient() {
  const told = { latencies: [] as number[], silences: 0, asked: 0 };
  let answer: ((ms: number) => void) | null = null;
  const pulse = new Pulse({
    roundTrip: () => {
      told.asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    onLatency: (ms) => told.latencies.push(ms),
    onSilence: () => {
      told.silences += 1;
      pulse.dispose();
    },
  });
  return { told, pulse, answer: (ms: number) => answer?.(ms) };
}

describe('Pulse', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells of a silence within 20 seconds of the last byte, after three questions', async () => {
    const { told } = patient();
    await vi.advanceTimersByTimeAsync(17_000);
    expect(told.silences).toBe(0);
    expect(told.asked).toBeGreaterThanOrEqual(4);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(told.silences).toBe(1);
  });

  it('takes any byte for a sign of life, however late the answers', async () => {
    const { told, pulse } = patient();
    for (let second = 0; second < 120; second += 10) {
      await vi.advanceTimersByTimeAsync(10_000);
      pulse.heard();
    }
    expect(told.silences).toBe(0);
    pulse.dispose();
  });

  it('gives the server one more question after this computer slept', async () => {
    const { told, pulse } = patient();
    await vi.advanceTimersByTimeAsync(2_000);
    pulse.heard();
    const before = told.asked;
    // Asleep: the clock goes on, no timer fires.
    vi.setSystemTime(Date.now() + 3_600_000);
    const now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now + 3_600_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.silences).toBe(0);
    expect(told.asked).toBe(before + 1);
    vi.spyOn(performance, 'now').mockImplementation(() => now + 3_605_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.silences).toBe(1);
    vi.restoreAllMocks();
    pulse.dispose();
  });

  it('tells the latency at once and then now and again', async () => {
    const { told, pulse, answer } = patient();
    for (let round = 0; round < 7; round += 1) {
      answer(round);
      pulse.heard();
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(told.latencies).toEqual([0, 3, 6]);
    pulse.dispose();
  });
});
