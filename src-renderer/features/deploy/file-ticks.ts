import { choiceRuleFile, type FileChoices, type LeftOut, patternOf } from '../../../src-main/contract/index.ts';

/** What a tick is about: an entry of the preview. */
export interface Ticked {
  readonly path: string;
  readonly isFolder: boolean;
}

/** The choices after an entry was ticked, to be sent, or unticked. */
export function withTick(choices: FileChoices, entry: Ticked, send: boolean): FileChoices {
  return send ? ticked(choices, entry) : unticked(choices, entry);
}

function ticked({ include, exclude }: FileChoices, entry: Ticked): FileChoices {
  const kept = withoutOwn(exclude, entry);
  // Taking back what was unticked is enough, unless a rule besides leaves it out, which the next scan shows.
  if (kept.length < exclude.length) return { include, exclude: kept };
  return { include: withPath(include, entry.path), exclude };
}

function unticked({ include, exclude }: FileChoices, entry: Ticked): FileChoices {
  const isBelow = (path: string): boolean => entry.isFolder && path.startsWith(`${entry.path}/`);
  const others = include.filter((path) => path !== entry.path && !isBelow(path));
  // What goes along only because it was ticked stays behind without it.
  if (include.includes(entry.path)) return { include: others, exclude };
  return { include: others, exclude: [...withoutOwn(exclude, entry), patternOf(entry.path, entry.isFolder)] };
}

/** The patterns without those that earlier ticks made of the entry, and of what is in it. */
function withoutOwn(patterns: readonly string[], { path, isFolder }: Ticked): string[] {
  const own = patternOf(path, isFolder);
  return patterns.filter((pattern) => pattern !== own && !(isFolder && pattern.startsWith(own)));
}

function withPath(paths: readonly string[], path: string): string[] {
  return paths.includes(path) ? [...paths] : [...paths, path];
}

/** Ticks that no scan has answered yet: the path and whether it is to be sent. A folder's stands for all below it. */
export type PendingTicks = ReadonlyMap<string, boolean>;

export function withPending(pending: PendingTicks, entry: Ticked, send: boolean): PendingTicks {
  const others = [...pending].filter(([path]) => path !== entry.path && !path.startsWith(`${entry.path}/`));
  return new Map([...others, [entry.path, send]]);
}

export function isOwnChoice(leftOut: LeftOut | null): boolean {
  return leftOut?.reason === 'ignored' && leftOut.rule?.file === choiceRuleFile;
}

export function sameChoices(one: FileChoices, other: FileChoices): boolean {
  return sameList(one.include, other.include) && sameList(one.exclude, other.exclude);
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, at) => text === other[at]);
}
