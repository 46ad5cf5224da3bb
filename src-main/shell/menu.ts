import type { MenuItemConstructorOptions } from 'electron';

type Item = MenuItemConstructorOptions;

/**
 * The native menu. Items that are the window's own name one of its actions by id and leave running it to the window, so that
 * menu, palette and shortcut do the same. Their shortcuts are shown but not registered: the window's own keys are the truth.
 */
export function menuTemplate(platform: NodeJS.Platform, request: (action: string) => void, development: boolean): Item[] {
  const mac = platform === 'darwin';
  const action = (label: string, id: string, accelerator?: string): Item => ({
    label,
    click: () => request(id),
    ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
  });
  const separator: Item = { type: 'separator' };
  const settings = action('Settings…', 'settings.open', 'CmdOrCtrl+,');

  const application: Item = {
    label: 'Longshore',
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: Item = {
    label: 'File',
    submenu: [
      action('Deploy Folder…', 'deploy.choose-folder', 'CmdOrCtrl+O'),
      action('Add Server…', 'servers.add', 'CmdOrCtrl+Shift+N'),
      separator,
      ...(mac ? [{ role: 'close' } as const] : [settings, separator, { role: 'quit' } as const]),
    ],
  };
  const view: Item = {
    label: 'View',
    submenu: [
      action('Command Palette…', 'palette.open', 'CmdOrCtrl+K'),
      action('Jobs', 'jobs.toggle', 'CmdOrCtrl+J'),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(development ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
    ],
  };
  const help: Item = { role: 'help', submenu: [action('Keyboard Shortcuts', 'help.shortcuts')] };
  return [...(mac ? [application] : []), file, { role: 'editMenu' }, view, { role: 'windowMenu' }, help];
}
