import { BrowserWindow, nativeTheme } from 'electron';
import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import type { Event } from '../base/emitter.ts';
import type { Preferences } from '../contract/index.ts';
import { backgroundColor } from './main-window.ts';

/** Keeps menus, dialogs, scroll bars and `prefers-color-scheme` at what the user chose, and the window's ground under the page with them. */
export function followTheme(first: Preferences, changes: Event<Preferences>): Disposable {
  const disposables = new DisposableStore();
  const apply = ({ theme }: Preferences): void => {
    if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme;
  };
  const repaint = (): void => {
    for (const window of BrowserWindow.getAllWindows()) window.setBackgroundColor(backgroundColor());
  };
  nativeTheme.on('updated', repaint);
  disposables.add(toDisposable(() => nativeTheme.off('updated', repaint)));
  disposables.add(changes(apply));
  apply(first);
  return disposables;
}
