/** Where a text was found: from, and one past the end. */
export type Found = readonly [number, number];

/** Finds a text as it is written, without regard to case; null for an empty query. A new one per query, since it is kept by the index. */
export function searchPattern(query: string): RegExp | null {
  return query === '' ? null : new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
}

export function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

/** A line of one repeated letter may hold thousands: the eye needs no more than these. */
const mostPerLine = 200;

export function findAll(pattern: RegExp, text: string): readonly Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(pattern)) {
    found.push([match.index, match.index + match[0].length]);
    if (found.length === mostPerLine) break;
  }
  return found;
}

/** Cuts a piece that starts at `offset` of its line into parts inside and outside of what was found. */
export function splitByFound(text: string, offset: number, found: readonly Found[]): readonly { text: string; hit: boolean }[] {
  const parts: { text: string; hit: boolean }[] = [];
  let at = offset;
  const end = offset + text.length;
  for (const [from, to] of found) {
    if (to <= at || from >= end) continue;
    if (from > at) parts.push({ text: text.slice(at - offset, from - offset), hit: false });
    const upTo = Math.min(to, end);
    parts.push({ text: text.slice(Math.max(from, at) - offset, upTo - offset), hit: true });
    at = upTo;
  }
  if (at < end) parts.push({ text: text.slice(at - offset), hit: false });
  return parts;
}
