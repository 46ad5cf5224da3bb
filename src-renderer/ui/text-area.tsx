import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { controlFrame, Field, type FieldProps } from './field.tsx';

interface TextAreaProps extends FieldProps, Pick<ComponentProps<'textarea'>, 'placeholder' | 'rows' | 'autoFocus' | 'disabled'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Drawn as dots, for what nobody beside the user should read. It can be pasted and copied all the same. */
  readonly hidden?: boolean;
}

/** Several lines of what is pasted rather than written: certificates, keys. */
export function TextArea({
  label,
  labelHidden = false,
  hint,
  error,
  className,
  value,
  onChange,
  hidden = false,
  rows = 4,
  ...area
}: TextAreaProps): ReactNode {
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
      {(control) => (
        <textarea
          autoComplete="off"
          spellCheck={false}
          wrap="off"
          rows={rows}
          {...area}
          {...control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={clsx(
            controlFrame,
            'selectable w-full min-w-0 resize-none px-2.5 py-1.5 font-mono text-12!',
            hidden && value !== '' && '[-webkit-text-security:disc]',
          )}
        />
      )}
    </Field>
  );
}
