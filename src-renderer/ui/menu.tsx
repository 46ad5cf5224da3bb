import { Menu as Base } from '@base-ui/react/menu';
import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './kbd.tsx';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly onSelect: () => void;
  readonly icon?: LucideIcon;
  readonly shortcut?: string | undefined;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

interface MenuProps {
  /** The button that opens it, with its own accessible name. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  /** Null draws a line between groups. */
  readonly items: readonly (MenuItem | null)[];
  readonly align?: 'start' | 'end';
}

/** Actions on one thing. */
export function Menu({ trigger, items, align = 'end' }: MenuProps): ReactNode {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-60">
          <Base.Popup className="min-w-44 rounded-6 border border-line bg-raised p-1 shadow-overlay outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            {items.map((item, at) =>
              item === null ? (
                <Base.Separator key={`line-${at}`} className="mx-1 my-1 h-px bg-line" />
              ) : (
                <Base.Item
                  key={item.id}
                  onClick={item.onSelect}
                  disabled={item.disabled ?? false}
                  className={clsx(
                    'flex h-7.5 items-center gap-2 rounded-4 px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-hover',
                    item.danger ? 'text-fail' : 'text-text',
                  )}
                >
                  {item.icon && <item.icon aria-hidden size={14} className={clsx('flex-none', !item.danger && 'text-text-3')} />}
                  <span className="flex-1">{item.label}</span>
                  {item.shortcut && <Kbd keys={item.shortcut} />}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
