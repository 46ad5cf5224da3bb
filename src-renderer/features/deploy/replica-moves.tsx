import { clsx } from 'clsx';
import { type ReactNode, useEffect, useState } from 'react';
import { type JobSummary, type RolloutView, type StandingRelease, standingInWords } from '../../../src-main/contract/index.ts';
import { call } from '../../bridge/index.ts';
import { isRunning } from '../../state/jobs.ts';
import { type Loadable, load, notLoaded } from '../../state/loadable.ts';
import { StatusText } from '../../ui/index.ts';
import { replicaWords } from '../apps/app-words.ts';

const lookEveryMs = 1_000;
/** From the first of these on there is something that moves, and until the last it may move back. */
const moving: ReadonlySet<string> = new Set(['start', 'healthy', 'route', 'drain', 'watch']);

interface ReplicaMovesProps {
  readonly job: JobSummary;
  readonly connected: boolean;
}

/** While one release takes the place of another: where the replicas of both stand, as the server says it from second to second. */
export function ReplicaMoves({ job, connected }: ReplicaMovesProps): ReactNode {
  const isMoving = isRunning(job) && job.stages.some(({ id, state }) => state === 'running' && moving.has(id));
  const seen = useRollout(job, isMoving && connected);
  if (!isMoving || seen.value === null || seen.value.releases.length === 0) return null;
  const stale = !connected || seen.error !== null;
  return (
    <section aria-label="Replicas" className="mt-4 border-line border-t pt-3">
      <h2 className="mb-1.5 font-semibold text-13">
        Replicas{stale && <span className="ml-2 font-normal text-12 text-text-3">as last seen</span>}
      </h2>
      <ul className={clsx('flex flex-col gap-2.5', stale && 'text-text-3')}>
        {seen.value.releases.map((release) => (
          <Standing key={`${release.slot} ${release.release}`} view={seen.value} release={release} />
        ))}
      </ul>
    </section>
  );
}

interface StandingProps {
  readonly view: RolloutView | null;
  readonly release: StandingRelease;
}

function Standing({ view, release }: StandingProps): ReactNode {
  const { serves, replicas, wanted } = release;
  const missing = Math.max(0, wanted - replicas.filter(({ state }) => state !== 'stopping').length);
  return (
    <li data-release={release.release} data-serves={serves}>
      <p className="flex items-baseline gap-2">
        <span className={clsx('flex-none', serves && 'font-[540]')}>Release {release.release}</span>
        <span className="tabular min-w-0 flex-1 truncate text-right text-12 text-text-2">{view && standingInWords(view, release)}</span>
      </p>
      <ul aria-label={`Replicas of release ${release.release}`} className="mt-0.5 flex flex-col">
        {replicas.map(({ taskId, name, state, message }) => (
          <li key={taskId} className="flex h-6 items-center gap-2 pl-3 text-12">
            <span className="selectable tabular flex-none text-text-2">{name}</span>
            <StatusText status={replicaWords[state].status}>{replicaWords[state].word}</StatusText>
            <span className="min-w-0 flex-1 truncate text-right text-text-3" title={message === '' ? undefined : message}>
              {message}
            </span>
          </li>
        ))}
        {missing > 0 && <li className="flex h-6 items-center pl-3 text-12 text-text-3">{missing} not begun yet</li>}
      </ul>
    </li>
  );
}

/** Looks again a second after each answer, so that a slow server is not asked twice at once. */
function useRollout({ server, app }: JobSummary, active: boolean): Loadable<RolloutView> {
  const [seen, setSeen] = useState<Loadable<RolloutView>>(notLoaded);
  useEffect(() => {
    if (!active || app === null) return;
    const looking = new AbortController();
    const { signal } = looking;
    let last: Loadable<RolloutView> = notLoaded;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      await load(
        last,
        () => call('apps.rollout', { server, app }, { signal }),
        (next) => {
          last = next;
          setSeen((before) => (next.value === null ? { ...next, value: before.value } : next));
        },
        () => !signal.aborted,
      );
      if (!signal.aborted) timer = setTimeout(() => void look(), lookEveryMs);
    };
    void look();
    return () => {
      looking.abort();
      clearTimeout(timer);
    };
  }, [server, app, active]);
  return seen;
}
