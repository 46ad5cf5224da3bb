/**
 * What may be pasted into a terminal. Pasted text comes from anywhere: it must neither end bracketed paste early nor send a
 * control character that the user cannot see, and more than one line may run commands, so it is asked about first.
 */

/** Control characters but tab and line ends; with them goes ESC, and so every way to write `ESC [ 201 ~`. */
const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

export interface Paste {
  readonly text: string;
  readonly lines: number;
  /** Invisible characters that were taken out. */
  readonly removed: number;
}

export function preparePaste(raw: string): Paste {
  const text = raw.replace(/\r\n?/g, '\n').replace(control, '');
  const removed = raw.length - raw.replace(control, '').length;
  const lines = text.replace(/\n+$/, '').split('\n').length;
  return { text, lines, removed };
}

/** Whether to ask first: several lines, or a line end that would run the command at once. */
export function needsConfirmation(paste: Paste): boolean {
  return paste.text.includes('\n');
}

/** Contract limit of one input message is 1,000,000 characters; pieces stay well below it and never split a surrogate pair. */
export const pieceLength = 64 * 1024;

export function inPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  while (from < text.length) {
    let to = Math.min(from + pieceLength, text.length);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
