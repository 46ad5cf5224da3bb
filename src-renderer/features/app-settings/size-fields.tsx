import type { ReactNode } from 'react';
import { NumberStepper, TextField } from '../../ui/index.ts';

/** Where an app listens and how many run, alike before the first deploy and in its settings. Both are text while they are typed. */
interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | null;
}

export function PortField({ className, ...field }: FieldProps & { readonly className?: string }): ReactNode {
  return <TextField label="Port" className={className} inputMode="numeric" hint="The app listens on it." {...field} />;
}

export function ReplicasField({ value, onChange, error }: FieldProps): ReactNode {
  return (
    <NumberStepper
      label="Replicas"
      min={1}
      max={32}
      value={value === '' ? null : Number(value)}
      onChange={(replicas) => onChange(replicas === null ? '' : String(replicas))}
      error={error}
    />
  );
}
