import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { controlFrame, Field, type FieldProps } from './field.tsx';

type InputProps = Pick<
  ComponentProps<'input'>,
  | 'ref'
  | 'type'
  | 'placeholder'
  | 'autoFocus'
  | 'disabled'
  | 'readOnly'
  | 'required'
  | 'autoComplete'
  | 'inputMode'
  | 'maxLength'
  | 'onKeyDown'
  | 'onBlur'
  | 'name'
>;

interface TextFieldProps extends FieldProps, InputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Paths, addresses, keys: what is read character by character. */
  readonly mono?: boolean;
  /** Quiet text or an icon inside, before or after what is typed. */
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}

/** One line of text. */
export function TextField({
  label,
  labelHidden = false,
  hint,
  error,
  className,
  value,
  onChange,
  mono = false,
  before,
  after,
  ...input
}: TextFieldProps): ReactNode {
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
      {(control) => (
        <div className="relative flex items-center">
          {before && <span className="pointer-events-none absolute left-2.5 flex text-text-3">{before}</span>}
          <input
            autoComplete="off"
            spellCheck={false}
            {...input}
            {...control}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className={clsx(
              controlFrame,
              'h-7.5 w-full min-w-0 px-2.5',
              mono && 'font-mono text-12!',
              before && 'pl-8!',
              after && 'pr-16!',
            )}
          />
          {after && <span className="absolute right-2.5 flex items-center text-12 text-text-3">{after}</span>}
        </div>
      )}
    </Field>
  );
}
