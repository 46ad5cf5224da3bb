import { describe, expect, it } from 'vitest';
import { linkPattern, terminalLink } from './links.ts';
import { inPieces, needsConfirmation, pieceLength, preparePaste } from './paste.ts';

describe('preparePaste', () => {
  it('takes out what could end bracketed paste or hide a command', () => {
    const paste = preparePaste('ls\x1b[201~\nrm -rf x\r');
    expect(paste.text).toBe('ls[201~\nrm -rf x\n');
    expect(paste.removed).toBe(1);
    expect(paste.lines).toBe(2);
    expect(preparePaste('a\u009b201~\x03b').text).toBe('a201~b');
  });

  it('asks for more than one line, and for one that would run at once', () => {
    expect(needsConfirmation(preparePaste('ls -la'))).toBe(false);
    expect(needsConfirmation(preparePaste('ls -la\n'))).toBe(true);
    expect(needsConfirmation(preparePaste('a\r\nb'))).toBe(true);
    expect(preparePaste('a\r\nb\r\n').lines).toBe(2);
  });

  it('sends long text in pieces that keep every character whole', () => {
    const text = `x${'😀'.repeat(pieceLength)}`;
    const pieces = inPieces(text);
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBe(3);
    for (const piece of pieces) expect(() => encodeURIComponent(piece)).not.toThrow();
    expect(inPieces('')).toEqual([]);
  });
});

describe('terminalLink', () => {
  it('offers https only and shows the real host', () => {
    expect(terminalLink('https://shop.example.com/a?b=1')).toEqual({ url: 'https://shop.example.com/a?b=1', host: 'shop.example.com' });
    expect(terminalLink('https://exаmple.com/')?.host).toBe('xn--exmple-4nf.com');
    const refused = [
      'http://a.example',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'ssh://x',
      'data:text/html,x',
      'https://bank.example@evil.example/',
      '',
      '//x',
      `https://a.example/${'x'.repeat(5000)}`,
    ];
    for (const text of refused) expect(terminalLink(text), text).toBeNull();
  });

  it('finds the link in a line without the full stop after it', () => {
    expect(linkPattern.exec('see https://a.example/x?y=1#z.')?.[0]).toBe('https://a.example/x?y=1#z');
    expect(linkPattern.exec('(https://a.example/x)')?.[0]).toBe('https://a.example/x');
    expect(linkPattern.exec('http://a.example')).toBeNull();
  });
});
