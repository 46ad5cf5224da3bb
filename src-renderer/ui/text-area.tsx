import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { controlFrame, Field, type FieldProps } from './field.tsx';

type AreaProps = Pick<ComponentProps<'textarea'>, 'ref' | 'placeholder' | 'rows' | 'disabled' | 'readOnly' | 'onKeyDown' | 'onBlur'>;

interface TextAreaProps extends FieldProps, AreaProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mono?: boolean;
  /** Long lines scroll instead of wrapping, as code wants. */
  readonly noWrap?: boolean;
}

/** Several lines of text. */
export function TextArea({
  label,
  labelHidden = false,
  hint,
  error,
  className,
  value,
  onChange,
  mono = false,
  noWrap = false,
  rows = 6,
  ...area
}: TextAreaProps): ReactNode {
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
      {(control) => (
        <textarea
          spellCheck={false}
          {...area}
          {...control}
          rows={rows}
          wrap={noWrap ? 'off' : 'soft'}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={clsx(controlFrame, 'w-full min-w-0 resize-y px-2.5 py-1.5', mono && 'font-mono text-12!')}
        />
      )}
    </Field>
  );
}
