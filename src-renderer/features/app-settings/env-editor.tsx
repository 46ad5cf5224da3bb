import { clsx } from 'clsx';
import { Eye, EyeOff, Plus, Trash2 } from 'lucide-react';
import { type ClipboardEvent, type ReactNode, useState } from 'react';
import { plural } from '../../ui/format.ts';
import { Button, controlFrame, IconButton } from '../../ui/index.ts';
import './env-editor.css';
import { type EnvRow, envRow, looksLikeEnvText, mergeEnv, parseEnvText } from './env-text.ts';

interface EnvEditorProps {
  readonly rows: readonly EnvRow[];
  readonly onChange: (rows: readonly EnvRow[]) => void;
  /** What is wrong, by the id of the row. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Names and values of an environment. The text of a .env file may be pasted anywhere in it. Values are covered until asked for. */
export function EnvEditor({ rows, onChange, errors }: EnvEditorProps): ReactNode {
  const [shown, setShown] = useState(false);
  const [said, setSaid] = useState('');
  const change = (id: string, part: Partial<Omit<EnvRow, 'id'>>): void =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain');
    if (!looksLikeEnvText(text)) return;
    event.preventDefault();
    const { pairs, skipped } = parseEnvText(text);
    onChange(mergeEnv(rows, pairs));
    setSaid(pasteWords(pairs.length, skipped));
  };

  return (
    <fieldset className="min-w-0" onPaste={onPaste}>
      <legend className="sr-only">Environment</legend>
      {rows.length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {rows.map((row) => (
            <EnvLine
              key={row.id}
              row={row}
              error={errors[row.id]}
              shown={shown}
              onChange={(part) => change(row.id, part)}
              onRemove={() => onChange(rows.filter((other) => other.id !== row.id))}
            />
          ))}
        </ul>
      )}
      <div className={clsx('flex items-center gap-1', rows.length > 0 && 'mt-1.5')}>
        <Button size="sm" variant="ghost" icon={Plus} onClick={() => onChange([...rows, envRow('', '')])}>
          Add a variable
        </Button>
        {rows.some((row) => row.value !== '') && (
          <Button size="sm" variant="ghost" icon={shown ? EyeOff : Eye} onClick={() => setShown(!shown)}>
            {shown ? 'Hide values' : 'Show values'}
          </Button>
        )}
      </div>
      <p role="status" className="text-12 text-text-3">
        {said === '' ? 'The text of a .env file can be pasted into any name.' : said}
      </p>
    </fieldset>
  );
}

interface EnvLineProps {
  readonly row: EnvRow;
  readonly error: string | undefined;
  readonly shown: boolean;
  readonly onChange: (part: Partial<Omit<EnvRow, 'id'>>) => void;
  readonly onRemove: () => void;
}

function EnvLine({ row, error, shown, onChange, onRemove }: EnvLineProps): ReactNode {
  const called = row.name === '' ? 'new variable' : row.name;
  const field = clsx(controlFrame, 'h-7.5 min-w-0 px-2.5 font-mono text-12!');
  return (
    <li>
      <div className="flex items-start gap-1.5">
        <input
          aria-label={`Name of ${called}`}
          aria-invalid={error === undefined ? undefined : true}
          placeholder="NAME"
          spellCheck={false}
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: the user pressed “Add a variable” to write in it.
          autoFocus={row.name === '' && row.value === ''}
          value={row.name}
          onChange={(event) => onChange({ name: event.target.value.trim() })}
          className={clsx(field, 'w-2/5 flex-none')}
        />
        <textarea
          aria-label={`Value of ${called}`}
          placeholder="value"
          spellCheck={false}
          rows={1}
          value={row.value}
          onChange={(event) => onChange({ value: event.target.value })}
          // A textarea, since a key or certificate has several lines; it grows with them.
          className={clsx(field, 'env-value max-h-24 flex-1 resize-none py-1.25 leading-4.5', !shown && 'env-covered')}
        />
        <IconButton label={`Remove ${called}`} icon={Trash2} onClick={onRemove} />
      </div>
      {error !== undefined && (
        <p role="alert" className="mt-0.5 text-12 text-fail">
          {error}
        </p>
      )}
    </li>
  );
}

function pasteWords(pairs: number, skipped: readonly { readonly line: number }[]): string {
  const read = `${plural(pairs, 'variable')} pasted`;
  if (skipped.length === 0) return `${read}.`;
  const lines = skipped.map((one) => one.line).join(', ');
  return `${read}; ${skipped.length === 1 ? 'line' : 'lines'} ${lines} could not be read as NAME=value.`;
}
