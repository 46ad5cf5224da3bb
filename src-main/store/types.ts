import type { Event } from '../base/emitter.ts';
import type { Preferences, ServerProfile } from '../contract/index.ts';

/** What the laptop keeps, in files that the window and the command line share. Reads see what the other wrote. */
export interface Store {
  /** What had to be repaired at opening, one sentence each. */
  readonly recovered: readonly string[];
  servers(): readonly ServerProfile[];
  /** Reads, changes and writes under a lock that the other process honours too; returns what was written. */
  updateServers(change: (servers: readonly ServerProfile[]) => readonly ServerProfile[]): Promise<readonly ServerProfile[]>;
  readonly onServers: Event<readonly ServerProfile[]>;
  preferences(): Preferences;
  setPreferences(preferences: Preferences): Promise<void>;
  readonly onPreferences: Event<Preferences>;
  /** A small JSON value of a feature's own (window bounds, per-app choices); undefined when absent. */
  get(key: string): unknown;
  set(key: string, value: unknown): Promise<void>;
  /**
   * As {@link set}, with the new value made of the present one under the lock, so that nobody's write in between is lost.
   * `change` must be pure: it may be called again. Undefined removes the value.
   */
  update(key: string, change: (value: unknown) => unknown): Promise<void>;
  /** A value was changed, by this process or, where the file is watched, by another. */
  readonly onValues: Event<void>;
  dispose(): void;
}

/** Secrets, only through the operating system's store. Without one nothing is written. */
export interface Vault {
  readonly available: boolean;
  /** Why it is not available, one sentence; null when it is. */
  readonly reason: string | null;
  get(key: string): Promise<string | null>;
  /** Returns false, and writes nothing, when the vault is not available. */
  set(key: string, value: string): Promise<boolean>;
  delete(key: string): Promise<void>;
}
