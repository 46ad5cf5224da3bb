import ignore, { type Ignore } from 'ignore';
import { foldCase, toText } from './byte-path.ts';
import { type GitPattern, writeLiteral } from './git-pattern.ts';
import { NameFilter } from './ignore-name-filter.ts';

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

/** The rules of one file as the package has them. */
interface Matchers {
  /** All of them, asked with the whole path. */
  whole: Ignore;
  /**
   * Those that look at the name alone, asked with it: most rules are of this kind, and a whole path costs the package an
   * answer for each folder on the way.
   */
  names: Ignore;
  readonly filter: NameFilter;
  /** Paths with more segments than this can only match by their name. */
  readonly depth: number;
}

/** What turns a path of the scan into one relative to the ignore file: drop so many bytes, or put this in front. */
interface Place {
  readonly drop: number;
  readonly before: string;
}

/**
 * The rules of one ignore file, on top of the `ignore` package. It gets byte strings for patterns and paths, so that
 * `?` and classes work on bytes as git's do, and patterns already freed of everything in which it differs from git.
 */
export class IgnoreRules {
  readonly #file: string;
  readonly #patterns: readonly GitPattern[];
  readonly #ignoreCase: boolean;
  readonly #place: Place;
  readonly #matchers: Matchers;
  #answers = 0;

  private constructor(file: string, patterns: readonly GitPattern[], ignoreCase: boolean, place: Place, matchers: Matchers) {
    this.#file = file;
    this.#patterns = patterns;
    this.#ignoreCase = ignoreCase;
    this.#place = place;
    this.#matchers = matchers;
  }

  /** `file` is shown to the user; `folder` is where the rules hold, relative to the scanned folder. Null without rules. */
  static of(file: string, patterns: readonly GitPattern[], folder: string, ignoreCase: boolean): IgnoreRules | null {
    if (patterns.length === 0) return null;
    const place = { drop: folder === '' ? 0 : folder.length + 1, before: '' };
    return new IgnoreRules(file, patterns, ignoreCase, place, matchersOf(patterns));
  }

  /** What the last matching rule says of `path` itself; null when none matches. `path` is relative to the scanned folder. */
  decide(path: string, isFolder: boolean): Verdict | null {
    const matchers = this.#matchers;
    const byName = this.#isDeeperThan(matchers.depth, path);
    const relative = byName ? path.slice(path.lastIndexOf('/') + 1) : this.#place.before + path.slice(this.#place.drop);
    const plain = this.#ignoreCase ? foldCase(relative) : relative;
    if (byName && !matchers.filter.mayMatch(plain)) return null;
    const asked = isFolder ? `${plain}/` : plain;
    if (++this.#answers % CACHED_ANSWERS === 0) forgetAnswers(matchers);
    const answer = (byName ? matchers.names : matchers.whole).test(asked);
    if (answer.ignored) return { ignored: true, rule: this.#ruleAt(Number(answer.rule?.mark)) };
    return answer.unignored ? new BroughtBack(() => this.#ruleAt(this.#bringsBack(asked))) : null;
  }

  #isDeeperThan(depth: number, path: string): boolean {
    if (depth === Number.POSITIVE_INFINITY) return false;
    let slashes = 0;
    const { before, drop } = this.#place;
    for (let at = before.indexOf('/'); at >= 0 && slashes < depth; at = before.indexOf('/', at + 1)) slashes++;
    for (let at = path.indexOf('/', drop); at >= 0 && slashes < depth; at = path.indexOf('/', at + 1)) slashes++;
    return slashes >= depth;
  }

  #ruleAt(index: number): Rule {
    const pattern = this.#patterns[index];
    return { file: this.#file, line: pattern?.line ?? 0, pattern: toText(pattern?.text ?? '') };
  }

  /** Which rule brought the path back, the last one that matches; the package does not tell. */
  #bringsBack(asked: string): number {
    return this.#patterns.findLastIndex(({ globs, negative }) => {
      // A negated rule says nothing of what is below a folder that it matches, so this is about the path alone.
      return (
        negative &&
        globs.some(
          (glob) =>
            newMatcher()
              .add(`!${nameGlob(glob) ?? glob}`)
              .test(asked).unignored,
        )
      );
    });
  }

  /**
   * The same rules for below `folder`, which they ignore but rules nearer to it brought back. The package would give
   * everything below the folder's own answer, where git asks about each path alone.
   */
  below(folder: string): IgnoreRules {
    const relative = this.#place.before + folder.slice(this.#place.drop);
    const exact = relative.replace(/./gs, (char) => writeLiteral(char, this.#ignoreCase));
    const whole = newMatcher()
      .add(this.#matchers.whole)
      .add({ pattern: `!/${exact}/` });
    return new IgnoreRules(this.#file, this.#patterns, this.#ignoreCase, this.#place, { ...this.#matchers, whole });
  }

  /** The same rules for paths relative to a folder further down; `prefix` leads there and ends in `/`. */
  seenFrom(prefix: string): IgnoreRules {
    const place = { drop: 0, before: prefix.slice(this.#place.drop) };
    return new IgnoreRules(this.#file, this.#patterns, this.#ignoreCase, place, this.#matchers);
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

function matchersOf(patterns: readonly GitPattern[]): Matchers {
  const whole = newMatcher();
  const names = newMatcher();
  const filter = new NameFilter();
  let depth = 0;
  for (const [index, { globs, negative }] of patterns.entries()) {
    for (const glob of globs) {
      const name = nameGlob(glob);
      const rule = { pattern: (negative ? '!' : '') + (name ?? glob), mark: String(index) };
      whole.add(rule);
      if (name !== null) {
        names.add(rule);
        filter.add(name);
      } else depth = Math.max(depth, glob.includes('**') ? Number.POSITIVE_INFINITY : glob.replace(/\/$/, '').split('/').length - 1);
    }
  }
  return { whole, names, filter, depth };
}

/** The glob as one that is about a name in any folder, null if it is about places; `**` in front of a name says as much. */
function nameGlob(glob: string): string | null {
  const name = glob.startsWith('/**/') ? glob.slice(4) : glob;
  return name.includes('**') || name.replace(/\/$/, '').includes('/') ? null : name;
}

function forgetAnswers(matchers: Matchers): void {
  matchers.whole = newMatcher().add(matchers.whole);
  matchers.names = newMatcher().add(matchers.names);
}

function newMatcher(): Ignore {
  return ignore({ ignorecase: false });
}
