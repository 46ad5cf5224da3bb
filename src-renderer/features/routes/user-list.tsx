import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton, TextField } from '../../ui/index.ts';
import type { RouteErrors } from './judge-route.ts';
import { type UserRow, userRow } from './route-form.ts';

interface UserListProps {
  readonly rows: readonly UserRow[];
  readonly errors: RouteErrors;
  /** Users whose passwords are on the server. */
  readonly known: readonly string[];
  readonly onChange: (rows: readonly UserRow[]) => void;
}

/** Who may come in, by name and password. A password that the server has is never shown: an empty field keeps it. */
export function UserList({ rows, errors, known, onChange }: UserListProps): ReactNode {
  return (
    <fieldset className="min-w-0">
      <legend className="label-11 mb-1">Users</legend>
      {rows.length > 0 && (
        <ul className="mb-1.5 flex flex-col gap-1.5">
          {rows.map((row) => (
            <UserLine
              key={row.id}
              row={row}
              errors={errors}
              known={known.includes(row.name.trim())}
              onChange={(part) => onChange(rows.map((one) => (one.id === row.id ? { ...one, ...part } : one)))}
              onRemove={() => onChange(rows.filter(({ id }) => id !== row.id))}
            />
          ))}
        </ul>
      )}
      <div className="flex items-center gap-2">
        <Button size="sm" variant="ghost" icon={Plus} onClick={() => onChange([...rows, userRow()])}>
          Add a user
        </Button>
        <span className="text-12 text-text-3">
          {rows.length === 0 ? 'Without any, nobody is asked for a password.' : 'Kept on the server as a hash.'}
        </span>
      </div>
    </fieldset>
  );
}

interface UserLineProps {
  readonly row: UserRow;
  readonly errors: RouteErrors;
  readonly known: boolean;
  readonly onChange: (part: Partial<Omit<UserRow, 'id'>>) => void;
  readonly onRemove: () => void;
}

function UserLine({ row, errors, known, onChange, onRemove }: UserLineProps): ReactNode {
  const called = row.name.trim() === '' ? 'new user' : row.name.trim();
  return (
    <li className="flex items-start gap-1.5">
      <TextField
        label={`Name of ${called}`}
        labelHidden
        className="w-2/5 flex-none"
        placeholder="name"
        autoFocus={row.name === '' && row.password === ''}
        value={row.name}
        onChange={(name) => onChange({ name })}
        error={errors[`${row.id} name`]}
      />
      <TextField
        label={`Password of ${called}`}
        labelHidden
        className="flex-1"
        type="password"
        autoComplete="new-password"
        placeholder={known ? 'unchanged' : 'password'}
        value={row.password}
        onChange={(password) => onChange({ password })}
        error={errors[`${row.id} password`]}
      />
      <IconButton label={`Remove ${called}`} icon={Trash2} onClick={onRemove} />
    </li>
  );
}
