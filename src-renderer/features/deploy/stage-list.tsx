import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { Stage, StageProgress } from '../../../src-main/contract/index.ts';
import { bytes, count, plural } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/index.ts';
import { stageShare } from '../jobs/job-words.ts';
import { StageIcon, StageTime, stageWord } from '../jobs/stage-parts.tsx';

/** The stages of a job from first to last, each with its own numbers. */
export function StageList({ stages }: { readonly stages: readonly Stage[] }): ReactNode {
  return (
    <ol aria-label="Stages">
      {stages.map((stage) => (
        <StageRow key={stage.id} stage={stage} />
      ))}
    </ol>
  );
}

/** Letters of title and detail that stand side by side; longer details go below. */
const mostOnOneLine = 30;

function StageRow({ stage }: { readonly stage: Stage }): ReactNode {
  const begun = stage.state !== 'waiting' && stage.state !== 'skipped';
  const share = stageShare(stage);
  const words = details(stage);
  const isShort = stage.title.length + words.length <= mostOnOneLine;
  return (
    <li data-stage={stage.id} data-state={stage.state} aria-current={stage.state === 'running' ? 'step' : undefined}>
      <div className="flex h-8.5 items-center gap-2.5">
        <StageIcon state={stage.state} />
        <span className={clsx('flex-none', begun ? 'text-text' : 'text-text-3', stage.state === 'running' && 'font-[540]')}>
          {stage.title}
        </span>
        <span className="sr-only">: {stageWord(stage.state)}</span>
        <span className="tabular min-w-0 flex-1 truncate text-right text-12 text-text-2">{isShort ? words : ''}</span>
        <span className="tabular w-14 flex-none text-right text-12 text-text-2">
          <StageTime stage={stage} />
        </span>
      </div>
      {!isShort && (
        <p className="tabular -mt-1.5 mb-2 truncate pl-6.5 text-12 text-text-3" title={words}>
          {words}
        </p>
      )}
      {stage.state === 'running' && share !== null && <ProgressBar label={stage.title} value={share} className="mb-2 pl-6.5" />}
    </li>
  );
}

/** The stage's own words; while it has none, how far it is. */
function details(stage: Stage): string {
  if (stage.detail !== '') return stage.detail;
  if (stage.state === 'already') return 'already done';
  return stage.state === 'running' && stage.progress !== null ? progressWords(stage.progress) : '';
}

function progressWords({ done, total, unit }: StageProgress): string {
  if (unit === 'bytes') return total === null ? bytes(done) : `${bytes(done)} of ${bytes(total)}`;
  const one = unit.slice(0, -1);
  return total === null ? plural(done, one, unit) : `${count(done)} of ${plural(total, one, unit)}`;
}
