import { describe, expect, it } from 'vitest';
import { LogBuffer } from './log-buffer.ts';
import { appLogRow, clockTime, LogRow, type LogRowInput, longestLine, rowAsText } from './log-row.ts';
import { RowIndex } from './row-index.ts';

const line = (text: string, stream: LogRowInput['stream'] = 'stdout'): LogRowInput => ({
  at: 0,
  exact: '2026-01-01T00:00:00.000000001Z',
  source: 'shop.1',
  stream,
  text,
});
const numbered = (from: number, to: number): LogRowInput[] => Array.from({ length: to - from }, (_, index) => line(`line ${from + index}`));

describe('LogBuffer', () => {
  it('keeps the newest lines and counts the dropped ones', () => {
    const buffer = new LogBuffer(100);
    for (let at = 0; at < 1000; at += 30) buffer.append(numbered(at, at + 30));
    expect(buffer.count).toBe(100);
    expect(buffer.end).toBe(1020);
    expect(buffer.first).toBe(920);
    expect(buffer.row(920)?.text).toBe('line 920');
    expect(buffer.last?.text).toBe('line 1019');
    expect(buffer.row(919)).toBeUndefined();
    expect(buffer.row(1020)).toBeUndefined();
  });

  it('is bounded in characters too, but keeps the last line', () => {
    const buffer = new LogBuffer(100, 1000);
    buffer.append([line('a'.repeat(600)), line('b'.repeat(600))]);
    expect(buffer.count).toBe(1);
    expect(buffer.last?.text.startsWith('b')).toBe(true);
    buffer.append([line('c'.repeat(5000))]);
    expect(buffer.count).toBe(1);
  });

  it('takes one append larger than itself', () => {
    const buffer = new LogBuffer(10);
    buffer.append(numbered(0, 1000));
    expect([buffer.first, buffer.end]).toEqual([990, 1000]);
  });

  it('cuts an endless line and says how much is missing', () => {
    const row = new LogRow(line('x'.repeat(longestLine + 5)));
    expect(row.text.length).toBe(longestLine);
    expect(rowAsText(row, { time: false, source: false })).toMatch(/x … 5 more characters$/);
  });

  it('numbers go on after clearing', () => {
    const buffer = new LogBuffer(10);
    buffer.append(numbered(0, 4));
    buffer.clear();
    buffer.append(numbered(4, 5));
    expect([buffer.first, buffer.end, buffer.row(4)?.text]).toEqual([4, 5, 'line 4']);
  });
});

describe('RowIndex', () => {
  it('is every line without a condition', () => {
    const buffer = new LogBuffer(10);
    const index = new RowIndex(buffer, null);
    buffer.append(numbered(0, 25));
    index.update();
    expect(index.count).toBe(10);
    expect(index.seqAt(0)).toBe(15);
    expect(index.seqAt(10)).toBeUndefined();
    expect(index.positionFrom(3)).toBe(0);
    expect(index.positionFrom(20)).toBe(5);
  });

  it('follows a buffer that grows and drops', () => {
    const buffer = new LogBuffer(10);
    const index = new RowIndex(buffer, (row) => /[05]$/.test(row.text));
    let looked = 0;
    for (let at = 0; at < 100; at += 7) {
      buffer.append(numbered(at, at + 7));
      index.update();
      looked = at + 7;
      const expected = Array.from({ length: buffer.count }, (_, i) => buffer.first + i).filter((seq) => seq % 5 === 0);
      expect(Array.from({ length: index.count }, (_, i) => index.seqAt(i))).toEqual(expected);
    }
    expect(looked).toBe(105);
    expect(index.positionFrom(101)).toBe(index.count);
    // Accepted lines are 0, 5, 10 …: their ordinal is a fifth of their number, whatever was dropped.
    expect(index.dropped * 5).toBe(index.seqAt(0));
  });
});

describe('rows', () => {
  it('is copied with time, replica and stderr', () => {
    const row = new LogRow(
      appLogRow({ at: '2026-01-01T10:00:00.123456789Z', replica: 'shop.2', release: 3, stream: 'stderr', text: '\x1b[31mno\x1b[0m' }),
    );
    expect(rowAsText(row, { time: true, source: true })).toBe('2026-01-01T10:00:00.123456789Z shop.2 stderr no');
    expect(clockTime(row.at)).toMatch(/^\d\d:\d\d:\d\d\.123$/);
    expect(clockTime(Number.NaN)).toBe('');
  });
});
