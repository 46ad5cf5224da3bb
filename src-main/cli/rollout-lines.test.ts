import { describe, expect, it } from 'vitest';
import type { RolloutView, StandingRelease } from '../contract/index.ts';
import { rolloutKey, rolloutLine } from './rollout-lines.ts';

type State = StandingRelease['replicas'][number]['state'];
function standing(number: number, change: Partial<StandingRelease>, ...states: readonly State[]): StandingRelease {
  return {
    release: number,
    slot: number % 2 === 0 ? 'b' : 'a',
    serves: false,
    wanted: states.length,
    sessions: 0,
    replicas: states.map((state, at) => ({
      name: `shop.${at + 1}`,
      taskId: `${number}.${at}`,
      containerId: null,
      release: number,
      state,
      message: '',
      startedAt: null,
    })),
    ...change,
  };
}
const view = (...releases: StandingRelease[]): RolloutView => ({ releases });

describe('where the replicas stand', () => {
  it('goes from the old release to the new one', () => {
    const lines = [
      view(standing(1, { serves: true }, 'healthy', 'healthy'), standing(2, { wanted: 0 })),
      view(standing(1, { serves: true }, 'healthy', 'healthy'), standing(2, {}, 'healthy', 'starting')),
      view(standing(1, { sessions: 3 }, 'healthy', 'healthy'), standing(2, { serves: true }, 'healthy', 'healthy')),
      view(standing(1, { sessions: null }, 'healthy'), standing(2, { serves: true }, 'healthy')),
      view(standing(1, {}, 'healthy'), standing(2, { serves: true }, 'healthy')),
      view(standing(1, {}, 'stopping'), standing(2, { serves: true }, 'failed')),
    ].map(rolloutLine);
    expect(lines).toEqual([
      'r1 2 healthy, takes traffic; r2 no replica, planned',
      'r1 2 healthy, takes traffic; r2 1 healthy, 1 starting, no traffic',
      'r1 2 healthy, ends 3 requests; r2 2 healthy, takes traffic',
      'r1 1 healthy, gets no new request; r2 1 healthy, takes traffic',
      'r1 1 healthy, no request left, stands by; r2 1 healthy, takes traffic',
      'r1 1 stopping, no request left, stands by; r2 1 failed, takes traffic',
    ]);
  });

  it('is not news because one request of many ended', () => {
    const left = (sessions: number): string =>
      rolloutKey(view(standing(1, { sessions }, 'healthy'), standing(2, { serves: true }, 'healthy')));
    expect(left(7)).toBe(left(3));
    expect(left(1)).not.toBe(left(0));
  });
});
