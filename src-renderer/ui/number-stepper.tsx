import { NumberField } from '@base-ui/react/number-field';
import { clsx } from 'clsx';
import { Minus, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { controlFrame, Field, type FieldProps } from './field.tsx';

interface NumberStepperProps extends FieldProps {
  /** Null while the field is empty. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly disabled?: boolean;
  /** Quiet text after it: "seconds". */
  readonly unit?: string;
}

const stepButton = 'flex w-7.5 items-center justify-center text-text-2 enabled:hover:bg-hover enabled:hover:text-text disabled:opacity-40';

/** A whole number with less and more beside it; arrow keys step too. Typed values are kept as typed and only bounded on leaving. */
export function NumberStepper({
  label,
  labelHidden = false,
  hint,
  error,
  className,
  value,
  onChange,
  min,
  max,
  step = 1,
  disabled = false,
  unit,
}: NumberStepperProps): ReactNode {
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
      {(control) => (
        <div className="flex items-center gap-2">
          <NumberField.Root
            id={control.id}
            value={value}
            onValueChange={onChange}
            step={step}
            disabled={disabled}
            format={{ useGrouping: false }}
            {...(min === undefined ? {} : { min })}
            {...(max === undefined ? {} : { max })}
          >
            <NumberField.Group
              className={clsx(
                controlFrame,
                'flex h-7.5 w-fit overflow-hidden focus-within:outline-2 focus-within:outline-focus',
                error && 'border-fail',
              )}
            >
              <NumberField.Decrement aria-label={`Less: ${label}`} className={stepButton}>
                <Minus aria-hidden size={14} />
              </NumberField.Decrement>
              <NumberField.Input
                aria-describedby={control['aria-describedby']}
                aria-invalid={control['aria-invalid']}
                className="w-14 bg-transparent text-center tabular outline-none"
              />
              <NumberField.Increment aria-label={`More: ${label}`} className={stepButton}>
                <Plus aria-hidden size={14} />
              </NumberField.Increment>
            </NumberField.Group>
          </NumberField.Root>
          {unit && <span className="text-12 text-text-3">{unit}</span>}
        </div>
      )}
    </Field>
  );
}
