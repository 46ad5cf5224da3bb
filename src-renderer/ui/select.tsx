import { Select as Base } from '@base-ui/react/select';
import { clsx } from 'clsx';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { controlFrame, Field, type FieldProps } from './field.tsx';

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Quiet, at the right: "18 ms", "replaces r12". */
  readonly hint?: string | undefined;
  readonly icon?: ReactNode;
  readonly disabled?: boolean;
}

interface SelectProps<T extends string> extends FieldProps {
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly options: readonly SelectOption<T>[];
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly size?: 'sm' | 'md';
}

/** One of a few. */
export function Select<T extends string>(props: SelectProps<T>): ReactNode {
  const {
    label,
    labelHidden = false,
    hint,
    error,
    className,
    value,
    onChange,
    options,
    placeholder = 'Choose',
    disabled = false,
    size = 'md',
  } = props;
  const chosen = options.find((option) => option.value === value);
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
      {(control) => (
        <Base.Root
          id={control.id}
          value={value}
          items={options.map((option) => ({ value: option.value, label: option.label }))}
          onValueChange={(next) => next !== null && onChange(next)}
          disabled={disabled}
          modal={false}
        >
          <Base.Trigger
            aria-label={label}
            aria-describedby={control['aria-describedby']}
            aria-invalid={control['aria-invalid']}
            className={clsx(
              controlFrame,
              'flex w-full min-w-0 items-center gap-2 px-2.5 text-left',
              size === 'sm' ? 'h-6.5 text-12!' : 'h-7.5',
            )}
          >
            {chosen?.icon}
            <span className={clsx('min-w-0 flex-1 truncate', chosen ? 'text-text' : 'text-text-3')}>{chosen?.label ?? placeholder}</span>
            {chosen?.hint && <span className="flex-none text-12 text-text-3">{chosen.hint}</span>}
            <ChevronDown aria-hidden size={14} className="flex-none text-text-3" />
          </Base.Trigger>
          <Base.Portal>
            <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-60">
              <Base.Popup className="max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-6 border border-line bg-raised p-1 shadow-overlay outline-none">
                {options.map((option) => (
                  <Base.Item
                    key={option.value}
                    value={option.value}
                    disabled={option.disabled ?? false}
                    className="flex h-7.5 items-center gap-2 rounded-4 px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-hover"
                  >
                    {option.icon}
                    <Base.ItemText className="flex-1 truncate">{option.label}</Base.ItemText>
                    {option.hint && <span className="text-12 text-text-3">{option.hint}</span>}
                    <span className="flex size-3.5">
                      <Base.ItemIndicator>
                        <Check aria-hidden size={14} />
                      </Base.ItemIndicator>
                    </span>
                  </Base.Item>
                ))}
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  );
}
