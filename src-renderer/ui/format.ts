/**
 * Numbers as a person says them. Sizes in decimal units as disks and networks count them; times relative, with {@link exactTime}
 * for the hover. Pure: the present is always an argument.
 */

// The same words as main's own: a stage says its sizes there, and the row beside it here.
export { bytesInWords as bytes, counted as plural, grouped as count } from '../../src-main/contract/index.ts';

/** A part of a whole in whole per cent; never `100 %` or `0 %` for what is only nearly so. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const share = (part / whole) * 100;
  const shown = share > 0 && share < 1 ? 1 : share < 100 && share > 99 ? 99 : Math.round(share);
  return `${shown} %`;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something took: `0.16 s`, `4.2 s`, `11 s`, `2 min 14 s`, `2 h 14 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 0.995 * second) return `${(Math.max(0, ms) / second).toFixed(2)} s`;
  if (ms < 9.95 * second) return `${(ms / second).toFixed(1)} s`;
  return wholeDuration(ms);
}

/** As {@link duration} in whole seconds, for what still runs: a clock that shows hundredths flickers. */
export function wholeDuration(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / second);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `0.4 ms`, `18 ms`, `1.2 s`. */
export function latency(ms: number): string {
  if (ms >= second) return `${(ms / second).toFixed(1)} s`;
  return ms < 1 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** `now`, `41 s ago`, `2 min ago`, `3 h ago`, `yesterday`, `3 days ago`, and from four weeks on the date. */
export function relativeTime(at: number, now: number): string {
  const ago = now - at;
  if (ago < 5 * second) return 'now';
  if (ago < minute) return `${Math.floor(ago / second)} s ago`;
  if (ago < hour) return `${Math.floor(ago / minute)} min ago`;
  const days = calendarDays(at, now);
  if (ago < 12 * hour || days === 0) return `${Math.floor(ago / hour)} h ago`;
  if (days === 1) return 'yesterday';
  return days < 28 ? `${days} days ago` : isoDate(new Date(at));
}

/** Days between two moments as a calendar counts them, by this computer's time zone. */
function calendarDays(from: number, to: number): number {
  return Math.round((midnight(to) - midnight(from)) / day);
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Whole seconds until then, at least 0: what a count-down shows. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / second));
}

/** `2025-01-12 14:02:11`, by this computer's time zone. */
export function exactTime(at: number): string {
  const date = new Date(at);
  return `${isoDate(date)} ${clockTime(at)}`;
}

/** `14:02:11`. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

function isoDate(date: Date): string {
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
