import { describe, expect, it } from 'vitest';
import { envErrors, envRecord, envRow, looksLikeEnvText, mergeEnv, parseEnvText } from './env-text.ts';

describe('parseEnvText', () => {
  it('reads what a .env file holds', () => {
    const text = [
      '# comment',
      'A=1',
      'export B = two words  # note',
      "C='# not a comment $A'",
      'D="line\\nnext \\"q\\""',
      'E=',
      'F=a=b#c',
      'URL=postgres://u:p@h/db?x=1',
      '',
    ].join('\r\n');
    expect(parseEnvText(text).pairs).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: 'two words' },
      { name: 'C', value: '# not a comment $A' },
      { name: 'D', value: 'line\nnext "q"' },
      { name: 'E', value: '' },
      { name: 'F', value: 'a=b#c' },
      { name: 'URL', value: 'postgres://u:p@h/db?x=1' },
    ]);
  });

  it('reads a value over several lines', () => {
    const key = '-----BEGIN KEY-----\nabc\n-----END KEY-----';
    expect(parseEnvText(`KEY="${key}"\nAFTER=1`).pairs).toEqual([
      { name: 'KEY', value: key },
      { name: 'AFTER', value: '1' },
    ]);
  });

  it('takes a quote that never ends as a plain value and says which lines it could not read', () => {
    const result = parseEnvText('A="open\n2B=x\njust words');
    expect(result.pairs).toEqual([{ name: 'A', value: '"open' }]);
    expect(result.skipped).toEqual([
      { line: 2, text: '2B=x' },
      { line: 3, text: 'just words' },
    ]);
  });

  it('knows a pasted value from pasted lines', () => {
    expect(looksLikeEnvText('A=1\nB=2')).toBe(true);
    expect(looksLikeEnvText('A=1')).toBe(true);
    expect(looksLikeEnvText('https://x.example/?a=1')).toBe(false);
    expect(looksLikeEnvText('secret')).toBe(false);
  });
});

describe('rows', () => {
  it('merges by name and drops empty rows', () => {
    const rows = mergeEnv(
      [envRow('A', '1'), envRow('', '')],
      [
        { name: 'A', value: '2' },
        { name: 'B', value: '3' },
      ],
    );
    expect(envRecord(rows)).toEqual({ A: '2', B: '3' });
  });

  it('names what is wrong in each row', () => {
    const rows = [envRow('A', '1'), envRow('A', '2'), envRow('1A', ''), envRow('', 'x'), envRow('', ''), envRow('L', 'x'.repeat(40_000))];
    const errors = envErrors(rows);
    expect(rows.map((row) => errors[row.id] ?? '')).toEqual([
      '',
      'A is there twice',
      'A variable name has letters, digits and underscores and does not begin with a digit',
      'Give this value a name',
      '',
      'A value has at most 32,768 characters',
    ]);
  });
});
