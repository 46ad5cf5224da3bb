import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon?: LucideIcon;
  readonly title: string;
  /** Teaches: what would be here and how it gets here. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** In place of a list that is empty. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps): ReactNode {
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-6 py-9 text-center">
      {Icon && <Icon aria-hidden size={24} strokeWidth={1.5} className="mb-2 text-text-3" />}
      <h2 className="font-semibold text-15">{title}</h2>
      {children && <div className="max-w-105 text-text-2">{children}</div>}
      {action && <div className="mt-3 flex gap-2">{action}</div>}
    </div>
  );
}
