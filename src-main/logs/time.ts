const nanosecond = 1n;
const second = 1_000_000_000n * nanosecond;

/**
 * Nanoseconds since 1970 of an RFC 3339 time with up to nine decimals, as Docker writes them (it drops trailing zeros, so the texts do
 * not compare). Null for what is no time.
 */
export function nanosecondsOf(time: string): bigint | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (!match) return null;
  const milliseconds = Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(milliseconds)) return null;
  return BigInt(milliseconds / 1000) * second + BigInt((match[2] ?? '').padEnd(9, '0'));
}

/** The opposite of {@link nanosecondsOf}, in UTC with nine decimals. */
export function timeOf(nanoseconds: bigint): string {
  const whole = nanoseconds / second;
  const seconds = new Date(Number(whole) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanoseconds % second).padStart(9, '0')}Z`;
}

/** A resume point as users give it: RFC 3339, or seconds since 1970 with or without decimals. Undefined for what is neither. */
export function sinceTime(text: string): string | undefined {
  const seconds = /^(\d{1,11})(?:\.(\d{1,9}))?$/.exec(text);
  if (seconds?.[1]) return timeOf(BigInt(seconds[1]) * second + BigInt((seconds[2] ?? '').padEnd(9, '0')));
  const at = nanosecondsOf(text);
  return at === null ? undefined : timeOf(at);
}
