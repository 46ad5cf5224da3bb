import { z } from 'zod';
import { type Preferences, preferences, type ServerProfile, serverProfile } from '../contract/index.ts';

/** Counted up when an older Longshore could no longer read the file rightly; a new field that it may ignore does not count. */
export const settingsVersion = 1;

/** The settings file. Loose, so that fields of a newer Longshore of the same version survive being written by this one. */
export const settingsDocument = z.looseObject({
  version: z.literal(settingsVersion),
  servers: z.array(serverProfile.loose()),
  preferences: preferences.loose(),
  values: z.record(z.string(), z.unknown()),
});

export interface SettingsDocument {
  readonly version: number;
  readonly servers: readonly ServerProfile[];
  readonly preferences: Preferences;
  readonly values: Readonly<Record<string, unknown>>;
}

export function emptyDocument(): SettingsDocument {
  return { version: settingsVersion, servers: [], preferences: preferences.parse({}), values: {} };
}

export type ReadSettings =
  | { readonly kind: 'good'; readonly document: SettingsDocument }
  /** Written by a newer Longshore: what this one understands of it, to be read and never written back. */
  | { readonly kind: 'newer'; readonly version: number; readonly document: SettingsDocument }
  /** `salvage` is what is sound in it; null when it is not even JSON. */
  | { readonly kind: 'broken'; readonly reason: string; readonly salvage: SettingsDocument | null };

/** Judges the text of a settings file. Never throws. */
export function readSettings(text: string): ReadSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'broken', reason: text.trim() === '' ? 'it is empty' : `it is not JSON (${message(error)})`, salvage: null };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'broken', reason: 'it holds no object', salvage: null };
  const version = 'version' in value ? value.version : undefined;
  if (typeof version === 'number' && version > settingsVersion) return { kind: 'newer', version, document: salvage(value) };
  const parsed = settingsDocument.safeParse(value);
  if (parsed.success) return { kind: 'good', document: parsed.data };
  const issue = parsed.error.issues[0];
  return { kind: 'broken', reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not valid'}`, salvage: salvage(value) };
}

/** Every part that is sound by itself; defaults for the others. */
function salvage(value: object): SettingsDocument {
  const parts: Readonly<Record<string, unknown>> = { ...value };
  const servers = Array.isArray(parts['servers']) ? parts['servers'] : [];
  const chosen = preferences.loose().safeParse(parts['preferences']);
  const values = z.record(z.string(), z.unknown()).safeParse(parts['values']);
  return {
    ...emptyDocument(),
    servers: servers.flatMap((server) => {
      const parsed = serverProfile.loose().safeParse(server);
      return parsed.success ? [parsed.data] : [];
    }),
    ...(chosen.success ? { preferences: chosen.data } : {}),
    ...(values.success ? { values: values.data } : {}),
  };
}

/** "2 servers and the preferences", for a sentence that says what was restored. */
export function describeDocument({ servers }: SettingsDocument): string {
  return `${servers.length} ${servers.length === 1 ? 'server' : 'servers'} and the preferences`;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
