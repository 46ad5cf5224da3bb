import { clsx } from 'clsx';
import { type ReactNode, useId } from 'react';

/** What every labelled control takes. */
export interface FieldProps {
  readonly label: string;
  /** For a control whose place says what it is; it keeps the label as its accessible name. */
  readonly labelHidden?: boolean;
  /** One quiet sentence below. */
  readonly hint?: ReactNode;
  /** Takes the hint's place; also marks the control as invalid. */
  readonly error?: string | null | undefined;
  readonly className?: string | undefined;
}

export interface ControlIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface FieldFrameProps extends FieldProps {
  readonly children: (control: ControlIds) => ReactNode;
}

/** Label above, control, hint or error below, tied together for screen readers. */
export function Field({ label, labelHidden = false, hint, error, className, children }: FieldFrameProps): ReactNode {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={clsx('flex min-w-0 flex-col', className)}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'label-11 mb-1'}>
        {label}
      </label>
      {children({ id, 'aria-describedby': note ? noteId : undefined, 'aria-invalid': error ? true : undefined })}
      {note && (
        <p id={noteId} role={error ? 'alert' : undefined} className={clsx('mt-1 text-12', error ? 'text-fail' : 'text-text-3')}>
          {note}
        </p>
      )}
    </div>
  );
}

/** The frame that every text-like control shares. */
export const controlFrame =
  'rounded-6 border border-line-strong bg-surface text-13 text-text transition-colors hover:border-text-3 aria-invalid:border-fail disabled:opacity-50 data-disabled:opacity-50';
