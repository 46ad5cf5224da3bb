import { ChevronDown, ChevronUp, X } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Checkbox, IconButton, TextField } from '../../ui/index.ts';

interface LogSearchBarProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** "3 of 17 lines"; empty without a search. */
  readonly summary: string;
  readonly onlyMatches: boolean;
  readonly onOnlyMatches: (only: boolean) => void;
  readonly onStep: (direction: 'next' | 'previous') => void;
  readonly onClose: () => void;
}

/** Search in view: Enter goes to the next line, Shift-Enter to the one before, Escape closes. */
export function LogSearchBar(props: LogSearchBarProps): ReactNode {
  const { text, onText, summary, onlyMatches, onOnlyMatches, onStep, onClose } = props;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') onStep(event.shiftKey ? 'previous' : 'next');
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className="flex flex-none flex-wrap items-center gap-x-2 gap-y-1 border-line border-b bg-bg px-3 py-1.5">
      <TextField
        label="Find in log"
        labelHidden
        placeholder="Find in log"
        className="w-60"
        value={text}
        onChange={onText}
        onKeyDown={onKeyDown}
        autoFocus
      />
      <IconButton label="Previous match" icon={ChevronUp} size="sm" onClick={() => onStep('previous')} disabled={text === ''} />
      <IconButton label="Next match" icon={ChevronDown} size="sm" onClick={() => onStep('next')} disabled={text === ''} />
      <span role="status" className="tabular min-w-24 text-12 text-text-2">
        {summary}
      </span>
      <span className="flex-1" />
      <Checkbox label="Only matching lines" checked={onlyMatches} onChange={onOnlyMatches} />
      <IconButton label="Close search" icon={X} size="sm" onClick={onClose} />
    </search>
  );
}
