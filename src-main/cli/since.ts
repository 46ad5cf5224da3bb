import { ExpectedError } from '../contract/index.ts';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A date, and maybe a time of the day, and maybe its zone, as in ISO 8601; a blank may stand for the T. */
const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * `10m`, `2h`, `1d`, `30s`, or a date with or without a time of the day, by this computer's clock where it names no zone. Returns
 * RFC 3339; `now` is milliseconds since 1970. Throws `invalid-input` for all else, a bare number above all: nobody knows of what.
 */
export function parseSince(text: string, now: number): string {
  const ago = /^(\d{1,7})([smhd])$/.exec(text);
  const unit = units[ago?.[2] ?? ''];
  if (ago?.[1] && unit) return new Date(now - Number(ago[1]) * unit * 1000).toISOString();
  const [, day, minutes, seconds = '00', decimals = '', zone] = iso.exec(text) ?? [];
  if (day !== undefined && isDay(day)) {
    const time = `${day}T${minutes ?? '00:00'}:${seconds}`;
    // A time that a log line gave is passed on as it is: as milliseconds it would lose its last digits.
    if (!Number.isNaN(Date.parse(`${time}${zone ?? ''}`))) {
      return zone === undefined ? new Date(`${time}${decimals.slice(0, 4)}`).toISOString() : `${time}${decimals}${zone}`;
    }
  }
  throw new ExpectedError('invalid-input', `--since ${text}: that is no time.`, {
    next: 'Write how long ago, such as 10m, 2h or 1d, or when, such as 2026-11-24T10:00.',
  });
}

/** False for the 30th of February, which JavaScript takes for one of March. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
