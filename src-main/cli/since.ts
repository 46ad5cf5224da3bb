import { ExpectedError } from '../contract/index.ts';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `10m`, `2h`, `1d`, `30s`, or a date; returns RFC 3339. `now` is milliseconds since 1970. */
export function parseSince(text: string, now: number): string {
  const ago = /^(\d{1,7})([smhd])$/.exec(text);
  const unit = units[ago?.[2] ?? ''];
  if (ago?.[1] && unit) return new Date(now - Number(ago[1]) * unit * 1000).toISOString();
  const date = Date.parse(text);
  if (Number.isNaN(date))
    throw new ExpectedError('invalid-input', `--since ${text}: not a time.`, {
      next: 'Write 10m, 2h, 1d, or a date such as 2026-11-24T12:00:00Z.',
    });
  return new Date(date).toISOString();
}
