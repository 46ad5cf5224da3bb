import type { StageId } from '../../src-main/deploy/types.ts';

/** Which faults at which moments: the matrix, and how a part of it is chosen. Pure. */

/** Every stage that a deploy to one server has; `distribute` is skipped there. */
export const stages = [
  'scan',
  'pack',
  'upload',
  'build',
  'configure',
  'start',
  'healthy',
  'route',
  'drain',
  'watch',
  'record',
] as const satisfies readonly StageId[];
export type FaultStage = (typeof stages)[number];

export const moments = ['before', 'after'] as const;
export type Moment = (typeof moments)[number];

/** What is done, in words, and whose trouble it is: one on the laptop's side may cost no visitor anything. */
export const faults = {
  kill: { side: 'laptop', words: 'the program is killed (SIGKILL)' },
  freeze: { side: 'laptop', words: 'the program is frozen for longer than its lease lasts, then goes on' },
  replaced: { side: 'laptop', words: 'the program is frozen, another computer deploys meanwhile, then the first goes on' },
  link: { side: 'laptop', words: "the laptop's cable is out for 25 s" },
  sshd: { side: 'laptop', words: "the server's sshd and all its sessions are killed" },
  dockerd: { side: 'server', words: 'dockerd is killed (SIGKILL); systemd starts it again' },
  restart: { side: 'server', words: 'dockerd is restarted' },
  disk: { side: 'server', words: 'the disk is full until the deploy has ended, 20 s at most' },
  crash: { side: 'server', words: 'the server loses its power and boots' },
} as const;
export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];

export interface Cell {
  readonly fault: FaultName;
  readonly moment: Moment;
  readonly stage: FaultStage;
}

/** `kill@before-scan`. */
export function idOf({ fault, moment, stage }: Cell): string {
  return `${fault}@${moment}-${stage}`;
}

/** The whole matrix, fault by fault. */
export const allCells: readonly Cell[] = faultNames.flatMap((fault) =>
  stages.flatMap((stage) => moments.map((moment) => ({ fault, moment, stage }))),
);

/** Cells that one of the words names: by fault, by stage, or by {@link idOf}. Throws for a word that names none. */
export function cellsNamed(words: readonly string[]): Cell[] {
  const isNamed = (cell: Cell, word: string): boolean => [cell.fault, cell.stage, idOf(cell)].includes(word);
  for (const word of words) {
    if (!allCells.some((cell) => isNamed(cell, word)))
      throw new Error(`No cell is called ${word}: name a fault, a stage, or FAULT@before-STAGE`);
  }
  return allCells.filter((cell) => words.some((word) => isNamed(cell, word)));
}

/** The same order for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const random = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return items
    .map((item) => ({ item, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);
}

/** The part `number` (from 1) of `parts` that are alike in size and together are all. */
export function partOf(cells: readonly Cell[], number: number, parts: number, seed: number): Cell[] {
  return shuffled(cells, seed).filter((_, index) => index % parts === (number - 1) % parts);
}

/**
 * What one run of the tests has time for: so many cells of either side. The next turn has the next ones, so that turn by turn the whole
 * matrix comes round.
 */
export function portion(turn: number, sizes: { readonly laptop: number; readonly server: number }, seed = 1): Cell[] {
  return (['laptop', 'server'] as const).flatMap((side) => {
    const cells = shuffled(
      allCells.filter(({ fault }) => faults[fault].side === side),
      seed,
    );
    return Array.from({ length: sizes[side] }, (_, index) => cells[(turn * sizes[side] + index) % cells.length]).flatMap(
      (cell) => cell ?? [],
    );
  });
}
