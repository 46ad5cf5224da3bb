import { type Cell, type FaultName, faultNames, faults, idOf, moments, stages } from './cells.ts';
import type { CellResult } from './run-cell.ts';

export interface Kept {
  readonly cell: Cell;
  readonly at: string;
  /** Versions it was run with. */
  readonly facts: readonly string[];
  readonly result: CellResult;
}

const letters = {
  a: 'every answer is of the old or the new release and of one edition of code and settings, never a mix',
  b: "no request fails by a fault on the laptop's side; by one of the server only while the edge or the app was not running (and 10 s more, until they are checked)",
  c: 'the file of HAProxy is valid and is what is loaded, its maps as well',
  d: 'after the next run there is no service, lease, image, container, context or unfinished release of a run that broke off',
  e: 'the same command again succeeds, with nothing done by hand',
  f: 'a second, empty laptop sees the same apps, health and history',
} as const;

/** docs/faults.md, all of it: made from what was kept of each cell. */
export function faultReport(kept: readonly Kept[]): string {
  const byId = new Map(kept.map((one) => [idOf(one.cell), one]));
  const total = faultNames.length * stages.length * moments.length;
  const good = kept.filter(({ result }) => Object.keys(result.broken).length === 0).length;
  const sum = (of: readonly Kept[], count: (result: CellResult) => number): number =>
    of.reduce((all, { result }) => all + count(result), 0);
  const facts = [...new Set(kept.flatMap((one) => one.facts))].sort();
  const days = [...new Set(kept.map(({ at }) => at.slice(0, 10)))].sort();
  return [
    '# Any stage, any fault',
    `Written by \`npm run bench -- faults --write\`. A deploy by the real \`longshore deploy\`, a process of its own with its own network cable, is struck at one moment of one stage while visitors send GET and POST, of 20 ms and of 2.5 s, over kept and new connections, about 23 a second. Then the fault heals, the same command is run once more, and six things are looked at:`,
    Object.entries(letters)
      .map(([letter, words]) => `- (${letter}) ${words}`)
      .join('\n'),
    `**${good} of ${kept.length} cells hold all six** (the whole matrix has ${total}; run on ${[days.join(', '), ...facts].join('; ')}). ${sum(kept, (r) => r.requests)} requests in all. A cell says how long it took, deploy, fault, deploy again and looking included; letters are what did not hold; "–" was not run.`,
    summary(kept, sum),
    `## Cells`,
    matrix(byId),
    failures(kept),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function summary(kept: readonly Kept[], sum: (of: readonly Kept[], count: (result: CellResult) => number) => number): string {
  const rows = faultNames.map((name) => {
    const own = kept.filter(({ cell }) => cell.fault === name);
    const held = own.filter(({ result }) => Object.keys(result.broken).length === 0).length;
    const through = own.filter(({ result }) => result.deploy.endsWith('is live')).length;
    const away = own.flatMap(({ result }) => result.awaySeconds ?? []);
    return [
      name,
      faults[name].words,
      `${held} of ${own.length}`,
      String(through),
      String(sum(own, (r) => r.requests)),
      String(sum(own, (r) => r.failed)),
      away.length === 0 ? '' : `${Math.max(...away).toFixed(1)} s`,
    ];
  });
  return table([['fault', '', 'cells hold', 'deploys that went through', 'requests', 'failed', 'longest away'], ...rows]);
}

function matrix(byId: ReadonlyMap<string, Kept>): string {
  const cellText = (fault: FaultName, moment: Cell['moment'], stage: Cell['stage']): string => {
    const one = byId.get(idOf({ fault, moment, stage }));
    if (!one) return '–';
    const broken = Object.keys(one.result.broken).sort().join('');
    return `${broken === '' ? '✓' : `**✗ ${broken}**`} ${Math.round(one.result.seconds)} s`;
  };
  const rows = stages.flatMap((stage) =>
    moments.map((moment) => [`${moment} ${stage}`, ...faultNames.map((fault) => cellText(fault, moment, stage))]),
  );
  return table([['', ...faultNames], ...rows]);
}

function failures(kept: readonly Kept[]): string {
  const lines = kept.flatMap(({ cell, result }) =>
    Object.entries(result.broken).map(([letter, words]) => `- ${idOf(cell)} (${letter}): ${words.join('; ').replaceAll(/\s+/g, ' ')}`),
  );
  return lines.length === 0 ? '' : ['## What did not hold', ...lines].join('\n\n').replaceAll('\n\n- ', '\n- ').replace('\n- ', '\n\n- ');
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
