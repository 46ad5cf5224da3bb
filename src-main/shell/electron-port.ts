import { ipcMain, type WebContents, type WebFrameMain } from 'electron';
import { type Disposable, toDisposable } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import type { IpcPort } from '../ipc/port.ts';

/** Electron's IPC as the `ipc` folder needs it, bound to whichever window is open now. */
export class ElectronPort implements IpcPort<WebFrameMain | null>, Disposable {
  readonly #reset = new Emitter<void>();
  readonly onReset = this.#reset.event;
  #contents: WebContents | null = null;

  attach(contents: WebContents): void {
    this.#contents = contents;
    const reset = (): void => this.#reset.fire();
    // Once another page is there, not when one is asked for: most of those are refused, and the page goes on with its streams.
    contents.on('did-navigate', reset);
    contents.on('render-process-gone', reset);
    contents.once('destroyed', () => {
      if (this.#contents === contents) this.#contents = null;
      reset();
    });
  }

  /** True for the top frame of the attached window while it shows `isOwnPage`. */
  isOwn(frame: WebFrameMain | null, isOwnPage: (url: string) => boolean): boolean {
    // A frame that is gone throws when it is looked at.
    return frame !== null && !frame.detached && frame === this.#contents?.mainFrame && isOwnPage(frame.url);
  }

  handle(channel: string, answer: (caller: WebFrameMain | null, ...args: readonly unknown[]) => Promise<unknown>): Disposable {
    ipcMain.handle(channel, (event, ...args: unknown[]) => answer(event.senderFrame, ...args));
    return toDisposable(() => ipcMain.removeHandler(channel));
  }

  on(channel: string, listener: (caller: WebFrameMain | null, ...args: readonly unknown[]) => void): Disposable {
    const own = (event: Electron.IpcMainEvent, ...args: unknown[]): void => listener(event.senderFrame, ...args);
    ipcMain.on(channel, own);
    return toDisposable(() => ipcMain.off(channel, own));
  }

  send(channel: string, ...args: readonly unknown[]): void {
    if (this.#contents && !this.#contents.isDestroyed()) this.#contents.send(channel, ...args);
  }

  dispose(): void {
    this.#contents = null;
    this.#reset.dispose();
  }
}
