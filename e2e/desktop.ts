/** What belongs to the desktop and not to the window, so that no spec can drive it: stood in for in the main process, or read there. */
import type { ElectronApplication } from '@playwright/test';

/** Answers the dialog that saves a file from now on, and keeps the name that it suggests. */
export async function answerSaveDialog(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async (...args: unknown[]) => {
      Reflect.set(globalThis, 'suggested', (args.at(-1) as Electron.SaveDialogOptions).defaultPath);
      return { canceled: false, filePath: chosen };
    };
  }, path);
}

export function suggestedPath(app: ElectronApplication): Promise<string> {
  return app.evaluate(() => Reflect.get(globalThis, 'suggested') as string);
}

/** Stands in for the browser of the desktop, which this machine has none of: keeps what it would have been given. */
export async function catchOpened(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ shell }) => {
    const urls: string[] = [];
    Reflect.set(globalThis, 'openedUrls', urls);
    shell.openExternal = async (url) => void urls.push(url);
  });
}

export function openedUrls(app: ElectronApplication): Promise<string[]> {
  return app.evaluate(() => Reflect.get(globalThis, 'openedUrls') as string[]);
}

export function clipboardText(app: ElectronApplication): Promise<string> {
  return app.evaluate(async ({ clipboard }) => clipboard.readText());
}
