import { Tabs as Base } from '@base-ui/react/tabs';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';

export interface TabItem<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Quiet, after the label: a number or a word. */
  readonly hint?: ReactNode;
}

interface TabsProps<T extends string> {
  /** What the tabs are of. */
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly tabs: readonly TabItem<T>[];
  /** The panel of the chosen tab. */
  readonly children: ReactNode;
  /** The panel comes without padding and scrolls by itself: logs, terminals. */
  readonly bare?: boolean;
}

/** The 40 px strip below a page's head, and the one panel that is shown. Fills the height it is given. */
export function Tabs<T extends string>({ label, value, onChange, tabs, children, bare = false }: TabsProps<T>): ReactNode {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as T)} className="flex min-h-0 flex-1 flex-col">
      <Base.List aria-label={label} activateOnFocus={false} className="flex h-10 flex-none items-stretch gap-0.5 border-line border-b px-4">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px flex items-center gap-1.5 border-transparent border-b-2 px-2.5 text-text-2 outline-offset-[-2px]! transition-colors hover:text-text data-active:border-accent data-active:font-[540] data-active:text-text"
          >
            {tab.label}
            {tab.hint !== undefined && <span className="text-11 text-text-3">{tab.hint}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel
        key={value}
        value={value}
        tabIndex={-1}
        className={clsx('min-h-0 flex-1 outline-none', bare ? 'flex flex-col overflow-hidden' : 'overflow-y-auto p-5')}
      >
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
