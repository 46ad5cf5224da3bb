import { describe, expect, it } from 'vitest';
import type { LeftOut } from '../../../src-main/contract/index.ts';
import { buildTree, treeLines, whyLeftOut, whyLeftOutInFull } from './file-tree.ts';

const ignored = (path: string, kind: LeftOut['kind'] = 'directory'): LeftOut => ({
  path,
  kind,
  reason: 'ignored',
  rule: { file: '.gitignore', line: 3, pattern: 'node_modules/' },
  bytes: null,
});
const secret = (path: string): LeftOut => ({
  path,
  kind: 'file',
  reason: 'secret',
  rule: { file: '', line: 0, pattern: 'private key' },
  bytes: 1700,
});
const tree = buildTree({
  entries: [
    { path: 'src', kind: 'directory', bytes: 0, trackedIgnored: false },
    { path: 'src/pages/a.ts', kind: 'file', bytes: 10, trackedIgnored: false },
    { path: 'src/server.ts', kind: 'file', bytes: 5, trackedIgnored: false },
    { path: 'file10', kind: 'file', bytes: 1, trackedIgnored: false },
    { path: 'file2', kind: 'link', bytes: 0, trackedIgnored: false },
  ],
  leftOut: [ignored('node_modules'), secret('src/pages/key.pem')],
});

describe('buildTree', () => {
  it('puts folders first, sorts names as people count, and what is left out last', () => {
    expect(tree.map((node) => node.name)).toEqual(['src', 'file2', 'file10', 'node_modules']);
  });

  it('sums what is sent below a folder, not what is left out', () => {
    const src = tree.find((node) => node.name === 'src');
    expect(src?.bytes).toBe(15);
    expect(src?.heldBack).toBe(1);
    expect(src?.children.map((node) => [node.name, node.bytes])).toEqual([
      ['pages', 10],
      ['server.ts', 5],
    ]);
    expect(tree.find((node) => node.name === 'node_modules')?.bytes).toBeNull();
  });

  it('copes with names that look like properties of an object', () => {
    const odd = buildTree({ entries: [{ path: '__proto__/constructor', kind: 'file', bytes: 3, trackedIgnored: false }], leftOut: [] });
    expect(odd[0]).toMatchObject({ name: '__proto__', bytes: 3, children: [{ name: 'constructor' }] });
  });
});

describe('treeLines', () => {
  const names = (open: string[], query = ''): string[] => treeLines(tree, new Set(open), query).map((line) => line.node.path);

  it('shows the open folders only', () => {
    expect(names([])).toEqual(['src', 'file2', 'file10', 'node_modules']);
    expect(names(['src'])).toEqual(['src', 'src/pages', 'src/server.ts', 'file2', 'file10', 'node_modules']);
  });

  it('finds by any part of the path and opens the way there', () => {
    expect(names([], 'KEY')).toEqual(['src', 'src/pages', 'src/pages/key.pem']);
    expect(names([], 'pages')).toEqual(['src', 'src/pages', 'src/pages/a.ts', 'src/pages/key.pem']);
    expect(names([], 'nothing')).toEqual([]);
  });

  it('gives each line its level and place', () => {
    expect(treeLines(tree, new Set(['src']), '')[1]).toMatchObject({ level: 2, position: 1, siblings: 2, open: false });
  });
});

describe('whyLeftOut', () => {
  it('names the rule', () => {
    expect(whyLeftOut(ignored('x'))).toBe('.gitignore line 3');
    expect(whyLeftOutInFull(ignored('x'))).toBe('Left out by “node_modules/”, line 3 of .gitignore');
    expect(whyLeftOut(secret('x'))).toBe('looks like a secret, held back');
    expect(whyLeftOutInFull(secret('x'))).toBe('x is not sent: private key. Tick it to send it all the same');
  });
});
