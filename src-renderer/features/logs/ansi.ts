/**
 * Turns one line of untrusted output into styled pieces of text. Only SGR (colours and weight) is understood; nothing else acts:
 * what would move the cursor, erase, set a title or hide text is shown as a mark or dropped where dropping hides nothing.
 * Written by hand because no colouring package shows concealed text, bidi marks and overwritten text, which is what hides an attack
 * (kubectl CVE-2021-25743).
 */

/** A colour: one of the 16 of the palette, or red, green and blue. */
export type AnsiColor = { readonly kind: 'palette'; readonly index: number } | { readonly kind: 'rgb'; readonly rgb: Rgb };
export type Rgb = readonly [number, number, number];

export interface AnsiStyle {
  readonly fg: AnsiColor | null;
  readonly bg: AnsiColor | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
  /** SGR 8 asks to hide the text; it is shown all the same, and marked. */
  readonly concealed: boolean;
}

/** `mark` pieces stand for something that is not text: `title` says what. */
export interface AnsiPiece {
  readonly text: string;
  readonly style: AnsiStyle;
  readonly mark: string | null;
}

export const plainStyle: AnsiStyle = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
  concealed: false,
};

/** CSI, then OSC/DCS/SOS/PM/APC strings with their end, then two-character escapes. */
const sequence = /\x1b(?:\[([0-?]*)([ -/]*)([@-~])|[\]PX^_]([^\x07\x1b\x9c]*)(?:\x07|\x1b\\|\x9c)|([ -/]*[0-~]))/y;
/** What no font shows, or what reorders the text around it. ZWJ and ZWNJ stay: emoji and scripts need them. */
const invisible = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** Erasing to the end of the line and switching terminal modes change nothing in a list of lines. */
const quiet = new Set(['K', 'h', 'l']);

/** The pieces of a line, each line starting unstyled so that one's colours never reach the next. */
export function parseAnsi(line: string): readonly AnsiPiece[] {
  const pieces: AnsiPiece[] = [];
  const { overwritten, shown } = splitReturns(line);
  if (overwritten.length > 0) pieces.push(overwrittenMark(overwritten));
  let style = plainStyle;
  let from = 0;
  for (let start = shown.indexOf('\x1b'); start >= 0; start = shown.indexOf('\x1b', from)) {
    pushText(pieces, shown.slice(from, start), style);
    sequence.lastIndex = start;
    const match = sequence.exec(shown);
    if (match === null) {
      pieces.push({ text: '␛', style: plainStyle, mark: 'Escape character' });
      from = start + 1;
      continue;
    }
    from = start + match[0].length;
    const [whole, parameters, , final] = match;
    if (final === 'm') style = applySgr(style, parameters ?? '');
    else if (!isQuiet(whole, final)) pieces.push({ text: visible(whole), style: plainStyle, mark: 'Control sequence, not carried out' });
  }
  pushText(pieces, shown.slice(from), style);
  return pieces;
}

/** The line as it reads, marks included: what search looks in. */
export function visibleText(line: string): string {
  if (!/[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(line)) return line;
  return parseAnsi(line)
    .map((piece) => piece.text)
    .join('');
}

function isQuiet(whole: string, final: string | undefined): boolean {
  return (final !== undefined && quiet.has(final)) || whole.startsWith('\x1b]8;');
}

/** Progress bars rewrite their line: the last version is the line, the ones before it become one mark. */
function splitReturns(line: string): { overwritten: readonly string[]; shown: string } {
  const trimmed = line.replace(/\r+$/, '');
  if (!trimmed.includes('\r')) return { overwritten: [], shown: trimmed };
  const versions = trimmed.split('\r').filter((part) => part !== '');
  return { overwritten: versions.slice(0, -1), shown: versions.at(-1) ?? '' };
}

const overwrittenShown = 8;

function overwrittenMark(overwritten: readonly string[]): AnsiPiece {
  const listed = overwritten.slice(-overwrittenShown).map((part) => visible(part).slice(0, 120));
  const times = overwritten.length === 1 ? 'once' : `${overwritten.length.toLocaleString('en')} times`;
  return {
    text: overwritten.length === 1 ? '␍ ' : `␍×${overwritten.length} `,
    style: plainStyle,
    mark: `Rewritten ${times}:\n${listed.join('\n')}`,
  };
}

function pushText(pieces: AnsiPiece[], text: string, style: AnsiStyle): void {
  let from = 0;
  for (const match of text.matchAll(invisible)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), style, mark: null });
    pieces.push({ text: visible(match[0]), style: plainStyle, mark: `Invisible character ${codePoint(match[0])}` });
    from = match.index + 1;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), style, mark: null });
}

/** Control characters as their Unicode pictures, other invisible ones as their code point. */
function visible(text: string): string {
  return text.replace(invisible, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : `‹${codePoint(character)}›`;
  });
}

function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** ECMA-48 SGR with xterm's 256 and 24-bit colours, in `;` and `:` forms. */
function applySgr(style: AnsiStyle, parameters: string): AnsiStyle {
  let next = style;
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes.slice(at + 1), parameters.includes(':'));
      at += used;
      if (color !== null) next = code === 38 ? { ...next, fg: color } : { ...next, bg: color };
    } else next = simpleSgr(next, code);
  }
  return next;
}

function simpleSgr(style: AnsiStyle, code: number): AnsiStyle {
  if (code >= 30 && code <= 37) return { ...style, fg: palette(code - 30) };
  if (code >= 90 && code <= 97) return { ...style, fg: palette(code - 82) };
  if (code >= 40 && code <= 47) return { ...style, bg: palette(code - 40) };
  if (code >= 100 && code <= 107) return { ...style, bg: palette(code - 92) };
  switch (code) {
    case 0:
      return plainStyle;
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
    case 21:
      return { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 8:
      return { ...style, concealed: true };
    case 9:
      return { ...style, strike: true };
    case 22:
      return { ...style, bold: false, dim: false };
    case 23:
      return { ...style, italic: false };
    case 24:
      return { ...style, underline: false };
    case 27:
      return { ...style, inverse: false };
    case 28:
      return { ...style, concealed: false };
    case 29:
      return { ...style, strike: false };
    case 39:
      return { ...style, fg: null };
    case 49:
      return { ...style, bg: null };
    default:
      return style;
  }
}

/** What follows 38 or 48: `5;N`, or `2;R;G;B` (with a colour space before R in the colon form). */
function extendedColor(rest: readonly number[], colons: boolean): { color: AnsiColor | null; used: number } {
  if (rest[0] === 5) return { color: indexedColor(rest[1] ?? 0), used: 2 };
  if (rest[0] !== 2) return { color: null, used: rest.length };
  const skip = colons && rest.length >= 5 ? 2 : 1;
  const [r = 0, g = 0, b = 0] = rest.slice(skip, skip + 3);
  return { color: { kind: 'rgb', rgb: [byte(r), byte(g), byte(b)] }, used: skip + 3 };
}

function indexedColor(index: number): AnsiColor | null {
  if (!Number.isInteger(index) || index < 0 || index > 255) return null;
  if (index < 16) return palette(index);
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return { kind: 'rgb', rgb: [grey, grey, grey] };
  }
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return { kind: 'rgb', rgb: [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)] };
}

function palette(index: number): AnsiColor {
  return { kind: 'palette', index };
}

function byte(value: number): number {
  return Number.isFinite(value) ? Math.min(255, Math.max(0, Math.trunc(value))) : 0;
}
