import type { ReactNode } from 'react';
import type { ReleaseChange } from '../../../src-main/contract/index.ts';

interface ChangeListProps {
  /** What the changes are of, for screen readers. */
  readonly label: string;
  readonly changes: readonly ReleaseChange[];
  /** Said where there is none. */
  readonly none: string;
}

/** Changes between two releases, one a line: what it is, and from what to what. */
export function ChangeList({ label, changes, none }: ChangeListProps): ReactNode {
  if (changes.length === 0) return <p className="text-12 text-text-2">{none}</p>;
  return (
    <ul aria-label={label} className="flex flex-col gap-1 text-12">
      {changes.map(({ field, how, name, what, text }) => (
        <li key={`${field} ${name} ${how}`} className="grid grid-cols-[128px_minmax(0,1fr)] gap-x-3">
          <span className="text-text-3">{what} </span>
          <span className="selectable tabular text-text wrap-anywhere">{text}</span>
        </li>
      ))}
    </ul>
  );
}
