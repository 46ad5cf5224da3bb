import type { ReactNode } from 'react';
import { shownKeys } from './keys.ts';

/** A shortcut, written as `Mod+K`, shown as this system names its keys. */
export function Kbd({ keys }: { readonly keys: string }): ReactNode {
  return (
    <kbd className="flex-none rounded-4 border border-line bg-bg px-1 font-medium font-sans text-11 text-text-3 leading-4">
      {shownKeys(keys)}
    </kbd>
  );
}
