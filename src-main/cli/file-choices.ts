import { isAbsolute, normalize, relative, resolve } from 'node:path';
import { missingPaths } from '../archive/index.ts';
import { ExpectedError, type FileChoices, fileChoices, plainPath } from '../contract/index.ts';
import { parseArgument } from './arguments.ts';

export interface ChoiceFlags {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** What was chosen before, here or in the window, and what the flags add to it. */
export function choicesWith(flags: ChoiceFlags, before: FileChoices): FileChoices {
  const add = (known: readonly string[], more: readonly string[]): string[] => [...new Set([...known, ...more])];
  return {
    include: parseArgument(fileChoices.shape.include, add(before.include, flags.include), '--include'),
    exclude: parseArgument(fileChoices.shape.exclude, add(before.exclude, flags.exclude), '--exclude'),
  };
}

/** A line for each kind of choice that was not made by this command but holds for it: no secret is sent without a word. */
export function rememberedInWords({ include, exclude }: FileChoices): readonly string[] {
  return [
    ...(include.length === 0 ? [] : [`As chosen before, sent all the same: ${include.join(', ')}`]),
    ...(exclude.length === 0 ? [] : [`As chosen before, left out: ${exclude.join(', ')}`]),
    ...(include.length + exclude.length === 0 ? [] : ['--forget-choices goes without them.']),
  ];
}

/**
 * The paths of --include as the window names them, so that each is the same path to both. Throws `invalid-input` for one that is nothing in
 * the folder: with a path that was mistyped the file would stay behind without a word.
 */
export async function pathsToInclude(folder: string, paths: readonly string[]): Promise<string[]> {
  const inside = paths.map((path) => insideFolder(folder, path, '--include'));
  const [missing] = await missingPaths(folder, inside);
  if (missing === undefined) return inside;
  throw new ExpectedError('invalid-input', `--include: there is no ${missing} in ${resolve(folder)}.`, {
    next: 'It takes the path of a file or folder there, no pattern; what lies behind a link cannot be sent.',
  });
}

/** The path as the folder's own: relative to it, also where it was given as an absolute one. Throws `invalid-input`. */
export function insideFolder(folder: string, path: string, flag: string): string {
  const inside = path === '' ? '' : plainPath(normalize(isAbsolute(path) ? relative(resolve(folder), path) : path));
  if (inside !== '' && inside !== '.' && inside !== '..' && !inside.startsWith('../')) return inside;
  throw new ExpectedError('invalid-input', `${flag}: ${path === '' ? 'an empty path' : path} does not lie in ${resolve(folder)}.`, {
    next: 'Give the path of a file or folder in it.',
  });
}
