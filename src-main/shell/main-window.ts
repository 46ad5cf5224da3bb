import { BrowserWindow, nativeTheme, screen } from 'electron';
import { confine } from './guards.ts';
import { type SavedWindow, savedWindow, smallestSize, windowBounds } from './window-bounds.ts';

export interface MainWindowOptions {
  readonly preload: string;
  readonly url: string;
  readonly icon: string;
  /** What was kept by `save` the last time, as it came out of the store. */
  readonly saved: unknown;
  readonly save: (window: SavedWindow) => void;
}

/** The colours of the window before its page has drawn, the design's `--bg`, so that nothing flashes. */
const backgrounds = { light: '#f6f7f8', dark: '#0d1218' } as const;

export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light;
}

/** Opens the one window: where it was, confined to its page, shown once it has something to show. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const saved = savedWindow.safeParse(options.saved);
  const window = new BrowserWindow({
    ...windowBounds(
      saved.success ? saved.data : null,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: smallestSize.width,
    minHeight: smallestSize.height,
    show: false,
    title: 'Longshore',
    backgroundColor: backgroundColor(),
    autoHideMenuBar: true,
    // Windows and macOS take it from the program itself.
    ...(process.platform === 'linux' ? { icon: options.icon } : {}),
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  confine(window.webContents, options.url);
  window.once('ready-to-show', () => {
    if (saved.success && saved.data.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => options.save({ ...window.getNormalBounds(), maximized: window.isMaximized() }));
  void window.loadURL(options.url);
  return window;
}
