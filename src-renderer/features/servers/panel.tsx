import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { type Status, statusText } from '../../ui/index.ts';

interface PanelProps {
  readonly icon: LucideIcon;
  readonly status: Status;
  readonly title: string;
  readonly children: ReactNode;
  /** The primary one last. */
  readonly actions: ReactNode;
}

/** A question about a server's connection: title, what to know, buttons. */
export function Panel({ icon: Icon, status, title, children, actions }: PanelProps): ReactNode {
  return (
    <div className="flex gap-3">
      <Icon aria-hidden size={18} className={`mt-0.5 flex-none ${statusText(status)}`} />
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <h2 className="font-semibold text-15">{title}</h2>
        {children}
        <div className="mt-1 flex flex-wrap justify-end gap-2">{actions}</div>
      </div>
    </div>
  );
}
