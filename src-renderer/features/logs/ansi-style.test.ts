import { describe, expect, it } from 'vitest';
import { parseAnsi, type Rgb } from './ansi.ts';
import { ansiCss, contrast, palette } from './ansi-style.ts';

const css = (line: string) => {
  const piece = parseAnsi(line)[0];
  if (piece === undefined) throw new Error('no piece');
  return ansiCss(piece.style);
};
const rgb = (value: string | undefined): Rgb => {
  const [r = 0, g = 0, b = 0] = (value ?? '').match(/\d+/g)?.map(Number) ?? [];
  return [r, g, b];
};

describe('ansiCss', () => {
  it('leaves unstyled text to the surface', () => {
    expect(css('plain')).toEqual({});
  });

  it('never lets text vanish in its background', () => {
    const surface: Rgb = [15, 23, 32];
    for (const line of [
      '\x1b[38;2;15;23;32mhidden',
      '\x1b[30mblack',
      '\x1b[37;47mwhite on white',
      '\x1b[38;5;16;48;5;16mx',
      '\x1b[7;30;40mx',
    ]) {
      const style = css(line);
      const background = style.backgroundColor === undefined ? surface : rgb(style.backgroundColor);
      const color = style.color === undefined ? ([213, 222, 231] as const) : rgb(style.color);
      expect(contrast(color, background), line).toBeGreaterThanOrEqual(3);
    }
  });

  it('outlines what was to be concealed and keeps it visible', () => {
    expect(css('\x1b[8mx')).toEqual({ outline: '1px dotted currentColor' });
  });

  it('has 16 colours, all but black readable as small text', () => {
    expect(palette).toHaveLength(16);
    for (const color of palette.slice(1)) expect(contrast(color, [15, 23, 32])).toBeGreaterThanOrEqual(4.5);
  });
});
