import { choiceRuleFile, plainPath } from '../contract/choice-rule.ts';
import { fromText, toText } from './byte-path.ts';
import { parsePattern } from './git-pattern.ts';
import { IgnoreRules, type Rule } from './ignore-rules.ts';
import { readIgnoreFile, rulesBelow, type WalkContext } from './walk-context.ts';

const OWN_IGNORE_FILE = '.longshoreignore';

/** What the user chose on top of what git keeps, as it holds in one folder. */
export interface Choices {
  /** The per-app patterns; null without any. */
  readonly patterns: IgnoreRules | null;
  /** The `.longshoreignore` files from here upwards, the nearest first. They leave out more, and bring back only what they left out. */
  readonly rules: readonly IgnoreRules[];
  /** Below a folder that was forced in: neither git's rules nor the files' hold. */
  readonly forced: boolean;
  /** Below a folder that a choice or `.dockerignore` left out: only what was named to be forced in goes along. */
  readonly outBy: Rule | null;
}

/** `exclude` are patterns in git's dialect, `ignoreCase` as git has it for the folder. */
export function rootChoices(exclude: readonly string[], ignoreCase: boolean): Choices {
  const patterns = exclude.flatMap((text, index) => parsePattern(fromText(text), index + 1, ignoreCase) ?? []);
  return { patterns: IgnoreRules.of(choiceRuleFile, patterns, '', ignoreCase), rules: [], forced: false, outBy: null };
}

/** The choices for below `folder`, which was not left out. */
export function choicesBelow(choices: Choices, folder: string): Choices {
  if (choices.patterns === null && choices.rules.length === 0) return choices;
  const [patterns] = choices.patterns === null ? [null] : rulesBelow([choices.patterns], folder);
  const rules = rulesBelow(choices.rules, folder);
  return patterns === choices.patterns && rules === choices.rules ? choices : { ...choices, patterns: patterns ?? null, rules };
}

/** Adds the folder's own `.longshoreignore`. `folder` is relative to the scan, `absolute` its byte path. */
export function withOwnIgnoreFile(choices: Choices, folder: string, absolute: string, context: WalkContext): Choices {
  const rules = readIgnoreFile(absolute, folder, OWN_IGNORE_FILE, context.repository.ignoreCase);
  return rules === null ? choices : { ...choices, rules: [rules, ...choices.rules] };
}

/** The paths to force in, as they are shown to the user. A folder stands for all that is in it but secrets. */
export class ForcedPaths {
  readonly #paths = new Set<string>();
  readonly #folders = new Set<string>();

  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const plain = plainPath(path);
      this.#paths.add(plain);
      for (let at = plain.lastIndexOf('/'); at > 0; at = plain.lastIndexOf('/', at - 1)) this.#folders.add(plain.slice(0, at));
    }
  }

  /** Whether the path itself was named. */
  has(path: string): boolean {
    return this.#paths.size > 0 && this.#paths.has(toText(path));
  }

  /** Whether something below the folder was named. */
  hasBelow(folder: string): boolean {
    return this.#folders.size > 0 && this.#folders.has(toText(folder));
  }
}
