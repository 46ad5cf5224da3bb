import { useEffect } from 'react';
import { actionForKeys, runAction } from '../../actions/index.ts';
import { subscribe } from '../../bridge/index.ts';
import { useView } from '../../state/view.ts';
import { isConfirming } from '../../ui/index.ts';

/** Runs actions by their shortcuts, and those that the native menu asks for. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = actionForKeys(event, isInTerminal(event.target));
      if (action === undefined) return;
      // The keys are ours even when the action does not apply now: the browser's own meaning (reload, open) never is.
      event.preventDefault();
      event.stopPropagation();
      if (isFree(action.id)) runAction(action.id);
    };
    window.addEventListener('keydown', onKeyDown, true);
    const stop = subscribe('action.requested', ({ action }) => {
      if (isFree(action)) runAction(action);
    });
    return () => {
      window.removeEventListener('keydown', onKeyDown, true);
      stop();
    };
  }, []);
}

/** A dialog that waits for an answer keeps everything else still. */
function isFree(action: string): boolean {
  const { addServer, editServer, deploySheet, choosePath, shortcuts, palette } = useView.getState();
  if (addServer || editServer !== null || deploySheet !== null || choosePath || shortcuts || isConfirming()) return false;
  return !palette || action === 'palette.open';
}

function isInTerminal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.xterm') !== null;
}
