import { expect, test } from 'vitest';
import { fromColumns, toColumns } from './left-out-columns.ts';
import type { LeftOutEntry } from './walk-left-out.ts';

test('what was left out is the same after it crossed', () => {
  const rule = { file: '.gitignore', line: 3, pattern: '*.log' };
  const entries: LeftOutEntry[] = [
    { path: 'a.log', kind: 'file', reason: 'ignored', rule, bytes: null },
    { path: '\xff\n', kind: 'link', reason: 'ignored', rule, bytes: null },
    { path: '.env', kind: 'file', reason: 'secret', rule: { file: '', line: 0, pattern: 'environment file' }, bytes: 0 },
    { path: 'pipe', kind: 'other', reason: 'special', rule: null, bytes: null },
    { path: '.git', kind: 'directory', reason: 'repository', rule: null, bytes: null },
    { path: 'locked', kind: 'directory', reason: 'unreadable', rule: null, bytes: null },
    { path: 'lib', kind: 'directory', reason: 'submodule', rule: null, bytes: null },
  ];
  expect(fromColumns(structuredClone(toColumns(entries)))).toEqual(entries);
  expect(toColumns(entries).all).toHaveLength(2);
  expect(fromColumns(structuredClone(toColumns([])))).toEqual([]);
});
