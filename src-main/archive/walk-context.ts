import { dirname, join, relative, sep } from 'node:path';
import { fromText, toBuffer, toText } from './byte-path.ts';
import { parseIgnoreFile } from './git-pattern.ts';
import type { GitHome } from './git-settings.ts';
import { IgnoreRules, type Rule, type Verdict } from './ignore-rules.ts';
import { readRegularFile } from './regular-file.ts';
import { noRepository, type Repository, repositoryIn } from './repository.ts';

/** What decides about the entries of one folder. */
export interface WalkContext {
  readonly repository: Repository;
  /** How a path of the scan becomes one of the repository: drop so many bytes, or put this in front. */
  readonly drop: number;
  readonly before: string;
  /** The strongest first: the nearest `.gitignore`, those above it, info/exclude, core.excludesFile. */
  readonly rules: readonly IgnoreRules[];
  /** Set in an ignored folder that holds tracked files: these go along, the rest is ignored by this rule. */
  readonly trackedOnly: Rule | null;
}

/** The first ignore file that has something to say decides; null when none has. */
export function judge(rules: readonly IgnoreRules[], path: string, isFolder: boolean): Verdict | null {
  for (const one of rules) {
    const verdict = one.decide(path, isFolder);
    if (verdict !== null) return verdict;
  }
  return null;
}

/** The rules for what is below `folder`, which was not ignored. */
export function rulesBelow(rules: readonly IgnoreRules[], folder: string): readonly IgnoreRules[] {
  const overruled = rules.some((one) => one.decide(folder, true)?.ignored === true);
  return overruled ? rules.map((one) => (one.decide(folder, true)?.ignored === true ? one.below(folder) : one)) : rules;
}

/** For a folder: as another repository. A file or link that a folder took the place of keeps nothing of what is in it. */
export function isTracked(context: WalkContext, path: string, isFolder: boolean): boolean {
  const tracked = context.repository.tracked();
  const inRepository = context.before + path.slice(context.drop);
  return isFolder ? tracked.hasRepository(inRepository) : tracked.has(inRepository);
}

export function hasTrackedBelow(context: WalkContext, folder: string): boolean {
  return context.repository.tracked().hasBelow(context.before + folder.slice(context.drop));
}

/** True for the place of another repository that is not there itself, as a submodule that was not fetched: git looks no further. */
export function isPlaceOfRepository(context: WalkContext, folder: string): boolean {
  return context.repository.tracksRepository(context.before + folder.slice(context.drop));
}

/** Adds the folder's own `.gitignore`, if it is a regular file. `folder` is relative to the scan, `absolute` its byte path. */
export function withIgnoreFile(context: WalkContext, folder: string, absolute: string): WalkContext {
  const rules = readIgnoreFile(absolute, folder, '.gitignore', context.repository.ignoreCase);
  return rules === null ? context : { ...context, rules: [rules, ...context.rules] };
}

/** The context of a repository that lies at `folder` inside the scan; null if git would not see one there. */
export function nestedRepository(folder: string, absolute: string, home: GitHome): WalkContext | null {
  const place = toBuffer(absolute).toString('utf8');
  const repository = repositoryIn(place, home);
  if (repository === null || repository.top !== place) return null;
  const rules = repository.excludes(folder, `${toText(folder)}/.git/info/exclude`);
  return { repository, drop: folder.length + 1, before: '', rules, trackedOnly: null };
}

/** What holds for the scanned folder itself: its own repository, one that it lies in, or none. */
export function rootContext(root: string, home: GitHome): WalkContext {
  let repository: Repository | null = null;
  for (let folder = root; repository === null; folder = dirname(folder)) {
    repository = repositoryIn(folder, home);
    if (repository !== null && repository.top !== root) {
      const inside = contextInside(repository, folder, root);
      if (inside !== null) return inside;
      repository = null;
      break;
    }
    if (dirname(folder) === folder) break;
  }
  const own = repository ?? noRepository(root, home);
  return { repository: own, drop: 0, before: '', rules: own.excludes('', '.git/info/exclude'), trackedOnly: null };
}

/**
 * The context of a folder inside a repository. Null when that repository ignores the folder: who picks an ignored
 * folder (a built `dist`, a project below a repository of dotfiles) wants what is in it. `place` holds its `.git`.
 */
function contextInside(repository: Repository, place: string, root: string): WalkContext | null {
  const { top } = repository;
  const shown = (folder: string, file: string): string => join(relative(root, folder), file);
  const steps = relative(top, root).split(sep).map(fromText);
  let rules: readonly IgnoreRules[] = repository.excludes('', shown(place, '.git/info/exclude'));
  let folder = '';
  let absolute = top;
  for (const step of steps) {
    const own = readIgnoreFile(fromText(absolute), folder, '.gitignore', repository.ignoreCase, shown(absolute, '.gitignore'));
    if (own !== null) rules = [own, ...rules];
    folder = folder === '' ? step : `${folder}/${step}`;
    absolute = join(top, toBuffer(folder).toString('utf8'));
    const verdict = judge(rules, folder, true);
    const whole = steps.join('/');
    if (verdict?.ignored === true) {
      const context = { repository, drop: 0, before: `${whole}/`, rules: [], trackedOnly: verdict.rule };
      return repository.tracked().hasBelow(whole) ? context : null;
    }
    rules = rulesBelow(rules, folder);
  }
  const before = `${folder}/`;
  return { repository, drop: 0, before, rules: rules.map((one) => one.seenFrom(before)), trackedOnly: null };
}

/**
 * The rules of the ignore file called `name` in `folder` (a path of the scan; `absolute` is its byte path), null if it
 * is not there, is not a regular file or has none. `shownAs` is what the user reads.
 */
export function readIgnoreFile(
  absolute: string,
  folder: string,
  name: string,
  ignoreCase: boolean,
  shownAs = toText(folder === '' ? name : `${folder}/${name}`),
): IgnoreRules | null {
  const content = readRegularFile(toBuffer(`${absolute}/${name}`), false);
  return content && IgnoreRules.of(shownAs, parseIgnoreFile(content, ignoreCase), folder, ignoreCase);
}
