import type { DifferenceLine } from '../../contract/index.ts';

/** Beyond so many changed lines the shortest way from one text to the other takes too long to find, and nobody reads it. */
const MOST_CHANGES = 500;

/**
 * How one text becomes the other, line by line, by the shortest way (Myers, "An O(ND) Difference Algorithm", 1986); in a text that changed
 * nearly everywhere all of the one and then all of the other.
 */
export function lineDifference(from: string, to: string): DifferenceLine[] {
  const one = linesOf(from);
  const other = linesOf(to);
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const same = (lines: readonly string[]): DifferenceLine[] => lines.map((text) => ({ sign: ' ', text }));
  return [
    ...same(one.slice(0, start)),
    ...shortest(one.slice(start, one.length - end), other.slice(start, other.length - end)),
    ...same(one.slice(one.length - end)),
  ];
}

/**
 * What changed, with so many lines around it; what lies between is left out. Where the text has sections (lines that are not indented), each
 * piece begins with the name of the one that it is in. Empty for no change.
 */
export function changedPieces(lines: readonly DifferenceLine[], around: number, sections: boolean): DifferenceLine[] {
  const shown = new Set<number>();
  for (const [at, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    for (let near = Math.max(0, at - around); near <= at + around && near < lines.length; near += 1) shown.add(near);
  }
  const pieces: DifferenceLine[] = [];
  let section = '';
  for (const [at, line] of lines.entries()) {
    const begins = sections && /^[a-z]/.test(line.text);
    if (shown.has(at)) {
      if (sections && !shown.has(at - 1) && !begins && section !== '') pieces.push({ sign: '@', text: section });
      pieces.push(line);
    }
    if (begins && line.sign !== '-') section = line.text;
  }
  return pieces;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function shortest(one: readonly string[], other: readonly string[]): DifferenceLine[] {
  /** For each number of changes: how far down `one` each diagonal comes. */
  const trace: Map<number, number>[] = [];
  const reached = new Map<number, number>([[1, 0]]);
  for (let changes = 0; changes <= Math.min(MOST_CHANGES, one.length + other.length); changes += 1) {
    trace.push(new Map(reached));
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = comesFromAbove(reached, diagonal, changes) ? (reached.get(diagonal + 1) ?? 0) : (reached.get(diagonal - 1) ?? 0) + 1;
      while (x < one.length && x - diagonal < other.length && one[x] === other[x - diagonal]) x += 1;
      reached.set(diagonal, x);
      if (x >= one.length && x - diagonal >= other.length) return wayBack(trace, one, other);
    }
  }
  return [...one.map((text) => ({ sign: '-', text }) as const), ...other.map((text) => ({ sign: '+', text }) as const)];
}

function comesFromAbove(reached: ReadonlyMap<number, number>, diagonal: number, changes: number): boolean {
  if (diagonal === -changes) return true;
  return diagonal !== changes && (reached.get(diagonal - 1) ?? 0) < (reached.get(diagonal + 1) ?? 0);
}

function wayBack(trace: readonly ReadonlyMap<number, number>[], one: readonly string[], other: readonly string[]): DifferenceLine[] {
  const lines: DifferenceLine[] = [];
  let x = one.length;
  let y = other.length;
  for (const [changes, reached] of [...trace.entries()].reverse()) {
    const above = comesFromAbove(reached, x - y, changes);
    const diagonal = x - y + (above ? 1 : -1);
    const beforeX = reached.get(diagonal) ?? 0;
    const beforeY = beforeX - diagonal;
    while (x > beforeX && y > beforeY) {
      x -= 1;
      y -= 1;
      lines.push({ sign: ' ', text: one[x] ?? '' });
    }
    if (changes === 0) break;
    if (above) lines.push({ sign: '+', text: other[beforeY] ?? '' });
    else lines.push({ sign: '-', text: one[beforeX] ?? '' });
    x = beforeX;
    y = beforeY;
  }
  return lines.reverse();
}
