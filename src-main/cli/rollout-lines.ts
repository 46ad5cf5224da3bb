import { type RolloutView, standingInWords } from '../contract/index.ts';

const words = { healthy: 'healthy', starting: 'starting', failed: 'failed', stopping: 'stopping' } as const;

/** "r1 2 healthy, ends 3 requests; r2 2 healthy, takes traffic": where the replicas stand while one release takes the place of another. */
export function rolloutLine(view: RolloutView): string {
  return view.releases
    .map((release) => {
      const count = (state: keyof typeof words): number => release.replicas.filter((replica) => replica.state === state).length;
      const states = (['healthy', 'starting', 'failed', 'stopping'] as const).flatMap((state) =>
        count(state) > 0 ? [`${count(state)} ${words[state]}`] : [],
      );
      return [`r${release.release} ${states.join(', ') || 'no replica'}`, standingInWords(view, release)].join(', ');
    })
    .join('; ');
}

/** The same for two views that differ in how many requests are left alone: those come and go many times a second. */
export function rolloutKey(view: RolloutView): string {
  const releases = view.releases.map((release) => ({
    ...release,
    sessions: release.sessions === null ? null : Math.min(release.sessions, 1),
  }));
  return rolloutLine({ releases });
}
