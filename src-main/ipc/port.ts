import type { Disposable } from '../base/disposable.ts';
import type { Event } from '../base/emitter.ts';

/** The few things of Electron's IPC that the rest of this folder needs, so that it can be tested without Electron. `C` names a caller. */
export interface IpcPort<C> {
  handle(channel: string, answer: (caller: C, ...args: readonly unknown[]) => Promise<unknown>): Disposable;
  on(channel: string, listener: (caller: C, ...args: readonly unknown[]) => void): Disposable;
  /** To the window; nothing happens when there is none. */
  send(channel: string, ...args: readonly unknown[]): void;
  /** The page was reloaded, left, crashed or closed: whatever it had asked for is void. */
  readonly onReset: Event<void>;
}
