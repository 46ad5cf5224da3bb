import { ExpectedError } from '../contract/errors.ts';
import { toText } from './byte-path.ts';
import { BadPatternError, dockerMatcher } from './dockerignore-pattern.ts';
import type { Verdict } from './ignore-rules.ts';

interface DockerPattern {
  readonly line: number;
  readonly text: string;
  readonly negative: boolean;
  /** Without the `!`. */
  readonly cleaned: string;
  readonly matches: (path: string) => boolean;
}

/** What the rules say of a folder: one by one whether they match it or one above it (as far as they were tried), and in all. */
interface Answer {
  readonly matched: readonly boolean[];
  readonly last: DockerPattern | null;
}

/**
 * The rules of `.dockerignore`, whose dialect is not git's: every pattern starts at the root, `*` alone never crosses a
 * slash, and `!` brings back what lies below an excluded folder. Docker's command line applies them before it sends
 * anything, and the API does not, so whoever sends the context has to. A port of moby's patternmatcher.
 */
export class Dockerignore {
  readonly #file: string;
  readonly #patterns: readonly DockerPattern[];
  readonly #bringBack: readonly string[] | null;
  /** The answers for the folders that lead to where the walk is. */
  readonly #folders: { readonly path: string; readonly answer: Answer }[] = [];
  readonly #root: Answer;

  /** `file` is what the user reads as the rules' place. @throws ExpectedError invalid-input for a pattern that Docker refuses. */
  constructor(content: Buffer, file = '.dockerignore') {
    this.#file = file;
    this.#patterns = parse(content.toString('utf8'), file);
    this.#root = { matched: this.#patterns.map(() => false), last: null };
    const negative = this.#patterns.filter((pattern) => pattern.negative).map((pattern) => pattern.cleaned);
    this.#bringBack = negative.some((pattern) => /[*?[\\]/.test(pattern)) ? null : negative;
  }

  /** True when nothing that is below `folder` (a byte string) can be brought back, should it be excluded. */
  canPrune(folder: string): boolean {
    if (this.#bringBack === null) return false;
    return this.#bringBack.length === 0 || !this.#bringBack.some((pattern) => `${pattern}/`.startsWith(`${toText(folder)}/`));
  }

  /**
   * What the rules say of `path` (a byte string relative to the root): the last one that matches it or a folder above it.
   * @throws ExpectedError invalid-input, as the constructor, for a pattern that Docker only now finds to be wrong.
   */
  decide(path: string): Verdict | null {
    const text = toText(path);
    const { last } = this.#answer(text, this.#folderOf(text));
    return last && { ignored: !last.negative, rule: { file: this.#file, line: last.line, pattern: last.text } };
  }

  #folderOf(path: string): Answer {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return this.#root;
    const folder = path.slice(0, slash);
    for (let known = this.#folders.at(-1); known !== undefined; known = this.#folders.at(-1)) {
      if (known.path === folder) return known.answer;
      if (folder.startsWith(`${known.path}/`)) break;
      this.#folders.pop();
    }
    const answer = this.#answer(folder, this.#folderOf(folder));
    this.#folders.push({ path: folder, answer });
    return answer;
  }

  /** MatchesUsingParentResults: a rule that matched a folder holds below it, but only if it was tried there. */
  #answer(path: string, above: Answer): Answer {
    const matched: boolean[] = [];
    let last: DockerPattern | null = null;
    for (const [index, pattern] of this.#patterns.entries()) {
      // Only a rule that changes the answer so far has to be tried.
      const changes: boolean = pattern.negative !== (last?.negative ?? true);
      const matches = above.matched[index] === true || (changes && pattern.matches(path));
      matched.push(matches);
      if (matches && changes) last = pattern;
    }
    return { matched, last };
  }
}

function parse(content: string, file: string): DockerPattern[] {
  const patterns: DockerPattern[] = [];
  for (const [index, raw] of content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const text = raw.startsWith('#') ? '' : raw.trim();
    if (text === '') continue;
    const own = clean(text.startsWith('!') ? text.slice(1).trim() : text);
    // The slash in front goes before Docker looks for the `!`.
    const negative = text.startsWith('!') || own.startsWith('!');
    const cleaned = negative && !text.startsWith('!') ? own.slice(1) : own;
    // The root itself is never asked about.
    if (cleaned === '' && !/^!\s*(\/|$)|^\/+!$/.test(text)) continue;
    const refuse = (cause: unknown): never => {
      if (!(cause instanceof BadPatternError)) throw cause;
      throw new ExpectedError('invalid-input', `Line ${index + 1} of ${file} is ${text}, which is no pattern that Docker understands.`, {
        next: 'Correct or remove the line: Docker refuses to build with it.',
        cause,
      });
    };
    const matches = attempted(() => (cleaned === '' ? null : dockerMatcher(cleaned)), refuse) ?? refuse(new BadPatternError());
    patterns.push({ line: index + 1, text, negative, cleaned, matches: (path) => attempted(() => matches(path), refuse) });
  }
  return patterns;
}

function attempted<T>(action: () => T, otherwise: (error: unknown) => never): T {
  try {
    return action();
  } catch (error) {
    return otherwise(error);
  }
}

/** Go's filepath.Clean, and no slash in front. */
function clean(pattern: string): string {
  const isRooted = pattern.startsWith('/');
  const kept: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (part !== '..' || !isRooted) kept.push(part);
  }
  return kept.join('/');
}
