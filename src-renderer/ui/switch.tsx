import { Switch as Base } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';

interface SwitchProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** On or off, from the moment it is pressed. */
export function Switch({ label, description, checked, onChange, disabled = false }: SwitchProps): ReactNode {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-6">
      <div className="min-w-0">
        <label htmlFor={id}>{label}</label>
        {description && (
          <p id={`${id}-note`} className="text-12 text-text-3">
            {description}
          </p>
        )}
      </div>
      <Base.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onChange(next)}
        disabled={disabled}
        aria-describedby={description ? `${id}-note` : undefined}
        className="mt-0.5 flex h-4.5 w-8 flex-none items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50"
      >
        <Base.Thumb className="size-3 rounded-full bg-text-2 transition-transform data-checked:translate-x-3.5 data-checked:bg-on-accent" />
      </Base.Root>
    </div>
  );
}
