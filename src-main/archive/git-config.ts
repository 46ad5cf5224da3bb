/** One setting, in the file's order: `core.ignorecase`, or `includeif.gitdir:~/work/.path`. Section and key in lower case. */
export interface GitSetting {
  readonly name: string;
  /** Null where only the key stands, which means true. */
  readonly value: string | null;
}

/** Reads a git config file as git-config(1) describes it. What is not understood is left out. */
export function parseGitConfig(text: string): GitSetting[] {
  const settings: GitSetting[] = [];
  let section = '';
  let rest = text.replace(/^\uFEFF/, '');
  while (rest !== '') {
    const header = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\\n]|\\.)*)")?\s*\]/.exec(rest);
    if (header) {
      const name = (header[1] ?? '').toLowerCase();
      section = header[2] === undefined ? name : `${name}.${header[2].replace(/\\(.)/g, '$1')}`;
      rest = rest.slice(header[0].length);
      continue;
    }
    const setting = /^[^\S\n]*([A-Za-z][A-Za-z0-9-]*)[^\S\n]*(=?)/.exec(rest);
    if (setting) {
      rest = rest.slice(setting[0].length);
      const hasValue = setting[2] === '=';
      const { value, length } = readValue(rest);
      rest = rest.slice(length);
      settings.push({ name: `${section}.${(setting[1] ?? '').toLowerCase()}`, value: hasValue ? value : null });
      continue;
    }
    const lineEnd = rest.indexOf('\n');
    rest = lineEnd < 0 ? '' : rest.slice(lineEnd + 1);
  }
  return settings;
}

/** The value up to its line end: quotes, escapes, comments, and a backslash that joins lines. */
function readValue(text: string): { value: string; length: number } {
  let value = '';
  let blanks = '';
  let quoted = false;
  let index = 0;
  for (; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === '\n') break;
    if (char === '\r' && text[index + 1] === '\n') continue;
    if (char === '"') {
      quoted = !quoted;
      value += blanks;
      blanks = '';
    } else if (!quoted && (char === '#' || char === ';')) {
      const lineEnd = text.indexOf('\n', index);
      index = lineEnd < 0 ? text.length : lineEnd;
      break;
    } else if (char === '\\') {
      const next = text.charAt(++index);
      if (next === '\n') continue;
      if (next === '\r' && text[index + 1] === '\n') {
        index++;
        continue;
      }
      value += blanks + ({ n: '\n', t: '\t', b: '\b' }[next] ?? next);
      blanks = '';
    } else if (!quoted && /\s/.test(char)) {
      if (value !== '') blanks += char;
    } else {
      value += blanks + char;
      blanks = '';
    }
  }
  return { value, length: Math.min(index + 1, text.length) };
}

/** True for what git takes as a true boolean. */
export function isTrue(value: string | null): boolean {
  return value === null || /^(true|yes|on|[1-9][0-9]*)$/i.test(value);
}
