/**
 * What the laptop keeps: server profiles, preferences and small values of features, in one file that window and command line
 * share. Holds no secret and nothing that the servers know better. Knows no feature and no Electron.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { KeyedMutex } from '../base/keyed-mutex.ts';
import type { Logger } from '../base/log.ts';
import { ExpectedError, type Preferences, type ServerProfile } from '../contract/index.ts';
import { acquireLock, type HeldLock } from './lock-file.ts';
import type { OpenBackend, SettingsBackend } from './settings-backend.ts';
import { checkDocument, readSettings, type SettingsDocument, settingsVersion } from './settings-document.ts';
import { fileKey, makeFolder, readText, removeLeftovers, type SettingsPaths, settingsPaths, writeTextDurably } from './settings-file.ts';
import { type Repair, repairSettings } from './settings-repair.ts';
import type { Store } from './types.ts';

export interface StoreOptions {
  readonly folder: string;
  readonly openBackend: OpenBackend;
  readonly logger: Logger;
}

/** Opens the settings, repairing what is broken. Throws ExpectedError `store-failed` when the folder cannot be used at all. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const paths = settingsPaths(options.folder);
  try {
    makeFolder(paths);
    const lock = await acquireLock(paths.lock);
    try {
      removeLeftovers(paths);
      const repair = repairSettings(paths, new Date());
      for (const sentence of repair.said) options.logger.warn(sentence);
      return new SettingsStore(paths, options.openBackend(paths.folder), repair);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw asStoreError(error, paths);
  }
}

/** How often a change is made again when its lock was taken away before the write, which only a process stopped for long sees. */
const tries = 5;

class SettingsStore implements Store, Disposable {
  readonly #mutex = new KeyedMutex();
  readonly #disposables = new DisposableStore();
  readonly #servers = this.#disposables.add(new Emitter<readonly ServerProfile[]>());
  readonly #preferences = this.#disposables.add(new Emitter<Preferences>());
  readonly onServers = this.#servers.event;
  readonly onPreferences = this.#preferences.event;
  readonly #values = this.#disposables.add(new Emitter<void>());
  readonly onValues = this.#values.event;
  readonly #recovered: string[];
  /** Set when a newer Longshore wrote the file: it is not written then. */
  #newer: number | null;
  #document: SettingsDocument;
  #key: string | null;
  #told: SettingsDocument;

  constructor(
    private readonly paths: SettingsPaths,
    private readonly backend: SettingsBackend,
    repair: Repair,
  ) {
    this.#recovered = [...repair.said];
    this.#newer = repair.newer;
    this.#document = repair.document;
    this.#told = repair.document;
    this.#key = fileKey(paths.file);
    this.#disposables.add(backend);
    this.#disposables.add(backend.onChange(() => this.#tell()));
  }

  get recovered(): readonly string[] {
    return this.#recovered;
  }

  servers(): readonly ServerProfile[] {
    return this.#current().servers;
  }

  preferences(): Preferences {
    return this.#current().preferences;
  }

  get(key: string): unknown {
    const { values } = this.#current();
    return Object.hasOwn(values, key) ? values[key] : undefined;
  }

  async updateServers(change: (servers: readonly ServerProfile[]) => readonly ServerProfile[]): Promise<readonly ServerProfile[]> {
    const written = await this.#update((document) => ({ ...document, servers: change(document.servers) }));
    return written.servers;
  }

  async setPreferences(preferences: Preferences): Promise<void> {
    // Merged, so that what a newer Longshore added stays.
    await this.#update((document) => ({ ...document, preferences: mergeKnown(document.preferences, preferences) }));
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.update(key, () => value);
  }

  async update(key: string, change: (value: unknown) => unknown): Promise<void> {
    await this.#update((document) => {
      const { [key]: before, ...others } = document.values;
      const value = change(Object.hasOwn(document.values, key) ? before : undefined);
      return { ...document, values: value === undefined ? others : { ...others, [key]: value } };
    });
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** What the file holds now; the last good content while it cannot be read. */
  #current(): SettingsDocument {
    const key = fileKey(this.paths.file);
    if (key === null || key === this.#key) return this.#document;
    const read = readSettings(readText(this.paths.file) ?? '');
    if (read.kind === 'broken') return this.#document;
    this.#key = key;
    this.#newer = read.kind === 'newer' ? read.version : null;
    this.#document = read.document;
    return this.#document;
  }

  /** One change at a time in this process, then under the lock against the others. */
  #update(change: (document: SettingsDocument) => SettingsDocument): Promise<SettingsDocument> {
    return this.#mutex.run('write', async () => {
      for (let attempt = 1; ; attempt++) {
        const written = await this.#tryUpdate(change);
        if (written) {
          this.#tell();
          return written;
        }
        if (attempt === tries)
          throw new ExpectedError('store-failed', 'The settings are being changed by another Longshore', { next: 'Try again.' });
      }
    });
  }

  async #tryUpdate(change: (document: SettingsDocument) => SettingsDocument): Promise<SettingsDocument | null> {
    let lock: HeldLock | null = null;
    try {
      lock = await acquireLock(this.paths.lock);
      const before = this.#readUnderLock();
      const after = checkDocument(change(before));
      if (isDeepStrictEqual(after, before)) return before;
      if (!lock.isHeld()) return null;
      this.backend.write({ ...after });
      this.#keepCopy(after);
      return after;
    } catch (error) {
      throw asStoreError(error, this.paths);
    } finally {
      lock?.release();
    }
  }

  #readUnderLock(): SettingsDocument {
    const repair = repairSettings(this.paths, new Date());
    this.#recovered.push(...repair.said);
    this.#newer = repair.newer;
    if (this.#newer !== null) {
      throw new ExpectedError(
        'store-failed',
        `The settings were written by a newer Longshore (format ${this.#newer}, this one knows ${settingsVersion}), so they are read but not changed`,
        { next: 'Update Longshore on this computer.', detail: this.paths.file },
      );
    }
    return repair.document;
  }

  /** Only what was read back and is sound becomes the last good copy. */
  #keepCopy(written: SettingsDocument): void {
    const text = readText(this.paths.file) ?? '';
    const read = readSettings(text);
    if (read.kind !== 'good')
      throw new ExpectedError('store-failed', 'The settings could not be read back after they were written', { detail: this.paths.file });
    writeTextDurably(this.paths.copy, text);
    this.#key = fileKey(this.paths.file);
    this.#document = written;
  }

  #tell(): void {
    const now = this.#current();
    const before = this.#told;
    this.#told = now;
    if (!isDeepStrictEqual(now.servers, before.servers)) this.#servers.fire(now.servers);
    if (!isDeepStrictEqual(now.preferences, before.preferences)) this.#preferences.fire(now.preferences);
    if (!isDeepStrictEqual(now.values, before.values)) this.#values.fire();
  }
}

function mergeKnown(before: Preferences, after: Preferences): Preferences {
  return { ...before, ...after, logs: { ...before.logs, ...after.logs }, terminal: { ...before.terminal, ...after.terminal } };
}

const systemReasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a file stands where the folder should be',
};

function asStoreError(error: unknown, { folder }: SettingsPaths): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const reason = systemReasons[error.code];
  if (error instanceof ExpectedError || reason === undefined) return error;
  return new ExpectedError('store-failed', `The settings cannot be kept in ${folder}: ${reason}`, {
    next: 'Mend that, or set LONGSHORE_HOME to another folder.',
    detail: error.message,
    cause: error,
  });
}
