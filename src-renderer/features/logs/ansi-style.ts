import type { CSSProperties } from 'react';
import type { AnsiColor, AnsiStyle, Rgb } from './ansi.ts';

/**
 * The terminal palette on the code surface, dark in both themes; the same numbers stand in `ansi.css` for CSS and the terminal.
 * Here they are needed as numbers, to see whether text can be read on its background.
 */
export const palette: readonly Rgb[] = [
  [76, 90, 103],
  [242, 147, 140],
  [123, 216, 143],
  [229, 192, 123],
  [124, 192, 240],
  [209, 154, 230],
  [102, 204, 204],
  [213, 222, 231],
  [127, 141, 155],
  [255, 176, 168],
  [158, 234, 174],
  [247, 215, 148],
  [160, 212, 250],
  [226, 182, 243],
  [143, 226, 226],
  [255, 255, 255],
];

const surface: Rgb = [15, 23, 32];
const text: Rgb = [213, 222, 231];
/** Below this, text on its background is a way to hide it, or a mistake. */
const leastContrast = 3;

/** The style of a piece as CSS. Text whose colours make it unreadable is given readable ones. */
export function ansiCss(style: AnsiStyle): CSSProperties {
  const css: CSSProperties = {};
  const asked = { fg: style.fg === null ? null : toRgb(style.fg), bg: style.bg === null ? null : toRgb(style.bg) };
  const { fg, bg } = style.inverse ? { fg: asked.bg ?? surface, bg: asked.fg ?? text } : asked;
  if (bg !== null) css.backgroundColor = toCss(bg);
  if (contrast(fg ?? text, bg ?? surface) < leastContrast) css.color = toCss(luminance(bg ?? surface) > 0.3 ? surface : text);
  else if (fg !== null) css.color = toCss(fg);
  if (style.bold) css.fontWeight = 700;
  if (style.dim) css.opacity = 0.75;
  if (style.italic) css.fontStyle = 'italic';
  const lines = [style.underline ? 'underline' : '', style.strike ? 'line-through' : ''].filter((line) => line !== '').join(' ');
  if (lines !== '') css.textDecorationLine = lines;
  if (style.concealed) css.outline = '1px dotted currentColor';
  return css;
}

function toRgb(color: AnsiColor): Rgb {
  return color.kind === 'rgb' ? color.rgb : (palette[color.index] ?? text);
}

function toCss([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}

/** WCAG 2 relative luminance, 0 to 1. */
function luminance([r, g, b]: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
