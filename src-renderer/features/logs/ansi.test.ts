import { describe, expect, it } from 'vitest';
import { parseAnsi, visibleText } from './ansi.ts';

const texts = (line: string): string[] => parseAnsi(line).map((piece) => piece.text);
const styles = (line: string) => parseAnsi(line).map((piece) => piece.style);

describe('parseAnsi, colours', () => {
  it('leaves plain text as one piece', () => {
    expect(texts('GET /cart 200 11ms')).toEqual(['GET /cart 200 11ms']);
  });

  it('applies and resets colours and weight', () => {
    const pieces = parseAnsi('\x1b[1;32mok\x1b[0m done');
    expect(pieces.map((piece) => piece.text)).toEqual(['ok', ' done']);
    expect(pieces[0]?.style).toMatchObject({ bold: true, fg: { kind: 'palette', index: 2 } });
    expect(pieces[1]?.style).toMatchObject({ bold: false, fg: null });
  });

  it('reads bright, 256 and 24-bit colours in both forms', () => {
    expect(styles('\x1b[91mx')[0]?.fg).toEqual({ kind: 'palette', index: 9 });
    expect(styles('\x1b[38;5;196mx')[0]?.fg).toEqual({ kind: 'rgb', rgb: [255, 0, 0] });
    expect(styles('\x1b[38;5;240mx')[0]?.fg).toEqual({ kind: 'rgb', rgb: [88, 88, 88] });
    expect(styles('\x1b[48;2;10;20;30;1mx')[0]).toMatchObject({ bg: { kind: 'rgb', rgb: [10, 20, 30] }, bold: true });
    expect(styles('\x1b[38:2::1:2:3mx')[0]?.fg).toEqual({ kind: 'rgb', rgb: [1, 2, 3] });
  });

  it('survives nonsense parameters', () => {
    expect(texts('\x1b[38;5mx')).toEqual(['x']);
    expect(styles('\x1b[38;5;999;1mx')[0]).toMatchObject({ fg: null, bold: true });
    expect(styles('\x1b[;;mx')[0]).toMatchObject({ bold: false });
  });

  it('shows concealed text', () => {
    const [piece] = parseAnsi('\x1b[8msecret');
    expect(piece).toMatchObject({ text: 'secret', style: { concealed: true } });
  });
});

describe('parseAnsi, control', () => {
  it('never carries out a title, clipboard or cursor sequence', () => {
    expect(visibleText('a\x1b]0;owned\x07b')).toBe('a␛]0;owned␇b');
    expect(visibleText('a\x1b]52;c;ZXZpbA==\x1b\\b')).toBe('a␛]52;c;ZXZpbA==␛\\b');
    expect(visibleText('a\x1b[2J\x1b[1;1Hb')).toBe('a␛[2J␛[1;1Hb');
  });

  it('drops what changes nothing in a list of lines', () => {
    expect(visibleText('\x1b[31m\x1b[Kmatch\x1b[m\x1b[K rest\x1b[?25h')).toBe('match rest');
    expect(visibleText('\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\')).toBe('link');
  });

  it('keeps the text after a sequence that never ends', () => {
    expect(visibleText('a\x1b]0;never ends')).toContain('0;never ends');
    expect(visibleText('a\x1b')).toBe('a␛');
    expect(visibleText('a\x1b[12')).toContain('[12');
  });

  it('marks what is invisible or reorders text', () => {
    expect(visibleText('user\u202Etxt.exe')).toBe('user‹U+202E›txt.exe');
    expect(visibleText('a\u0000b\u0008c\u007fd\u009be')).toBe('a␀b␈c␡d‹U+009B›e');
    expect(parseAnsi('a\u200bb').map((piece) => piece.mark)).toEqual([null, 'Invisible character U+200B', null]);
    expect(visibleText('👩‍👧\ttab')).toBe('👩‍👧\ttab');
  });

  it('shows the last version of a rewritten line and marks the ones before', () => {
    expect(visibleText('done\r')).toBe('done');
    const pieces = parseAnsi('10%\r50%\r100%\r\r');
    expect(pieces.map((piece) => piece.text)).toEqual(['␍×2 ', '100%']);
    expect(pieces[0]?.mark).toBe('Rewritten 2 times:\n10%\n50%');
  });

  it('hides no character of random input', () => {
    // Whatever comes, every letter is shown, or stands in a sequence that is dropped or marked as a whole.
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    const alphabet = ['\x1b', '[', ']', ';', '3', '1', 'm', 'K', '\r', '\x07', 'é', ' ', '\u202e', '\u009b'];
    for (let round = 0; round < 5000; round += 1) {
      const line = Array.from({ length: 24 }, () => alphabet[random(alphabet.length)] ?? '').join('');
      const shown = visibleText(line);
      expect(shown).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202e]/);
      const kept =
        line
          .replace(/\r+$/, '')
          .split('\r')
          .filter((part) => part !== '')
          .at(-1) ?? '';
      const outside = kept.replace(/\x1b\]8;[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)/g, '');
      expect(shown.split('é').length).toBeGreaterThanOrEqual(outside.split('é').length);
    }
  });
});
