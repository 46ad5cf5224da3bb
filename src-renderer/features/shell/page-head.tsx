import type { ReactNode } from 'react';
import { type Status, StatusDot } from '../../ui/index.ts';

interface PageHeadProps {
  readonly title: string;
  /** The dot before the title; the pill beside it says it in words. */
  readonly status?: Status | undefined;
  readonly pill?: ReactNode;
  /** Quiet, after the pill: an address, "to harbor-1, started 14:02". */
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
}

/** The 52 px head of every page. */
export function PageHead({ title, status, pill, subtitle, actions }: PageHeadProps): ReactNode {
  return (
    <header className="flex h-13 flex-none items-center gap-2.5 border-line border-b px-5">
      {status && <StatusDot status={status} label={pill ? null : undefined} />}
      <h1 className="selectable max-w-90 flex-none truncate font-semibold text-15 tracking-[-0.01em]">{title}</h1>
      {pill}
      {subtitle && <div className="selectable min-w-0 truncate text-text-2">{subtitle}</div>}
      <span className="flex-1" />
      {actions}
    </header>
  );
}
