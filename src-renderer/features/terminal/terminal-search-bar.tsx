import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { count } from '../../ui/format.ts';
import { IconButton, TextField } from '../../ui/index.ts';
import type { TerminalSession, TerminalState } from './terminal-session.ts';

interface TerminalSearchBarProps {
  readonly session: TerminalSession;
  readonly results: TerminalState['results'];
}

/** Search in the scrollback: Enter goes up to older output, Shift-Enter down, Escape closes. */
export function TerminalSearchBar({ session, results }: TerminalSearchBarProps): ReactNode {
  const [text, setText] = useState('');
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') session.find(text, event.shiftKey ? 'next' : 'previous');
    else if (event.key === 'Escape') session.setSearching(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className="absolute top-2 right-4 flex items-center gap-1 rounded-6 border border-line bg-raised p-1 shadow-overlay">
      <TextField
        label="Find in terminal"
        labelHidden
        placeholder="Find in terminal"
        className="w-48"
        value={text}
        onChange={(next) => {
          setText(next);
          session.find(next, 'next', true);
        }}
        onKeyDown={onKeyDown}
        autoFocus
      />
      <span role="status" className="tabular min-w-16 px-1 text-12 text-text-2">
        {words(text, results)}
      </span>
      <IconButton label="Previous match" icon={ChevronUp} size="sm" onClick={() => session.find(text, 'previous')} />
      <IconButton label="Next match" icon={ChevronDown} size="sm" onClick={() => session.find(text, 'next')} />
      <IconButton label="Close search" icon={X} size="sm" onClick={() => session.setSearching(false)} />
    </search>
  );
}

function words(text: string, results: TerminalState['results']): string {
  if (text === '' || results === null) return '';
  if (results.count === 0) return 'No match';
  return results.index < 0 ? `over ${count(results.count)}` : `${count(results.index + 1)} of ${count(results.count)}`;
}
