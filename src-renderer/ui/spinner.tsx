import { clsx } from 'clsx';
import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

interface SpinnerProps {
  /** What is awaited, for screen readers; null where words beside it say so. */
  readonly label?: string | null;
  readonly size?: number;
  readonly className?: string;
}

/** Something is under way and it is not known how far it is. */
export function Spinner({ label = 'Loading', size = 14, className }: SpinnerProps): ReactNode {
  return (
    <span className={clsx('inline-flex flex-none', className)}>
      <LoaderCircle aria-hidden size={size} className="animate-spin" />
      {label !== null && (
        <span role="status" className="sr-only">
          {label}
        </span>
      )}
    </span>
  );
}
