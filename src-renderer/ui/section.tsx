import { clsx } from 'clsx';
import { type ReactNode, useId } from 'react';

interface SectionProps {
  readonly title: string;
  /** Quiet, beside the title. */
  readonly hint?: ReactNode;
  /** At the right end of the title's line. */
  readonly actions?: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A titled part of a page; space below it, no box around it. */
export function Section({ title, hint, actions, description, children, className }: SectionProps): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id} className={clsx('mb-6 last:mb-0', className)}>
      <div className="mb-1 flex min-h-7.5 items-center gap-2">
        <h2 id={id} className="font-semibold text-13">
          {title}
        </h2>
        {hint && <span className="text-12 text-text-3">{hint}</span>}
        <span className="flex-1" />
        {actions}
      </div>
      {description && <p className="mb-3 max-w-160 text-text-2">{description}</p>}
      {children}
    </section>
  );
}
