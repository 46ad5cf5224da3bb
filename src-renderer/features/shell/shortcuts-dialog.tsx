import type { ReactNode } from 'react';
import { actions, readContext } from '../../actions/index.ts';
import { setOverlay, useView } from '../../state/view.ts';
import { Dialog, Kbd } from '../../ui/index.ts';

/** Every shortcut there is, read from the actions themselves. */
export function ShortcutsDialog(): ReactNode {
  const open = useView((state) => state.shortcuts);
  if (!open) return null;
  const context = readContext();
  return (
    <Dialog open onClose={() => setOverlay('shortcuts', false)} title="Keyboard shortcuts" size="sm">
      <dl className="flex flex-col">
        {actions.map(
          (action) =>
            action.shortcuts && (
              <div key={action.id} className="flex min-h-8 items-center gap-2 border-line border-b last:border-b-0">
                <dt className="flex-1">{action.label(context)}</dt>
                <dd className="flex gap-1.5">
                  {action.shortcuts.map((keys) => (
                    <Kbd key={keys} keys={keys} />
                  ))}
                </dd>
              </div>
            ),
        )}
      </dl>
      <p className="mt-3 text-12 text-text-3">
        In a terminal, Control and a letter belong to the program in it; shortcuts with Shift work there too.
      </p>
    </Dialog>
  );
}
