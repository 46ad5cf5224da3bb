import { readBracket, writeBracket } from './bracket.ts';
import { foldCase } from './byte-path.ts';

/** One rule of an ignore file, in the form that the `ignore` package reads as git reads the original. */
export interface GitPattern {
  /** From 1. */
  readonly line: number;
  /** The line as it was written, without line end and trailing spaces. A byte string. */
  readonly text: string;
  readonly negative: boolean;
  /** Patterns for `ignore` without `!`; the rule matches when any of them does. Never empty. */
  readonly globs: readonly string[];
}

/**
 * Reads an ignore file as git does (dir.c, add_patterns_from_buffer and parse_path_pattern): a byte order mark in
 * front, LF or CRLF, comments, trailing spaces, and NUL that ends a pattern. Rules that can never match are left out.
 */
export function parseIgnoreFile(content: Buffer, ignoreCase: boolean): GitPattern[] {
  const bom = content.length >= 3 && content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf;
  const lines = content.toString('latin1', bom ? 3 : 0).split('\n');
  const patterns: GitPattern[] = [];
  for (const [index, raw] of lines.entries()) {
    if (raw === '' || raw.startsWith('#')) continue;
    const pattern = parsePattern(raw.endsWith('\r') ? raw.slice(0, -1) : raw, index + 1, ignoreCase);
    if (pattern !== null) patterns.push(pattern);
  }
  return patterns;
}

/** One rule, given as a byte string without its line end; null for one that can never match. */
export function parsePattern(rule: string, line: number, ignoreCase: boolean): GitPattern | null {
  const nul = rule.indexOf('\0');
  const text = trimTrailingSpaces(nul < 0 ? rule : rule.slice(0, nul));
  const negative = text.startsWith('!');
  const globs = translate(negative ? text.slice(1) : text, ignoreCase);
  return globs.length > 0 ? { line, text, negative, globs } : null;
}

function trimTrailingSpaces(text: string): string {
  let firstSpace = -1;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === ' ') {
      if (firstSpace < 0) firstSpace = index;
      continue;
    }
    if (char === '\\') {
      index++;
      if (index >= text.length) return text;
    }
    firstSpace = -1;
  }
  return firstSpace < 0 ? text : text.slice(0, firstSpace);
}

/**
 * The patterns for `ignore` that together match what git matches with `pattern` (a byte string without `!`); none if
 * it matches nothing. Every byte with a meaning comes out escaped or as a class, so that only what git and `ignore`
 * agree upon is left: `*`, `?`, plain classes, `**` that fills a segment, and slashes.
 */
function translate(pattern: string, ignoreCase: boolean): string[] {
  const onlyFolders = pattern.endsWith('/');
  const body = onlyFolders ? pattern.slice(0, -1) : pattern;
  if (body === '') return [];
  const ending = onlyFolders ? '/' : '';
  if (!body.includes('/')) {
    const glob = writeSegments(body, 0, body.length, ignoreCase);
    return glob === null ? [] : [glob + ending];
  }
  const anchored = body.startsWith('/') ? body.slice(1) : body;
  return translateAnchored(anchored, ignoreCase).flatMap((glob) => {
    if (glob === '**') return [`*${ending}`];
    const emptySegment = glob === '' || glob.startsWith('/') || glob.endsWith('/') || glob.includes('//');
    return emptySegment ? [] : [`/${glob}${ending}`];
  });
}

function translateAnchored(body: string, ignoreCase: boolean): string[] {
  // Git compares the part before the first special byte literally and matches only the rest as a pattern. So `**`
  // right after it counts as leading, whatever stands before it: `a**/b` matches `ab`, `a/b` and `ax/y/b`.
  const literal = body.search(/[*?[\\]/);
  const prefixEnd = literal < 0 ? body.length : literal;
  let heads = [''];
  let index = 0;
  const append = (tails: (fillsSegment: boolean) => readonly string[]): void => {
    heads = heads.flatMap((head) => tails(head === '' || head.endsWith('/')).map((tail) => head + tail));
  };
  while (index < body.length) {
    const globstar = findGlobstar(body, index, prefixEnd);
    const plain = writeSegments(body, index, globstar?.start ?? body.length, ignoreCase);
    if (plain === null) return [];
    append(() => [plain]);
    if (globstar === null) break;
    index = globstar.end;
    const next = body[index];
    if (next === undefined) append((fillsSegment) => (fillsSegment ? ['**'] : ['*', '*/**']));
    else if (next === '\\') {
      // An escaped slash: git does not let `**` stand for no folder at all then.
      append(() => ['*/**/']);
      index += 2;
    } else {
      // One that stands for nothing leaves the next one in the middle of a segment: `b**/**/c` matches `bc`.
      append((fillsSegment) => (fillsSegment ? ['**/'] : ['', '*/**/']));
      index += 1;
    }
  }
  return heads;
}

/** The next run of two or more stars that git lets match slashes, at or after `from`. */
function findGlobstar(body: string, from: number, prefixEnd: number): { start: number; end: number } | null {
  let index = from;
  while (index < body.length) {
    const char = body[index];
    if (char === '\\') index += 2;
    else if (char === '[') index = readBracket(body, index, false)?.end ?? body.length;
    else if (char === '*') {
      let end = index;
      while (body[end] === '*') end++;
      const begins = index === prefixEnd || index === 0 || body[index - 1] === '/';
      const ends = end === body.length || body[end] === '/' || (body[end] === '\\' && body[end + 1] === '/');
      if (end - index >= 2 && begins && ends) return { start: index, end };
      index = end;
    } else index++;
  }
  return null;
}

/** Writes a part of a pattern in which a run of stars is one star; null if it can match nothing. */
function writeSegments(body: string, from: number, to: number, ignoreCase: boolean): string | null {
  let glob = '';
  let index = from;
  while (index < to) {
    const char = body.charAt(index);
    if (char === '*') {
      while (body[index] === '*') index++;
      glob += '*';
    } else if (char === '?') {
      glob += '?';
      index++;
    } else if (char === '[') {
      const bracket = readBracket(body, index, ignoreCase);
      const written = bracket && writeBracket(bracket.matches);
      if (!bracket || !written) return null;
      glob += written;
      index = bracket.end;
    } else if (char === '\\') {
      // Git folds the name and not what is escaped, so an escaped capital can never match.
      if (index + 1 >= to || (ignoreCase && /[A-Z]/.test(body.charAt(index + 1)))) return null;
      glob += writeLiteral(body.charAt(index + 1), ignoreCase);
      index += 2;
    } else {
      glob += writeLiteral(char, ignoreCase);
      index++;
    }
  }
  return glob;
}

/** One byte of a pattern or path that stands for itself. */
export function writeLiteral(char: string, ignoreCase: boolean): string {
  if (/[A-Za-z0-9_./-]/.test(char)) return ignoreCase ? foldCase(char) : char;
  // Blanks, control characters and bytes above ASCII go into a class, where nothing trims or splits them.
  return /[!-~]/.test(char) ? `\\${char}` : `[${char}]`;
}
