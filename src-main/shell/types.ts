import type { Event } from '../base/emitter.ts';

/** What only a shell with a desktop around it can do. Services get it injected and never know Electron. */
export interface ShellPort {
  /** The product's version. */
  readonly version: string;
  /** Asks for a folder; null when the user changed their mind. */
  pickFolder(): Promise<string | null>;
  /** Asks where to save `text` as UTF-8 and writes it; returns the path, or null when the user changed their mind. */
  saveFile(suggestedName: string, text: string): Promise<string | null>;
  /** Opens https anywhere, or http on this computer (127.0.0.1 or localhost), in the user's browser. Throws ExpectedError `invalid-input` for all else. */
  openExternal(url: string): Promise<void>;
  /** Opens an app by its host name over http, which nothing else may be. */
  openApp(host: string): Promise<void>;
  readonly clipboard: {
    readText(): Promise<string>;
    writeText(text: string): Promise<void>;
  };
  /** An item of the native menu was chosen: the id of an action of the window. */
  readonly onAction: Event<string>;
  /** The computer woke up or the network may have changed: connections should be tried now. */
  readonly onResume: Event<void>;
}
