import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { Tooltip } from './tooltip.tsx';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  /** Its accessible name and its tooltip. */
  readonly label: string;
  readonly icon: LucideIcon;
  readonly size?: 'sm' | 'md';
  /** For a button that is on or off. */
  readonly pressed?: boolean;
}

/** An icon alone, for what stands in every row or is known by its picture. */
export function IconButton({ label, icon: Icon, size = 'md', pressed, className, type = 'button', ...rest }: IconButtonProps): ReactNode {
  return (
    <Tooltip content={label}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        aria-pressed={pressed}
        className={clsx(
          'inline-flex flex-none items-center justify-center rounded-6 text-text-2 transition-colors disabled:opacity-50 enabled:hover:bg-hover enabled:hover:text-text',
          pressed && 'bg-selected text-text',
          size === 'sm' ? 'size-6.5' : 'size-7.5',
          className,
        )}
      >
        <Icon aria-hidden size={size === 'sm' ? 14 : 16} />
      </button>
    </Tooltip>
  );
}
