import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton, Select, type SelectOption, TextField } from '../../ui/index.ts';
import type { RouteErrors } from './judge-route.ts';
import { type HeaderRow, headerRow } from './route-form.ts';

interface HeaderListProps {
  readonly title: string;
  /** For the names of its fields. */
  readonly of: 'request' | 'response';
  readonly hint: string;
  readonly rows: readonly HeaderRow[];
  readonly errors: RouteErrors;
  readonly onChange: (rows: readonly HeaderRow[]) => void;
}

const actions: readonly SelectOption<HeaderRow['action']>[] = [
  { value: 'set', label: 'Set' },
  { value: 'remove', label: 'Remove' },
];

/** Headers that are set or taken off. */
export function HeaderList({ title, of, hint, rows, errors, onChange }: HeaderListProps): ReactNode {
  return (
    <fieldset className="min-w-0">
      <legend className="label-11 mb-1">{title}</legend>
      {rows.length > 0 && (
        <ul className="mb-1.5 flex flex-col gap-1.5">
          {rows.map((row) => (
            <HeaderLine
              key={row.id}
              row={row}
              of={of}
              errors={errors}
              onChange={(part) => onChange(rows.map((one) => (one.id === row.id ? { ...one, ...part } : one)))}
              onRemove={() => onChange(rows.filter(({ id }) => id !== row.id))}
            />
          ))}
        </ul>
      )}
      <div className="flex items-center gap-2">
        <Button size="sm" variant="ghost" icon={Plus} onClick={() => onChange([...rows, headerRow()])}>
          Add a {of} header
        </Button>
        <span className="text-12 text-text-3">{hint}</span>
      </div>
    </fieldset>
  );
}

interface HeaderLineProps {
  readonly row: HeaderRow;
  readonly of: 'request' | 'response';
  readonly errors: RouteErrors;
  readonly onChange: (part: Partial<Omit<HeaderRow, 'id'>>) => void;
  readonly onRemove: () => void;
}

function HeaderLine({ row, of, errors, onChange, onRemove }: HeaderLineProps): ReactNode {
  const called = row.name.trim() === '' ? `new ${of} header` : `${of} header ${row.name.trim()}`;
  return (
    <li className="flex items-start gap-1.5">
      <Select
        label={`What is done with ${called}`}
        labelHidden
        className="w-26 flex-none"
        value={row.action}
        options={actions}
        onChange={(action) => onChange({ action })}
      />
      <TextField
        label={`Name of ${called}`}
        labelHidden
        className="w-2/5 flex-none"
        mono
        placeholder="X-Name"
        autoFocus={row.name === '' && row.value === ''}
        value={row.name}
        onChange={(name) => onChange({ name })}
        error={errors[`${row.id} name`]}
      />
      {row.action === 'set' ? (
        <TextField
          label={`Value of ${called}`}
          labelHidden
          className="flex-1"
          mono
          placeholder="value"
          value={row.value}
          onChange={(value) => onChange({ value })}
          error={errors[`${row.id} value`]}
        />
      ) : (
        <span className="flex-1" />
      )}
      <IconButton label={`Remove ${called}`} icon={Trash2} onClick={onRemove} />
    </li>
  );
}
