import { type DifferenceLine, type EdgeDifference, type EdgePart, edgeIsSame } from '../contract/index.ts';
import type { CommandContext } from './command-context.ts';

/** Prints what differs at an edge, for people as a unified difference. */
export function showDifference({ output }: Pick<CommandContext, 'output'>, server: string, difference: EdgeDifference): void {
  output.result({ server, same: edgeIsSame(difference), ...difference }, differenceInWords(server, difference));
}

export function differenceInWords(server: string, difference: EdgeDifference): string {
  const { parts, byHand } = difference;
  const files = parts.flatMap(({ name, file }) => (file.length === 0 ? [] : [unified(`${name} on ${server}`, name, file)]));
  const running = parts.flatMap((part) => runningInWords(server, part));
  const same = edgeIsSame(difference);
  const end =
    same === true
      ? [`Nothing differs: the edge of ${server} has, and runs, what Longshore would write.`]
      : same === null
        ? ['No difference is known, and not all is known.']
        : [];
  return [...(byHand ? [`haproxy.cfg on ${server} was changed by hand.`] : []), ...files, ...running, ...end].join('\n\n');
}

function runningInWords(server: string, { name, file, running, runningLines, why }: EdgePart): string[] {
  if (running === 'same') return file.length === 0 ? [] : [`${name}: HAProxy runs it as it would be written.`];
  const told = why === null ? [] : [`${name}: ${running === 'unknown' ? 'what HAProxy runs is unknown. ' : ''}${why}`];
  if (runningLines.length === 0) return told;
  if (JSON.stringify(runningLines) === JSON.stringify(file)) return [...told, `${name}: HAProxy runs the file on ${server}.`];
  return [...told, unified(`${name} in the HAProxy that runs on ${server}`, name, runningLines)];
}

function unified(from: string, name: string, lines: readonly DifferenceLine[]): string {
  const body = lines.map(({ sign, text }) => (sign === '@' ? `@@ ${text}` : `${sign}${text}`));
  return [`--- ${from}`, `+++ ${name} as Longshore would write it`, ...body].join('\n');
}
