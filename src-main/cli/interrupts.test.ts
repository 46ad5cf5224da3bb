import { describe, expect, it } from 'vitest';
import type { JobSummary } from '../contract/index.ts';
import { Interrupts, leftWords } from './interrupts.ts';

describe('Ctrl-C', () => {
  function press(...atMs: readonly number[]) {
    let now = 0;
    let ends = 0;
    const interrupts = new Interrupts(
      () => (ends += 1),
      () => now,
    );
    expect(interrupts.signal.aborted).toBe(false);
    for (now of atMs) interrupts.take();
    return { aborted: interrupts.signal.aborted, ends };
  }

  it('asks the command to stop at first, and ends the program the next time', () => {
    expect(press(1_000)).toEqual({ aborted: true, ends: 0 });
    expect(press(1_000, 2_500)).toEqual({ aborted: true, ends: 1 });
  });

  it('counts once when npm passes it on as well', () => {
    expect(press(1_000, 1_004)).toEqual({ aborted: true, ends: 0 });
    expect(press(1_000, 1_004, 1_900)).toEqual({ aborted: true, ends: 1 });
  });
});

describe('what an end at once leaves', () => {
  const job: JobSummary = {
    id: 'j',
    kind: 'deploy',
    title: 'Deploy shop to harbor-1',
    server: 'h1',
    app: 'shop',
    state: 'cancelling',
    startedAt: 1,
    endedAt: null,
    stages: [],
    error: null,
    result: null,
    cancellable: true,
    stays: null,
  };

  it('is said of each job', () => {
    expect(leftWords([])).toBe('Ended at once.');
    expect(leftWords([job])).toBe(
      'Ended at once. "Deploy shop to harbor-1" was not undone, and what it began stays on the server. The next deploy of shop there clears up; it may first wait up to 90 s for this one.',
    );
    expect(leftWords([{ ...job, cancellable: false, stays: 'release 4 is live, only tidying up is left' }])).toContain(
      'was cut off: release 4 is live, only tidying up is left. The next deploy of shop there clears up',
    );
    expect(leftWords([{ ...job, kind: 'setup', title: 'Set up harbor-1', app: null }])).toContain(
      '"Set up harbor-1" was cut off; start it again',
    );
  });
});
