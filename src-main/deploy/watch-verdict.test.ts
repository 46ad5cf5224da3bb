import { describe, expect, it } from 'vitest';
import { taskOf } from '../apps/test-data.ts';
import { answerToDeath, deathInWords, endedTasks, findDeath, type Surroundings, type WatchSight } from './watch-verdict.ts';

const quiet = { everGood: false, sinceGoodMs: 0, bad: 0, lastStatus: null };
const sight = (change: Partial<WatchSight>): WatchSight => ({
  ended: [],
  healthy: 2,
  lastFailure: null,
  downForMs: 0,
  answers: quiet,
  ...change,
});

describe('a release in its watch time', () => {
  const first = taskOf({ id: 'one', state: 'failed', exitCode: 7, updatedAt: 1 });
  const second = taskOf({ id: 'two', state: 'failed', exitCode: 1, updatedAt: 2 });

  it('is well while its replicas run and the edge finds one of them healthy', () => {
    expect(findDeath(sight({}))).toBeNull();
    expect(findDeath(sight({ healthy: 1, lastFailure: 'L4TOUT' }))).toBeNull();
  });

  it('is dead when a replica ended, even one among healthy ones, and by the first of several', () => {
    expect(findDeath(sight({ ended: [second, first] }))).toEqual({ kind: 'ended', task: first });
  });

  it('is dead when the edge finds all of it down for longer than a moment', () => {
    const down = { healthy: 0, lastFailure: 'L7STS 500' };
    expect(findDeath(sight({ ...down, downForMs: 900 }))).toBeNull();
    expect(findDeath(sight({ ...down, downForMs: 1_000 }))).toEqual({ kind: 'down', words: 'L7STS 500' });
  });

  it('is not dead because a HAProxy that was reloaded has not checked it yet, unless that stays so', () => {
    expect(findDeath(sight({ healthy: 0, downForMs: 5_000 }))).toBeNull();
    expect(findDeath(sight({ healthy: 0, downForMs: 15_000 }))).toMatchObject({ kind: 'down' });
  });

  it('is dead when it answered and then gives nothing but 500 and more for seconds', () => {
    const answers = { everGood: true, sinceGoodMs: 3_000, bad: 5, lastStatus: 502 };
    expect(findDeath(sight({ answers }))).toEqual({ kind: 'unanswered', status: 502, count: 5 });
    expect(findDeath(sight({ answers: { ...answers, sinceGoodMs: 2_900 } }))).toBeNull();
    expect(findDeath(sight({ answers: { ...answers, bad: 4 } }))).toBeNull();
  });

  it('is not dead because it answers 500 by nature, or answers slowly', () => {
    expect(findDeath(sight({ answers: { everGood: false, sinceGoodMs: 0, bad: 500, lastStatus: 500 } }))).toBeNull();
    expect(findDeath(sight({ answers: { everGood: true, sinceGoodMs: 20_000, bad: 0, lastStatus: null } }))).toBeNull();
  });
});

it('counts as ended what ended by itself, whatever its code, and not what was told to stop', () => {
  const tasks = ['running', 'failed', 'complete', 'rejected', 'shutdown', 'orphaned', 'ready'].map((state) => taskOf({ state }));
  expect(endedTasks(tasks).map((task) => task.state)).toEqual(['failed', 'complete', 'rejected']);
});

describe('the answer to a death', () => {
  const around = (change: Partial<Surroundings>): Surroundings => ({ sameEdge: true, endedBefore: 0, healthyBefore: 1, ...change });

  it.each<[string, Partial<Surroundings>]>([
    ['back', {}],
    ['back', { healthyBefore: null }],
    ['stay', { healthyBefore: 0 }],
    ['wait', { endedBefore: 1 }],
    ['wait', { sameEdge: false }],
    ['wait', { sameEdge: false, healthyBefore: 0 }],
  ])('is %s for %o', (answer, change) => {
    expect(answerToDeath(around(change))).toBe(answer);
  });
});

it('says what the release died of', () => {
  const ended = (change: Parameters<typeof taskOf>[0]) => ({ kind: 'ended' as const, task: taskOf({ state: 'failed', ...change }) });
  expect(deathInWords(ended({ exitCode: 7 }), null)).toBe('exit code 7');
  expect(deathInWords(ended({ exitCode: 137 }), { outOfMemory: true, lastCheck: null })).toBe('it ran out of memory');
  expect(deathInWords(ended({ state: 'complete', exitCode: 0 }), null)).toBe('it ended by itself, with exit code 0');
  expect(deathInWords({ kind: 'down', words: 'L7STS 500' }, null)).toContain('L7STS 500');
  expect(deathInWords({ kind: 'unanswered', status: 502, count: 5 }, null)).toContain('status 502');
  const failedCheck = { outOfMemory: false, lastCheck: { exitCode: 4, output: 'no database\n' } };
  const words = 'its health command failed: it ended with code 4: no database';
  expect(deathInWords(ended({ state: 'complete', exitCode: 0 }), failedCheck)).toBe(words);
  expect(deathInWords(ended({ exitCode: 7 }), failedCheck)).toBe('exit code 7');
});
