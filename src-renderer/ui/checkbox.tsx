import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import { type ReactNode, useId } from 'react';

interface CheckboxProps {
  readonly label: ReactNode;
  readonly description?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  /** Some of what it stands for is ticked. */
  readonly indeterminate?: boolean;
  readonly labelHidden?: boolean;
}

/** A choice that counts when the form is sent. For one that counts at once take a Switch. */
export function Checkbox({
  label,
  description,
  checked,
  onChange,
  disabled = false,
  indeterminate = false,
  labelHidden = false,
}: CheckboxProps): ReactNode {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <Base.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onChange(next)}
        disabled={disabled}
        indeterminate={indeterminate}
        aria-describedby={description ? `${id}-note` : undefined}
        className="mt-0.5 flex size-4 flex-none items-center justify-center rounded-4 border border-line-strong bg-surface hover:border-text-3 data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50 data-indeterminate:border-accent data-indeterminate:bg-accent"
      >
        <Base.Indicator className="flex text-on-accent">
          {indeterminate ? <Minus aria-hidden size={12} /> : <Check aria-hidden size={12} strokeWidth={3} />}
        </Base.Indicator>
      </Base.Root>
      <div className={labelHidden ? 'sr-only' : 'min-w-0'}>
        <label htmlFor={id} className={disabled ? 'text-text-3' : 'text-text'}>
          {label}
        </label>
        {description && (
          <p id={`${id}-note`} className="text-12 text-text-3">
            {description}
          </p>
        )}
      </div>
    </div>
  );
}
