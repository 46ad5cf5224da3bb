/**
 * One pattern of `.dockerignore` as moby's patternmatcher has it: checked by the rules of Go's filepath.Match, and then
 * matched as a plain text, as a prefix, as a suffix or by an expression that Go's regexp understands, each of which has
 * consequences of its own (`**.pem` is a suffix, and so it matches in every folder). Pure.
 */

/** Docker refuses to build with such a pattern. */
export class BadPatternError extends Error {}

/** What a pattern (without `!`, cleaned) matches. @throws BadPatternError, now or when it is tried. */
export function dockerMatcher(pattern: string): (path: string) => boolean {
  requireWellFormed(pattern);
  const { kind, expression } = translate(pattern);
  switch (kind) {
    case 'exact':
      return (path) => path === pattern;
    case 'prefix': {
      const prefix = pattern.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = pattern.slice(2);
      return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
    }
    case 'expression': {
      // Docker hears of what its regexp cannot read only once the pattern is tried.
      let regex: RegExp | null = null;
      return (path) => {
        regex ??= compile(expression);
        return regex.test(path);
      };
    }
  }
}

/** What filepath.Match says of `.`: it looks at a pattern only as far as that goes, and the rest may be as wrong as it likes. */
function requireWellFormed(pattern: string): void {
  let rest = [...pattern];
  let name = '.';
  while (rest.length > 0) {
    const stars = rest.findIndex((char) => char !== '*');
    const begin = stars < 0 ? rest.length : stars;
    let end = begin;
    for (let inClass = false; end < rest.length && (rest[end] !== '*' || inClass); end++) {
      if (rest[end] === '\\') end = Math.min(end + 1, rest.length - 1);
      else if (rest[end] === '[') inClass = true;
      else if (rest[end] === ']') inClass = false;
    }
    const chunk = rest.slice(begin, end);
    rest = rest.slice(end);
    if (begin > 0 && chunk.length === 0) return;
    const fits = (left: string | null): left is string => left !== null && (left === '' || rest.length > 0);
    let left = matchChunk(chunk, name);
    if (!fits(left) && begin > 0 && name !== '') left = matchChunk(chunk, '');
    if (!fits(left)) return;
    name = left;
  }
}

/** What is left of `name` (`.` or nothing) behind a piece without stars; null if it does not match. */
function matchChunk(chunk: readonly string[], name: string): string | null {
  let left: string | null = name;
  let at = 0;
  const take = (matches: (char: string) => boolean): void => {
    left = left === '.' && matches('.') ? '' : null;
  };
  const classChar = (): string => {
    if (chunk[at] === undefined || chunk[at] === '-' || chunk[at] === ']') throw new BadPatternError();
    if (chunk[at] === '\\') at++;
    const char = chunk[at++];
    if (char === undefined || at >= chunk.length) throw new BadPatternError();
    return char;
  };
  while (at < chunk.length) {
    const char = chunk[at++] ?? '';
    if (char === '[') {
      const negated = chunk[at] === '^';
      if (negated) at++;
      let matches = false;
      for (let ranges = 0; chunk[at] !== ']' || ranges === 0; ranges++) {
        const low = classChar();
        let high = low;
        if (chunk[at] === '-') {
          at++;
          high = classChar();
        }
        if (low <= '.' && '.' <= high) matches = true;
      }
      at++;
      take(() => matches !== negated);
    } else if (char === '?') take((one) => one !== '/');
    else {
      const wanted = char === '\\' ? chunk[at++] : char;
      if (wanted === undefined) throw new BadPatternError();
      take((one) => one === wanted);
    }
  }
  return left;
}

interface Translation {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'expression';
  readonly expression: string;
}

/** Pattern.compile of moby's patternmatcher, line by line. */
function translate(pattern: string): Translation {
  const chars = [...pattern];
  let kind: Translation['kind'] = 'exact';
  let expression = '^';
  let at = 0;
  for (let turn = 0; at < chars.length; turn++) {
    const char = chars[at++] ?? '';
    if (char === '*' && chars[at] === '*') {
      at++;
      if (chars[at] === '/') at++;
      if (at < chars.length) {
        expression += '(.*/)?';
        kind = 'expression';
      } else if (kind === 'exact') kind = 'prefix';
      else {
        expression += '.*';
        kind = 'expression';
      }
      if (turn === 0) kind = 'suffix';
    } else if (char === '*' || char === '?') {
      expression += char === '*' ? '[^/]*' : '[^/]';
      kind = 'expression';
    } else if ('.+(){}$'.includes(char)) expression += `\\${char}`;
    else if (char === '\\') {
      if (at < chars.length) kind = 'expression';
      expression += `\\${chars[at++] ?? ''}`;
    } else {
      expression += char;
      if (char === '[' || char === ']') kind = 'expression';
    }
  }
  return { kind, expression: `${expression}$` };
}

/** What a letter behind a backslash means to Go's regexp. Others it refuses, or nobody writes them into a pattern. */
const escapes: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: '\\t\\n\\f\\r ',
  a: '\\x07',
  f: '\\f',
  n: '\\n',
  r: '\\r',
  t: '\\t',
  v: '\\v',
};
/** Those that stand for a place. */
const places: Readonly<Record<string, string>> = { b: '\\b', B: '\\B', A: '^', z: '$' };
const named: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** The expression as this language has it. */
function compile(expression: string): RegExp {
  const chars = [...expression];
  let at = 0;
  let source = '';

  const escaped = (): { readonly set: string; readonly negated: boolean; readonly char: string | null } => {
    const char = chars[at++] ?? '';
    if (char.charCodeAt(0) < 128 && !/[0-9A-Za-z]/.test(char)) return { set: exactly(char), negated: false, char };
    const set = escapes[char];
    if (set !== undefined) return { set, negated: false, char: 'dws'.includes(char) ? null : set };
    const negated = escapes[char.toLowerCase()];
    if (negated === undefined || !'DWS'.includes(char)) throw new BadPatternError();
    return { set: negated, negated: true, char: null };
  };

  const classOf = (): string => {
    const negated = chars[at] === '^';
    if (negated) at++;
    let set = '';
    for (let first = true; chars[at] !== ']' || first; first = false) {
      const name = /^\[:\^?(\w*):\]/.exec(chars.slice(at, at + 12).join(''));
      if (name !== null) {
        const members = named[name[1] ?? ''];
        if (members === undefined || name[0].startsWith('[:^')) throw new BadPatternError();
        set += members;
        at += name[0].length;
        continue;
      }
      const low = classEnd();
      if (low.char === null || chars[at] !== '-' || chars[at + 1] === ']') {
        set += low.set;
        continue;
      }
      at++;
      const high = classEnd();
      if (high.char === null || (high.char.codePointAt(0) ?? 0) < (low.char.codePointAt(0) ?? 0)) throw new BadPatternError();
      set += `${low.set}-${high.set}`;
    }
    at++;
    return `[${negated ? '^' : ''}${set}]`;
  };

  const classEnd = (): { readonly set: string; readonly char: string | null } => {
    const char = chars[at++];
    if (char === undefined) throw new BadPatternError();
    if (char !== '\\') return { set: exactly(char), char };
    const { set, negated, char: one } = escaped();
    if (negated) throw new BadPatternError();
    return { set, char: one };
  };

  while (at < chars.length) {
    const char = chars[at++] ?? '';
    const place = char === '\\' ? places[chars[at] ?? ''] : undefined;
    if (place !== undefined) {
      source += place;
      at++;
    } else if (char === '\\') {
      const { set, negated } = escaped();
      source += `[${negated ? '^' : ''}${set}]`;
    } else if (char === '[') source += classOf();
    else if (char === '.') source += '[^\\n]';
    else source += '^$()*?|'.includes(char) ? char : exactly(char);
  }
  try {
    return new RegExp(source, 'u');
  } catch {
    throw new BadPatternError();
  }
}

function exactly(char: string): string {
  return /[0-9A-Za-z]/.test(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
