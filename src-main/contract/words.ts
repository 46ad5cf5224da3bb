import type { ProbeResult } from './models/app.ts';

/** How counts, sizes and addresses are said, alike in the window, on the command line and in what a stage says of itself. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `0 B`, `9 kB`, `13.5 MB`, `1.1 GB`: decimal units as disks and networks count; one decimal below 100 from MB on, none for B and kB. */
export function bytesInWords(value: number): string {
  if (!Number.isFinite(value)) return '–';
  let amount = Math.abs(value);
  let unit = 0;
  while (unit < byteUnits.length - 1 && rounded(amount, unit) >= 1000) {
    amount /= 1000;
    unit += 1;
  }
  return `${value < 0 ? '-' : ''}${grouped(rounded(amount, unit))} ${byteUnits[unit]}`;
}

function rounded(amount: number, unit: number): number {
  return unit >= 2 && amount < 99.95 ? Math.round(amount * 10) / 10 : Math.round(amount);
}

/** `2,564`. */
export function grouped(value: number): string {
  return value.toLocaleString('en');
}

/** `1 file`, `2,564 files`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}

/** `2026-02-23`, by UTC. */
export function dayInWords(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** `a, b and 3 more`: named up to so many, the rest counted. */
export function named(all: readonly string[], most = 10): string {
  const more = all.length > most ? ` and ${grouped(all.length - most)} more` : '';
  return `${all.slice(0, most).join(', ')}${more}`;
}

/** `18,204 requests during the switch, 0 failed`. */
export function probeWords(probe: ProbeResult): string {
  const held = probe.heldMs === undefined ? '' : `; they waited at the edge for up to ${secondsInWords(probe.heldMs)}`;
  return `${counted(probe.requests, 'request')} during the switch, ${grouped(probe.failed)} failed${held}`;
}

/** What is to be expected of a release that must not run beside the one before. */
export function holdWords(before: number, lastHeldMs: number | null): string {
  const last = lastHeldMs === null ? '' : `, for about ${secondsInWords(lastHeldMs)} as at the last release`;
  return `Requests wait at the edge while r${before} stops and the new release starts${last}. None is dropped, but one that would wait for more than 60 s is answered 503.`;
}

function secondsInWords(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * The host name that leads to an app without any DNS of one's own: sslip.io answers every `….ADDRESS.sslip.io` with the address
 * written in it, dots and colons as hyphens. A label may not begin or end with a hyphen (RFC 1123), so `::1` is written `0--1`.
 */
export function hostByAddress(app: string, address: string): string {
  const bare = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1] ?? bare;
  const dashed = mapped.replaceAll(/[.:]/g, '-').replace(/^-/, '0-').replace(/-$/, '-0');
  return `${app}.${dashed}.sslip.io`;
}
