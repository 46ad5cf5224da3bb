import { type FileChoices, fileChoices, plainPath } from '../contract/index.ts';
import { parseArgument } from './arguments.ts';

export interface ChoiceFlags {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** What was chosen before, here or in the window, and what the flags add to it. */
export function choicesWith(flags: ChoiceFlags, before: FileChoices): FileChoices {
  const add = (known: readonly string[], more: readonly string[]): string[] => [...new Set([...known, ...more])];
  return {
    include: parseArgument(fileChoices.shape.include, add(before.include, flags.include.map(plainPath)), '--include'),
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
