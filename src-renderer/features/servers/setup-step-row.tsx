import { clsx } from 'clsx';
import { Ban, ChevronRight, Circle, CircleCheck, CircleMinus, CircleX, type LucideIcon } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { Stage } from '../../../src-main/contract/index.ts';
import { duration, wholeDuration } from '../../ui/format.ts';
import { Spinner, useNow } from '../../ui/index.ts';
import { LogList } from '../logs/log-list.tsx';
import type { LogSession } from '../logs/log-session.ts';
import { noQuery, useLogView } from '../logs/use-log-view.ts';

interface Look {
  readonly icon: LucideIcon | null;
  readonly colour: string;
  readonly word: string;
}

const looks: Readonly<Record<Stage['state'], Look>> = {
  waiting: { icon: Circle, colour: 'text-text-3', word: 'Waiting' },
  running: { icon: null, colour: 'text-work', word: 'Running' },
  done: { icon: CircleCheck, colour: 'text-live', word: 'Done' },
  already: { icon: CircleCheck, colour: 'text-live', word: 'Already done' },
  skipped: { icon: CircleMinus, colour: 'text-text-3', word: 'Not needed' },
  failed: { icon: CircleX, colour: 'text-fail', word: 'Failed' },
  cancelled: { icon: Ban, colour: 'text-text-3', word: 'Cancelled' },
};

interface SetupStepRowProps {
  readonly stage: Stage;
  readonly session: LogSession | null;
}

/** One step of the checklist. Its output opens by itself while it runs and where it failed, and otherwise when asked for. */
export function SetupStepRow({ stage, session }: SetupStepRowProps): ReactNode {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const id = useId();
  const { icon: Icon, colour, word } = looks[stage.state];
  const begun = stage.state !== 'waiting' && stage.state !== 'skipped';
  const open = begun && session !== null && (chosen ?? (stage.state === 'running' || stage.state === 'failed'));
  return (
    <li className="border-line border-b">
      <button
        type="button"
        aria-label={`${stage.title}: ${word}${stage.detail ? `, ${stage.detail}` : ''}`}
        aria-expanded={begun && session !== null ? open : undefined}
        aria-controls={open ? id : undefined}
        disabled={!begun || session === null}
        onClick={() => setChosen(!open)}
        className="flex h-9 w-full items-center gap-2.5 rounded-4 pr-2 pl-1 text-left outline-offset-[-2px]! enabled:hover:bg-hover"
      >
        <span className={clsx('flex flex-none', colour)}>{Icon ? <Icon aria-hidden size={16} /> : <Spinner label={null} size={16} />}</span>
        <span className={clsx('flex-none', begun ? 'font-[530] text-text' : 'text-text-2')}>{stage.title}</span>
        {stage.state === 'already' && <span className="flex-none text-12 text-text-3">already</span>}
        <span className="tabular min-w-0 flex-1 truncate text-right text-12 text-text-2">{stage.detail}</span>
        <span className="tabular w-16 flex-none text-right text-12 text-text-2">
          <StepTime stage={stage} />
        </span>
        <ChevronRight
          aria-hidden
          size={14}
          className={clsx('flex-none text-text-3 transition-transform', open && 'rotate-90', (!begun || session === null) && 'invisible')}
        />
      </button>
      {open && (
        <div id={id} className="pb-3 pl-7">
          <StepOutput session={session} stage={stage} />
        </div>
      )}
    </li>
  );
}

function StepTime({ stage }: { readonly stage: Stage }): ReactNode {
  const now = useNow();
  if (stage.durationMs !== null) return duration(stage.durationMs);
  return stage.state === 'running' && stage.startedAt !== null ? wholeDuration(now - stage.startedAt) : null;
}

const rowHeight = 20;
const mostRows = 14;
const columns = { time: false, source: false } as const;

function StepOutput({ session, stage }: { readonly session: LogSession; readonly stage: Stage }): ReactNode {
  const [following, setFollowing] = useState(true);
  const { state, shown, pattern } = useLogView(session, { ...noQuery, source: stage.id });
  if (shown.count === 0)
    return <p className="py-1 text-12 text-text-3">{stage.state === 'running' ? 'No output yet' : 'It wrote nothing'}</p>;
  return (
    <div className="overflow-hidden rounded-6 border border-line" style={{ height: Math.min(shown.count, mostRows) * rowHeight + 18 }}>
      <LogList
        label={`Output of ${stage.title}`}
        buffer={session.buffer}
        shown={shown}
        version={state.version}
        columns={columns}
        wrap
        pattern={pattern}
        currentSeq={null}
        following={following}
        onFollowingChange={setFollowing}
      />
    </div>
  );
}
