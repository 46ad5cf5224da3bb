import { Meter } from '@base-ui/react/meter';
import { Progress } from '@base-ui/react/progress';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; null while it is not known how far it is. */
  readonly value: number | null;
  readonly className?: string;
}

/** How far something is that will end. */
export function ProgressBar({ label, value, className }: ProgressBarProps): ReactNode {
  return (
    <Progress.Root aria-label={label} value={value} max={1} className={className}>
      <Progress.Track className="h-1 overflow-hidden rounded-full bg-sunken">
        <Progress.Indicator
          className={clsx('block h-full rounded-full bg-work transition-[width]', value === null && 'w-1/3! animate-pulse')}
        />
      </Progress.Track>
    </Progress.Root>
  );
}

interface UsageBarProps {
  readonly label: string;
  readonly used: number;
  readonly total: number;
  /** What it says beside the bar, for screen readers too: "12 GB of 40 GB". */
  readonly words: string;
}

/** How much of something is taken. From 80 % on it warns, from 95 % it alarms, by colour beside the words. */
export function UsageBar({ label, used, total, words }: UsageBarProps): ReactNode {
  const share = total > 0 ? Math.min(1, Math.max(0, used / total)) : 0;
  const colour = share >= 0.95 ? 'bg-fail' : share >= 0.8 ? 'bg-warn' : 'bg-accent';
  return (
    <Meter.Root aria-label={label} value={share} max={1} getAriaValueText={() => words}>
      <Meter.Track className="h-1 overflow-hidden rounded-full bg-line">
        <Meter.Indicator className={clsx('block h-full rounded-full', colour)} />
      </Meter.Track>
    </Meter.Root>
  );
}
