import ignore, { type Ignore } from 'ignore';
import { foldCase, toText } from './byte-path.ts';
import type { GitPattern } from './git-pattern.ts';

/** The rule that decided, as it is shown to a user. */
export interface Rule {
  /** The file that holds it, relative to the scanned folder where it lies in there. */
  readonly file: string;
  readonly line: number;
  readonly pattern: string;
}

/** What the rule that decided says: it leaves a path out, or (a negated one) brings it back. */
export interface Verdict {
  readonly ignored: boolean;
  readonly rule: Rule;
}

/** After this many answers the package's own cache, which keeps every path it was asked about, is thrown away. */
const CACHED_ANSWERS = 20_000;

/**
 * The rules of one ignore file, on top of the `ignore` package. It gets byte strings for patterns and paths, so that
 * `?` and classes work on bytes as git's do, and patterns already freed of everything in which it differs from git.
 */
export class IgnoreRules {
  readonly #file: string;
  readonly #patterns: readonly GitPattern[];
  readonly #ignoreCase: boolean;
  /** What turns a path of the scan into one relative to the ignore file: drop so many bytes, or put this in front. */
  readonly #place: { readonly drop: number; readonly before: string };
  #matcher: Ignore;
  #answers = 0;

  private constructor(
    file: string,
    patterns: readonly GitPattern[],
    ignoreCase: boolean,
    place: { readonly drop: number; readonly before: string },
    matcher: Ignore,
  ) {
    this.#file = file;
    this.#patterns = patterns;
    this.#ignoreCase = ignoreCase;
    this.#place = place;
    this.#matcher = matcher;
  }

  /** `file` is shown to the user; `folder` is where the rules hold, relative to the scanned folder. Null without rules. */
  static of(file: string, patterns: readonly GitPattern[], folder: string, ignoreCase: boolean): IgnoreRules | null {
    if (patterns.length === 0) return null;
    const place = { drop: folder === '' ? 0 : folder.length + 1, before: '' };
    return new IgnoreRules(file, patterns, ignoreCase, place, matcherOf(patterns));
  }

  /** What the last matching rule says of `path` itself; null when none matches. `path` is relative to the scanned folder. */
  decide(path: string, isFolder: boolean): Verdict | null {
    if (++this.#answers % CACHED_ANSWERS === 0) this.#matcher = newMatcher().add(this.#matcher);
    const asked = this.#relative(path) + (isFolder ? '/' : '');
    const answer = this.#matcher.test(asked);
    if (answer.ignored) return { ignored: true, rule: this.#ruleAt(Number(answer.rule?.mark)) };
    return answer.unignored ? new BroughtBack(() => this.#ruleAt(this.#turningPoint(asked))) : null;
  }

  #ruleAt(index: number): Rule {
    const pattern = this.#patterns[index];
    return { file: this.#file, line: pattern?.line ?? 0, pattern: toText(pattern?.text ?? '') };
  }

  /** Which rule brought the path back; the package does not tell. */
  #turningPoint(asked: string): number {
    let last = this.#patterns.length - 1;
    while (last > 0 && matcherOf(this.#patterns.slice(0, last)).test(asked).unignored) last--;
    return last;
  }

  /**
   * The same rules for below `folder`, which they ignore but rules nearer to it brought back. The package would give
   * everything below the folder's own answer, where git asks about each path alone.
   */
  below(folder: string): IgnoreRules {
    const exact = this.#relative(folder).replace(/[^/]/g, (char) =>
      /[A-Za-z0-9_.-]/.test(char) ? char : /[!-~]/.test(char) ? `\\${char}` : `[${char}]`,
    );
    const matcher = newMatcher()
      .add(this.#matcher)
      .add({ pattern: `!/${exact}/` });
    return new IgnoreRules(this.#file, this.#patterns, this.#ignoreCase, this.#place, matcher);
  }

  /** The same rules for paths relative to a folder further down; `prefix` leads there and ends in `/`. */
  seenFrom(prefix: string): IgnoreRules {
    const place = { drop: 0, before: prefix.slice(this.#place.drop) };
    return new IgnoreRules(this.#file, this.#patterns, this.#ignoreCase, place, this.#matcher);
  }

  #relative(path: string): string {
    const relative = this.#place.before + path.slice(this.#place.drop);
    return this.#ignoreCase ? foldCase(relative) : relative;
  }
}

/** Its rule is looked for only when somebody wants to know. */
class BroughtBack implements Verdict {
  readonly ignored = false;
  readonly #find: () => Rule;

  constructor(find: () => Rule) {
    this.#find = find;
  }

  get rule(): Rule {
    return this.#find();
  }
}

function matcherOf(patterns: readonly GitPattern[]): Ignore {
  return newMatcher().add(
    patterns.flatMap(({ globs, negative }, index) => globs.map((glob) => ({ pattern: negative ? `!${glob}` : glob, mark: String(index) }))),
  );
}

function newMatcher(): Ignore {
  return ignore({ ignorecase: false });
}
