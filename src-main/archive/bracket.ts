/** The result of reading `[…]` in a pattern: where it ends, and which bytes it matches. */
export interface Bracket {
  /** The index after the closing bracket. */
  readonly end: number;
  /** One flag for each byte; never true for `/` and NUL. */
  readonly matches: readonly boolean[];
}

const OPEN = code('[');
const CLOSE = code(']');
const BACKSLASH = code('\\');
const DASH = code('-');
const SLASH = code('/');

/**
 * Reads the bracket expression that begins at `start`; null where git gives the whole pattern up (not closed, or an
 * unknown class name). A port of the loop in git's wildmatch.c, asked once for each byte, so that its odd corners
 * (a `]` in front, a range that runs backwards, case folding that does not reach single members) come out the same.
 */
export function readBracket(pattern: string, start: number, fold: boolean): Bracket | null {
  const matches: boolean[] = [];
  let end = start;
  for (let byte = 0; byte < 256; byte++) {
    const upper = byte >= 65 && byte <= 90;
    const answer = matchBracket(pattern, start, fold && upper ? byte + 32 : byte, fold);
    if (answer === null) return null;
    matches.push(byte !== 0 && byte !== SLASH && answer.matched);
    end = answer.end;
  }
  return { end, matches };
}

/** Writes the set as a bracket expression that any reader of patterns understands alike; null when it is empty. */
export function writeBracket(matches: readonly boolean[]): string | null {
  let body = '';
  for (let from = 0; from < 256; from++) {
    if (matches[from] !== true) continue;
    let to = from;
    while (matches[to + 1] === true) to++;
    body += member(from);
    if (to > from) body += to > from + 1 ? `-${member(to)}` : member(to);
    from = to;
  }
  return body === '' ? null : `[${body}]`;
}

function member(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[\\\]^[!:-]/.test(char) ? `\\${char}` : char;
}

function matchBracket(pattern: string, start: number, text: number, fold: boolean): { matched: boolean; end: number } | null {
  const at = (index: number): number => (index < pattern.length ? pattern.charCodeAt(index) : 0);
  let index = start + 1;
  let char = at(index);
  const negated = char === code('!') || char === code('^');
  if (negated) char = at(++index);
  let previous = 0;
  let matched = false;
  do {
    if (char === 0) return null;
    if (char === BACKSLASH) {
      char = at(++index);
      if (char === 0) return null;
      if (text === char) matched = true;
    } else if (char === DASH && previous !== 0 && at(index + 1) !== 0 && at(index + 1) !== CLOSE) {
      char = at(++index);
      if (char === BACKSLASH) {
        char = at(++index);
        if (char === 0) return null;
      }
      const upper = fold && text >= 97 && text <= 122 ? text - 32 : text;
      if ((text <= char && text >= previous) || (upper <= char && upper >= previous)) matched = true;
      char = 0;
    } else if (char === OPEN && at(index + 1) === code(':')) {
      const nameStart = index + 2;
      let close = nameStart;
      while (at(close) !== 0 && at(close) !== CLOSE) close++;
      if (at(close) === 0) return null;
      const nameLength = close - nameStart - 1;
      if (nameLength < 0 || at(close - 1) !== code(':')) {
        // No `:]`, so the bracket is a member like any other.
        if (text === OPEN) matched = true;
      } else {
        const isMember = classes[pattern.slice(nameStart, nameStart + nameLength)];
        if (isMember === undefined) return null;
        if (isMember(text) || (fold && pattern.startsWith('upper:', nameStart) && classes['lower']?.(text) === true)) matched = true;
        index = close;
        char = 0;
      }
    } else if (text === char) matched = true;
    previous = char;
    char = at(++index);
  } while (char !== CLOSE);
  return { matched: matched !== negated, end: index + 1 };
}

/** Git's own ASCII tables (sane-ctype), not the C library's. */
const classes: Readonly<Record<string, ((byte: number) => boolean) | undefined>> = {
  __proto__: null as never,
  alnum: (byte) => /[0-9A-Za-z]/.test(String.fromCharCode(byte)),
  alpha: (byte) => /[A-Za-z]/.test(String.fromCharCode(byte)),
  blank: (byte) => byte === 32 || byte === 9,
  cntrl: (byte) => byte < 32 || byte === 127,
  digit: (byte) => byte >= 48 && byte <= 57,
  graph: (byte) => byte > 32 && byte < 127,
  lower: (byte) => byte >= 97 && byte <= 122,
  print: (byte) => byte >= 32 && byte < 127,
  punct: (byte) => byte > 32 && byte < 127 && !/[0-9A-Za-z]/.test(String.fromCharCode(byte)),
  space: (byte) => byte === 32 || byte === 9 || byte === 10 || byte === 13,
  upper: (byte) => byte >= 65 && byte <= 90,
  xdigit: (byte) => /[0-9A-Fa-f]/.test(String.fromCharCode(byte)),
};

function code(char: string): number {
  return char.charCodeAt(0);
}
