import { loadavg } from 'node:os';

/** Medians and their spread; all times in milliseconds. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

/** Throws when there is nothing to summarise. */
export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const least = sorted[0];
  const most = sorted.at(-1);
  if (upper === undefined || least === undefined || most === undefined) throw new Error('No run to summarise');
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { median, least, most, runs: sorted.length };
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Runs the contenders one after another, `runs` times over, so that what the machine does meanwhile falls on all alike. */
export async function interleaved<K extends string>(
  contenders: Readonly<Record<K, () => Promise<number>>>,
  runs: number,
): Promise<Record<K, Summary>> {
  const names = Object.keys(contenders) as K[];
  const values = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run < runs; run++) for (const name of names) values.get(name)?.push(await contenders[name]());
  return Object.fromEntries(names.map((name) => [name, summarise(values.get(name) ?? [])])) as Record<K, Summary>;
}

export function ms(value: number): string {
  if (value < 10) return `${value.toFixed(2)} ms`;
  return value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export function spread({ median, least, most }: Summary): string {
  return `${ms(median)} (${ms(least)}–${ms(most)})`;
}

/** A Markdown table; the first row is its head. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** What else the machine had to do, for whoever reads times that were taken on it. */
export function loadAtEnd(): string {
  const loads = loadavg().map((load) => load.toFixed(1));
  return `Load of the machine at the end: ${loads.join(', ')}.`;
}
