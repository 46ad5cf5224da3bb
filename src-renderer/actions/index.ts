/**
 * Every command of the window, one file each (or one small family). Palette, shortcuts, buttons and the native menu run them from
 * here by id, so a command is written, named and explained once. May use state and the bridge; knows no component.
 */
import { type KeyPress, pressed } from '../ui/keys.ts';
import { notify } from '../ui/toasts.tsx';
import { readContext } from './context.ts';
import { actions } from './registry.ts';
import type { Action, ActionContext } from './types.ts';

export { readContext } from './context.ts';
export { actions } from './registry.ts';
export type { Action, ActionContext } from './types.ts';

export function findAction(id: string): Action | undefined {
  return actions.find((action) => action.id === id);
}

export function applies(action: Action, context: ActionContext): boolean {
  return action.when?.(context) ?? true;
}

/** Runs an action where it applies, on what is shown now, and tells the user what went wrong. Returns whether it applied. */
export function runAction(id: string): boolean {
  const action = findAction(id);
  const context = readContext();
  if (action === undefined || !applies(action, context)) return false;
  run(action, context).catch(notify.error);
  return true;
}

async function run(action: Action, context: ActionContext): Promise<void> {
  await action.run(context);
}

/** The shortcut that is shown for an action. */
export function shortcutOf(id: string): string | undefined {
  return findAction(id)?.shortcuts?.[0];
}

/**
 * The action that a key press asks for. In a terminal only shortcuts with Shift or the Command key count: Control and a letter are
 * the program's there.
 */
export function actionForKeys(event: KeyPress, inTerminal: boolean, mac?: boolean): Action | undefined {
  if (inTerminal && !event.shiftKey && !event.metaKey) return undefined;
  return actions.find((action) => action.shortcuts?.some((keys) => pressed(event, keys, mac)));
}
