import type { ITheme } from '@xterm/xterm';
import { palette } from '../logs/ansi-style.ts';

const names = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

/** The terminal's colours: the window's tokens for surface, text and cursor, and the log view's palette. */
export function terminalTheme(styles: CSSStyleDeclaration): ITheme {
  const token = (name: string): string => styles.getPropertyValue(name).trim();
  const theme: ITheme = {
    background: token('--code-bg'),
    foreground: token('--code-text'),
    cursor: token('--code-text'),
    cursorAccent: token('--code-bg'),
    selectionBackground: '#2f5f86',
    selectionInactiveBackground: '#35516a',
    scrollbarSliderBackground: '#7f8d9b40',
    scrollbarSliderHoverBackground: '#7f8d9b66',
    scrollbarSliderActiveBackground: '#7f8d9b80',
  };
  names.forEach((name, index) => {
    const [r, g, b] = palette[index] ?? [0, 0, 0];
    theme[name] = `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
  });
  return theme;
}
