import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { Spinner } from './spinner.tsx';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';
export type ButtonSize = 'sm' | 'md';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: ButtonVariant;
  readonly size?: ButtonSize;
  readonly icon?: LucideIcon;
  /** What it started is under way: shows a spinner, keeps its width and focus, does nothing when pressed. */
  readonly busy?: boolean;
}

const variants: Readonly<Record<ButtonVariant, string>> = {
  primary: 'border-transparent bg-accent text-on-accent enabled:hover:bg-accent-hover',
  secondary: 'border-line-strong bg-surface text-text enabled:hover:bg-hover',
  ghost: 'border-transparent bg-transparent text-text-2 enabled:hover:bg-hover enabled:hover:text-text',
  danger: 'border-transparent bg-fail text-on-accent enabled:hover:brightness-[0.92]',
};

const sizes: Readonly<Record<ButtonSize, string>> = { sm: 'h-6.5 px-2 text-12', md: 'h-7.5 px-3 text-13' };

/** One primary per view, danger only for what destroys. */
export function Button({
  variant = 'secondary',
  size = 'md',
  icon: Icon,
  busy = false,
  children,
  className,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={clsx(
        'inline-flex flex-none items-center justify-center gap-1.5 rounded-6 border font-[520] whitespace-nowrap transition-colors',
        'disabled:opacity-50',
        variants[variant],
        sizes[size],
        className,
      )}
    >
      {busy ? (
        <Spinner label={null} size={size === 'sm' ? 14 : 16} />
      ) : (
        Icon && <Icon aria-hidden size={size === 'sm' ? 14 : 16} className="flex-none" />
      )}
      {children}
    </button>
  );
}
