import { clsx } from 'clsx';
import { Ban, Circle, CircleCheck, CircleMinus, CircleX, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Stage } from '../../../src-main/contract/index.ts';
import { duration, wholeDuration } from '../../ui/format.ts';
import { Spinner, useNow } from '../../ui/index.ts';
import { stageTimeMs } from './job-words.ts';

/** What every row of a stage is made of, in the pipeline of a deploy and in the checklist of a set-up. */
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

export function StageIcon({ state }: { readonly state: Stage['state'] }): ReactNode {
  const { icon: Icon, colour } = looks[state];
  return (
    <span className={clsx('flex flex-none', colour)}>{Icon ? <Icon aria-hidden size={16} /> : <Spinner label={null} size={16} />}</span>
  );
}

/** The state in a word, for who does not see the icon. */
export function stageWord(state: Stage['state']): string {
  return looks[state].word;
}

/** How long it took, or has taken so far; nothing for what was not needed. */
export function StageTime({ stage }: { readonly stage: Stage }): ReactNode {
  const now = useNow();
  const ms = stageTimeMs(stage, now);
  if (ms === null || stage.state === 'skipped') return null;
  return stage.state === 'running' ? wholeDuration(ms) : duration(ms);
}
