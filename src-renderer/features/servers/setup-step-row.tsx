import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { Stage } from '../../../src-main/contract/index.ts';
import { StageIcon, StageTime, stageWord } from '../jobs/stage-parts.tsx';
import { LogList } from '../logs/log-list.tsx';
import type { LogSession } from '../logs/log-session.ts';
import { noQuery, useLogView } from '../logs/use-log-view.ts';

interface SetupStepRowProps {
  readonly stage: Stage;
  readonly session: LogSession | null;
}

/** One step of the checklist. Its output opens by itself while it runs and where it failed, and otherwise when asked for. */
export function SetupStepRow({ stage, session }: SetupStepRowProps): ReactNode {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const id = useId();
  const begun = stage.state !== 'waiting' && stage.state !== 'skipped';
  const open = begun && session !== null && (chosen ?? (stage.state === 'running' || stage.state === 'failed'));
  return (
    <li className="border-line border-b">
      <button
        type="button"
        aria-label={`${stage.title}: ${stageWord(stage.state)}${stage.detail ? `, ${stage.detail}` : ''}`}
        aria-expanded={begun && session !== null ? open : undefined}
        aria-controls={open ? id : undefined}
        disabled={!begun || session === null}
        onClick={() => setChosen(!open)}
        className="flex h-9 w-full items-center gap-2.5 rounded-4 pr-2 pl-1 text-left outline-offset-[-2px]! enabled:hover:bg-hover"
      >
        <StageIcon state={stage.state} />
        <span className={clsx('flex-none', begun ? 'font-[530] text-text' : 'text-text-2')}>{stage.title}</span>
        {stage.state === 'already' && <span className="flex-none text-12 text-text-3">already</span>}
        <span className="tabular min-w-0 flex-1 truncate text-right text-12 text-text-2">{stage.detail}</span>
        <span className="tabular w-16 flex-none text-right text-12 text-text-2">
          <StageTime stage={stage} />
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
