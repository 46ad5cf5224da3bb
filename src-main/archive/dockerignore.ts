import { toText } from './byte-path.ts';
import type { Verdict } from './ignore-rules.ts';

interface DockerPattern {
  readonly line: number;
  readonly text: string;
  readonly negative: boolean;
  readonly regex: RegExp;
}

/**
 * The rules of `.dockerignore`, whose dialect is not git's: every pattern starts at the root, `*` alone never crosses a
 * slash, and `!` brings back what lies below an excluded folder. Docker's command line applies them before it sends
 * anything, and the API does not, so whoever sends the context has to. A port of moby's patternmatcher.
 */
export class Dockerignore {
  readonly #file: string;
  readonly #patterns: readonly DockerPattern[];

  /** `file` is what the user reads as the rules' place. */
  constructor(content: Buffer, file = '.dockerignore') {
    this.#file = file;
    this.#patterns = parse(content.toString('utf8'));
  }

  /** True when what is below an excluded folder need not be looked at. */
  get canPrune(): boolean {
    return this.#patterns.every((pattern) => !pattern.negative);
  }

  /** What the rules say of `path` (a byte string relative to the root): the last one that matches it or a folder above it. */
  decide(path: string): Verdict | null {
    const text = toText(path);
    const paths = [text];
    for (let at = text.lastIndexOf('/'); at > 0; at = text.lastIndexOf('/', at - 1)) paths.push(text.slice(0, at));
    let last: DockerPattern | null = null;
    for (const pattern of this.#patterns) {
      // Only a rule that changes the answer so far has to be tried.
      if (pattern.negative === (last?.negative ?? true) || !paths.some((one) => pattern.regex.test(one))) continue;
      last = pattern;
    }
    return last && { ignored: !last.negative, rule: { file: this.#file, line: last.line, pattern: last.text } };
  }
}

function parse(content: string): DockerPattern[] {
  const patterns: DockerPattern[] = [];
  for (const [index, raw] of content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (raw.startsWith('#')) continue;
    const text = raw.trim();
    const negative = text.startsWith('!');
    const cleaned = clean(negative ? text.slice(1).trim() : text);
    const regex = cleaned === '' ? null : toRegex(cleaned);
    if (regex !== null) patterns.push({ line: index + 1, text, negative, regex });
  }
  return patterns;
}

/** Go's filepath.Clean, and no slash in front. */
function clean(pattern: string): string {
  const kept: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(part);
  }
  return kept.join('/');
}

/** Null for a pattern that Docker would refuse. */
function toRegex(pattern: string): RegExp | null {
  let source = '';
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index);
    if (char === '*' && pattern[index + 1] === '*') {
      index++;
      if (pattern[index + 1] === '/') index++;
      source += index + 1 >= pattern.length ? '.*' : '(.*/)?';
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '\\') source += `\\${pattern.charAt(++index) || '\\'}`.replace(/\\([A-Za-z0-9])/, '$1');
    else if (/[.+()|{}$^/]/.test(char)) source += char === '^' ? '^' : `\\${char}`;
    else source += char;
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return null;
  }
}
