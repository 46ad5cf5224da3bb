import { clsx } from 'clsx';
import { AlertTriangle, Check, CircleDashed, CircleStop, Clock, LoaderCircle, type LucideIcon, X } from 'lucide-react';
import type { ReactNode } from 'react';

/** What can be said of a thing at one glance. Each has an icon, a colour and a word, so that none stands alone. */
export type Status = 'live' | 'working' | 'waiting' | 'degraded' | 'failed' | 'stale' | 'stopped';

interface Look {
  readonly word: string;
  readonly icon: LucideIcon;
  readonly text: string;
  readonly soft: string;
  readonly dot: string;
}

const looks: Readonly<Record<Status, Look>> = {
  live: { word: 'Live', icon: Check, text: 'text-live', soft: 'bg-live-soft', dot: 'bg-live' },
  working: { word: 'Working', icon: LoaderCircle, text: 'text-work', soft: 'bg-work-soft', dot: 'bg-work' },
  waiting: { word: 'Waiting', icon: Clock, text: 'text-warn', soft: 'bg-warn-soft', dot: 'bg-warn' },
  degraded: { word: 'Degraded', icon: AlertTriangle, text: 'text-warn', soft: 'bg-warn-soft', dot: 'bg-warn' },
  failed: { word: 'Failed', icon: X, text: 'text-fail', soft: 'bg-fail-soft', dot: 'bg-fail' },
  stale: { word: 'Stale', icon: CircleDashed, text: 'text-stale', soft: 'bg-stale-soft', dot: 'border-[1.5px] border-stale' },
  stopped: { word: 'Stopped', icon: CircleStop, text: 'text-stale', soft: 'bg-stale-soft', dot: 'bg-stale rounded-[2px]!' },
};

/** The class of a status' text colour, for an icon of one's own. */
export function statusText(status: Status): string {
  return looks[status].text;
}

interface StatusDotProps {
  readonly status: Status;
  /** The word beside it says it already; screen readers are told once. */
  readonly label?: string | null | undefined;
}

/** The 8 px mark before a name. Working is a ring that turns, stale a hollow one, stopped a square: told apart without colour. */
export function StatusDot({ status, label }: StatusDotProps): ReactNode {
  const words = label === undefined ? looks[status].word : label;
  const mark =
    status === 'working' ? (
      <span aria-hidden className="-mx-px size-2.5 flex-none animate-spin rounded-full border-2 border-work/30 border-t-work" />
    ) : (
      <span aria-hidden className={clsx('size-2 flex-none rounded-full', looks[status].dot)} />
    );
  return (
    <>
      {mark}
      {words !== null && <span className="sr-only">{words}</span>}
    </>
  );
}

interface PillProps {
  readonly status: Status;
  /** What a user would say: "Live, 3 of 3 replicas". Without it the status' own word. */
  readonly children?: ReactNode;
  readonly icon?: LucideIcon;
}

/** A status in words on its soft colour. */
export function Pill({ status, children, icon }: PillProps): ReactNode {
  const look = looks[status];
  const Icon = icon ?? look.icon;
  return (
    <span
      className={clsx(
        'inline-flex h-5.5 flex-none items-center gap-1.5 rounded-full px-2 font-[520] text-12 whitespace-nowrap tabular',
        look.soft,
        look.text,
      )}
    >
      <Icon aria-hidden size={14} className={clsx('flex-none', status === 'working' && 'animate-spin')} />
      {children ?? look.word}
    </span>
  );
}

/** An icon and a word without the ground, for table cells. */
export function StatusText({ status, children }: { readonly status: Status; readonly children?: ReactNode }): ReactNode {
  return (
    <span className="inline-flex max-w-full items-center gap-1.5 align-middle whitespace-nowrap">
      <StatusDot status={status} label={children === undefined ? undefined : null} />
      {children !== undefined && <span className="min-w-0 truncate">{children}</span>}
    </span>
  );
}
