import { appName, hostName } from '../../contract/index.ts';
import type { HttpsMode, Slot } from '../types.ts';
import { PAUSE_MARK } from './hold.ts';
import { backendName, parseBackendName } from './model.ts';

export type Entries = Readonly<Record<string, string>>;

/** A map file: one `key value` a line, sorted, so that the same entries are the same bytes. Keys and values were checked: neither has a space. */
export function renderMap(entries: Entries): string {
  return Object.entries(entries)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key} ${value}\n`)
    .join('');
}

/** Reads a map file as HAProxy does: `#` begins a comment line, the first of two equal keys counts. */
export function parseMap(text: string): Record<string, string> {
  const entries: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of text.split('\n')) {
    const match = /^\s*([^#\s]\S*)\s+(\S.*?)\s*$/.exec(line);
    if (match?.[1] && match[2]) entries[match[1]] ??= match[2];
  }
  return { ...entries };
}

/** `show map` of the runtime API: an address, then key and value. */
export function parseShownMap(answer: string): Record<string, string> {
  return parseMap(answer.replaceAll(/^0x[0-9a-f]+ /gm, ''));
}

/** Runtime API commands that turn the entries a HAProxy has into the wanted ones. */
export function mapCommands(path: string, present: Entries, wanted: Entries): string[] {
  const commands: string[] = [];
  for (const [key, value] of Object.entries(wanted)) {
    const before = Object.hasOwn(present, key) ? present[key] : undefined;
    if (before === undefined) commands.push(`add map ${path} ${key} ${value}`);
    else if (before !== value) commands.push(`set map ${path} ${key} ${value}`);
  }
  for (const key of Object.keys(present)) if (!Object.hasOwn(wanted, key)) commands.push(`del map ${path} ${key}`);
  return commands;
}

export function sameEntries(one: Entries, other: Entries): boolean {
  return renderMap(one) === renderMap(other);
}

/** `entries` with another value for `key`; without it for null. */
export function withEntry<T>(entries: Readonly<Record<string, T>>, key: string, value: T | null): Record<string, T> {
  const { [key]: _, ...others } = entries;
  return value === null ? others : { ...others, [key]: value };
}

/** Host names to apps, as far as the file has such; what somebody wrote there by hand and is neither is left out. */
export function hostsFrom(text: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseMap(text)).filter(([host, app]) => hostName.safeParse(host).success && appName.safeParse(app).success),
  );
}

/** Hosts to how plain requests for them are answered. */
export function httpsFrom(text: string): Record<string, HttpsMode> {
  return Object.fromEntries(
    Object.entries(parseMap(text)).flatMap(([host, mode]) =>
      hostName.safeParse(host).success && (mode === 'redirect' || mode === 'hsts') ? [[host, mode] as const] : [],
    ),
  );
}

/** The hosts of the map of routes, whose keys are host and path. */
export function routedHosts(text: string): string[] {
  const hosts = Object.keys(parseMap(text)).map((key) => key.slice(0, key.indexOf('/')));
  return [...new Set(hosts)].filter((host) => hostName.safeParse(host).success).sort();
}

/** Apps to the slots that serve. A line whose backend is not one of the app's two is left out. */
export function slotsFrom(text: string): Record<string, Slot> {
  return Object.fromEntries(
    Object.entries(parseMap(text)).flatMap(([app, backend]) => {
      const parsed = parseBackendName(backend);
      return parsed && parsed.app === app ? [[app, parsed.slot] as const] : [];
    }),
  );
}

/** Apps whose requests are held or, with `PAUSE_MARK`, paused, with the second since 1970 until which; those that are over as well. */
export function holdsFrom(text: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(parseMap(text)).flatMap(([key, until]) =>
      appName.safeParse(withoutMark(key)).success && /^\d{1,12}$/.test(until) ? [[key, Number(until)] as const] : [],
    ),
  );
}

/** Apps that a user paused, with the second since 1970 until which; those whose pause is over as well. */
export function pausesFrom(text: string): Record<string, number> {
  const paused = Object.entries(holdsFrom(text)).filter(([key]) => key.endsWith(PAUSE_MARK));
  return Object.fromEntries(paused.map(([key, until]) => [withoutMark(key), until]));
}

function withoutMark(key: string): string {
  return key.endsWith(PAUSE_MARK) ? key.slice(0, -PAUSE_MARK.length) : key;
}

export function holdEntries(holds: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(holds).map(([app, until]) => [app, String(until)]));
}

export function slotEntries(live: Readonly<Record<string, Slot>>): Record<string, string> {
  return Object.fromEntries(Object.entries(live).map(([app, slot]) => [app, backendName(app, slot)]));
}
