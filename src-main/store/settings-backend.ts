import type { Disposable } from '../base/disposable.ts';

/** The file name without its extension, as conf wants it. */
export const settingsName = 'settings';

/** What the store needs of conf or electron-store: an atomic write of the whole, and to be told of others' changes. */
export interface SettingsBackend extends Disposable {
  write(document: Readonly<Record<string, unknown>>): void;
  /** Some time after the file was changed by whomever. */
  onChange(listener: () => void): Disposable;
}

/** Opens the settings in `folder`, whose file exists and is sound. */
export type OpenBackend = (folder: string) => SettingsBackend;

/** The same for both libraries: they must write the same file in the same way. */
export const backendOptions = {
  // A key is a key: server names and the like may hold dots.
  accessPropertiesByDotNotation: false,
  // Never cleared by the library: the store keeps a copy and repairs.
  clearInvalidConfig: false,
  configFileMode: 0o600,
} as const;
