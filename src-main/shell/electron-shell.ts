import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, clipboard, dialog, powerMonitor, shell } from 'electron';
import { type Disposable, toDisposable } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { ExpectedError } from '../contract/index.ts';
import { appUrl, externalUrl } from './external-url.ts';
import type { ShellPort } from './types.ts';

/** The {@link ShellPort} of the desktop app. */
export class ElectronShell implements ShellPort, Disposable {
  readonly version = app.getVersion();
  /** Awaited, since it became asynchronous after the oldest Electron that this runs in. */
  readonly clipboard = {
    readText: async (): Promise<string> => clipboard.readText(),
    writeText: async (text: string): Promise<void> => {
      await clipboard.writeText(text);
    },
  };
  readonly #action = new Emitter<string>();
  readonly onAction = this.#action.event;
  readonly #resume = new Emitter<void>();
  readonly onResume = this.#resume.event;
  readonly #watching: Disposable;

  constructor() {
    const fire = (): void => this.#resume.fire();
    powerMonitor.on('resume', fire);
    powerMonitor.on('unlock-screen', fire);
    this.#watching = toDisposable(() => {
      powerMonitor.off('resume', fire);
      powerMonitor.off('unlock-screen', fire);
    });
  }

  readonly requestAction = (action: string): void => this.#action.fire(action);

  async pickFolder(): Promise<string | null> {
    const { canceled, filePaths } = await withWindow((window) =>
      dialog.showOpenDialog(window, { title: 'Deploy a folder', buttonLabel: 'Choose', properties: ['openDirectory'] }),
    );
    return canceled ? null : (filePaths[0] ?? null);
  }

  async saveFile(suggestedName: string, text: string): Promise<string | null> {
    // A name from outside must not lead the dialog into another folder.
    const name = suggestedName.replaceAll(/[\\/:*?"<>|\u0000-\u001f]/g, '-');
    const { canceled, filePath } = await withWindow((window) =>
      dialog.showSaveDialog(window, { defaultPath: join(app.getPath('downloads'), name) }),
    );
    if (canceled || !filePath) return null;
    try {
      await writeFile(filePath, text, 'utf8');
    } catch (error) {
      throw new ExpectedError('store-failed', `${filePath} could not be written`, {
        next: 'Choose another folder, or make room on the disk.',
        detail: error instanceof Error ? error.message : String(error),
        cause: error,
      });
    }
    return filePath;
  }

  async openApp(host: string): Promise<void> {
    await shell.openExternal(appUrl(host));
  }

  async openExternal(url: string): Promise<void> {
    await shell.openExternal(externalUrl(url));
  }

  dispose(): void {
    this.#watching.dispose();
    this.#action.dispose();
    this.#resume.dispose();
  }
}

function withWindow<T>(show: (window: BrowserWindow) => Promise<T>): Promise<T> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  if (!window) throw new ExpectedError('not-found', 'There is no window to ask in');
  return show(window);
}
