import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, Menu, session } from 'electron';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Logger } from '../base/log.ts';
import { registerIpc } from '../ipc/register-ipc.ts';
import type { EventSources, Handlers, StreamOpeners } from '../ipc/types.ts';
import type { Store } from '../store/types.ts';
import { appUrl, serveApp } from './app-scheme.ts';
import { ElectronPort } from './electron-port.ts';
import { denyPermissions, isPage } from './guards.ts';
import { openMainWindow } from './main-window.ts';
import { menuTemplate } from './menu.ts';
import { followTheme } from './theme.ts';

export interface AppWindowOptions {
  readonly handlers: Handlers;
  readonly streams: StreamOpeners;
  readonly events: EventSources;
  readonly store: Store;
  readonly logger: Logger;
  readonly requestAction: (action: string) => void;
  /** False keeps the window open; whoever says so asks the user. */
  readonly mayClose: () => boolean;
}

/** Where the bundles lie, seen from out/main. */
const preload = fileURLToPath(new URL('../preload/preload.cjs', import.meta.url));
const page = fileURLToPath(new URL('../renderer', import.meta.url));
const icon = fileURLToPath(new URL('../../resources/icon.png', import.meta.url));
const windowKey = 'window';

/** The one window with all that belongs to it: page, policy, IPC, menu, theme. Electron must be ready. */
export class AppWindow implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #port = this.#disposables.add(new ElectronPort());
  #window: BrowserWindow | null = null;
  /** The bounds being written; the app does not end before. */
  #saving: Promise<void> = Promise.resolve();

  constructor(private readonly options: AppWindowOptions) {
    const url = pageUrl();
    serveApp(session.defaultSession, page);
    denyPermissions(session.defaultSession);
    session.defaultSession.on('will-download', (event) => event.preventDefault());
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, options.requestAction, !app.isPackaged)));
    this.#disposables.add(followTheme(options.store.preferences(), options.store.onPreferences));
    this.#disposables.add(
      registerIpc({
        port: this.#port,
        handlers: options.handlers,
        streams: options.streams,
        events: options.events,
        isTrusted: (frame) => this.#port.isOwn(frame, (shown) => isPage(url, shown)),
        logger: options.logger,
        checkResults: !app.isPackaged,
      }),
    );
  }

  /** Opens the window, or brings it to the front. */
  open(): void {
    if (this.#window) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.show();
      this.#window.focus();
      return;
    }
    const { store, logger } = this.options;
    const window = openMainWindow({
      preload,
      icon,
      url: pageUrl(),
      saved: store.get(windowKey),
      save: (bounds) => {
        this.#saving = store
          .set(windowKey, bounds)
          .catch((error: unknown) => logger.warn('The window bounds were not kept', { error: String(error) }));
      },
    });
    this.#window = window;
    this.#port.attach(window.webContents);
    window.on('close', (event) => {
      if (!this.options.mayClose()) event.preventDefault();
    });
    window.on('closed', () => {
      this.#window = null;
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      logger.error('The page ended', { reason });
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
  }

  /** Resolves when nothing of the window is left to be written. */
  async settled(): Promise<void> {
    await this.#saving;
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/** Our own page; in development, unpackaged only, that of the development server. */
function pageUrl(): string {
  const development = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  return development ? new URL(development).href : appUrl;
}
