/** The window: side bar, the view that is shown, and the overlays above both. Decides only what goes where. */
import type { ReactNode } from 'react';
import { useTheme } from './state/preferences.ts';
import { useView } from './state/view.ts';
import { ConfirmHost, Toasts, TooltipProvider } from './ui/index.ts';

export function App(): ReactNode {
  const view = useView((state) => state.view);
  return (
    <TooltipProvider>
      <main className="h-full bg-surface">{view.kind}</main>
      <ConfirmHost />
      <Toasts theme={useTheme()} />
    </TooltipProvider>
  );
}
