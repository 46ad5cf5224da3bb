import { z } from 'zod';
import { type Preferences, preferences, type ServerProfile, serverProfile } from '../contract/index.ts';

/** Counted up when an older Longshore could no longer read the file rightly; a new field that it may ignore does not count. */
export const settingsVersion = 1;

const settingsDocument = z.object({
  version: z.literal(settingsVersion),
  servers: z.array(serverProfile),
  preferences,
  values: z.record(z.string(), z.unknown()),
});

/** The settings file. May hold fields of a newer Longshore of the same version; they survive being written by this one. */
export interface SettingsDocument {
  readonly version: number;
  readonly servers: readonly ServerProfile[];
  readonly preferences: Preferences;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Checks a document and fills in defaults; throws ZodError. What it does not know it keeps. */
export function checkDocument(value: unknown): SettingsDocument {
  return withUnknown(settingsDocument.parse(value), value);
}

/** `parsed` with those fields of `raw` that its schema dropped, at every depth. */
function withUnknown<T>(parsed: T, raw: unknown): T {
  if (Array.isArray(parsed) && Array.isArray(raw)) return parsed.map((item, index) => withUnknown(item, raw[index])) as T;
  if (!isObject(parsed) || !isObject(raw)) return parsed;
  const known = Object.entries(parsed).map(([key, item]) => [key, withUnknown(item, raw[key])]);
  return { ...raw, ...Object.fromEntries(known) } as T;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
  if (!isObject(value)) return { kind: 'broken', reason: 'it holds no object', salvage: null };
  const version = value['version'];
  if (typeof version === 'number' && version > settingsVersion) return { kind: 'newer', version, document: salvage(value) };
  const parsed = settingsDocument.safeParse(value);
  if (parsed.success) return { kind: 'good', document: withUnknown<SettingsDocument>(parsed.data, value) };
  const issue = parsed.error.issues[0];
  return { kind: 'broken', reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not valid'}`, salvage: salvage(value) };
}

/** Every part that is sound by itself; defaults for the others. */
function salvage(value: Readonly<Record<string, unknown>>): SettingsDocument {
  const { servers, preferences: chosen, values } = value;
  const sound = <T>(schema: z.ZodType<T>, part: unknown): T[] => {
    const parsed = schema.safeParse(part);
    return parsed.success ? [withUnknown(parsed.data, part)] : [];
  };
  const empty = emptyDocument();
  return {
    version: settingsVersion,
    servers: Array.isArray(servers) ? servers.flatMap((server) => sound(serverProfile, server)) : [],
    preferences: sound(preferences, chosen)[0] ?? empty.preferences,
    values: sound(z.record(z.string(), z.unknown()), values)[0] ?? empty.values,
  };
}

/** "2 servers and the preferences", for a sentence that says what was restored. */
export function describeDocument({ servers }: SettingsDocument): string {
  return `${servers.length} ${servers.length === 1 ? 'server' : 'servers'} and the preferences`;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
