import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { type Status, StatusDot } from '../../ui/index.ts';

interface SidebarItemProps extends ComponentProps<'button'> {
  /** Its name, alone: states are told in the description, so that the name stays the same. */
  readonly name: string;
  readonly icon?: LucideIcon;
  readonly status?: Status;
  /** Quiet, at the right end. */
  readonly hint?: string | undefined;
  /** The whole state in words, for screen readers and as a hover. */
  readonly description?: string | undefined;
  readonly current?: boolean;
  /** An app below its server. */
  readonly indented?: boolean;
}

/** One row of the side bar. */
export function SidebarItem(props: SidebarItemProps): ReactNode {
  const { name, icon: Icon, status, hint, description, current = false, indented = false, className, ...rest } = props;
  return (
    <button
      title={description}
      {...rest}
      type="button"
      aria-label={name}
      aria-description={description ?? hint}
      aria-current={current ? 'page' : undefined}
      className={clsx(
        'flex h-7.5 w-full flex-none items-center gap-2 rounded-6 pr-2 text-left transition-colors',
        indented ? 'pl-6' : 'pl-2',
        current ? 'bg-selected font-[530] text-text' : 'text-text-2 hover:bg-hover',
        className,
      )}
    >
      {Icon && <Icon aria-hidden size={16} className="flex-none" />}
      {status && <StatusDot status={status} label={null} />}
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {hint && <span className="tabular flex-none font-normal text-11 text-text-3">{hint}</span>}
    </button>
  );
}
