import { describe, expect, it } from 'vitest';
import { buildTree, childrenOf, type TreeNode } from './file-tree.ts';
import { ignored, scanOf, secret } from './scan.fixture.ts';
import { treeLines } from './tree-lines.ts';

const scan = scanOf(
  [
    { path: 'file10', bytes: 1 },
    { path: 'file2', kind: 'link' },
    { path: 'src', kind: 'directory' },
    { path: 'src/pages', kind: 'directory' },
    { path: 'src/pages/a.ts', bytes: 10 },
    { path: 'src/server.ts', bytes: 5, trackedIgnored: true },
  ],
  [ignored('node_modules'), secret('src/pages/key.pem'), { ...ignored('vendor/lib/.git'), reason: 'repository', rule: null }],
);
const names = (node: TreeNode | undefined): string[] => (node ? childrenOf(node).map((child) => child.name) : []);
const at = (tree: TreeNode, path: string): TreeNode | undefined =>
  path.split('/').reduce<TreeNode | undefined>((node, name) => node?.children.find((child) => child.name === name), tree);

describe('buildTree', () => {
  const tree = buildTree(scan);

  it('puts folders first, sorts names as people count, and what the rules leave out last', () => {
    expect(names(tree)).toEqual(['src', 'vendor', 'file2', 'file10', 'node_modules']);
  });

  it('sums what is sent below a folder, not what is left out', () => {
    expect(at(tree, 'src')).toMatchObject({ bytes: 15, files: 2, heldBack: 1, tick: 'on' });
    expect(at(tree, 'src/pages')).toMatchObject({ bytes: 10, files: 1 });
    expect(at(tree, 'node_modules')).toMatchObject({ bytes: null, files: 0, tick: 'off' });
    expect(tree).toMatchObject({ bytes: 16, files: 4, heldBack: 1 });
  });

  it('marks repositories of their own and what git tracks though a rule ignores it', () => {
    expect(at(tree, 'vendor/lib')?.isRepository).toBe(true);
    expect(at(tree, 'src')?.isRepository).toBe(false);
    expect(at(tree, 'src/server.ts')?.trackedIgnored).toBe(true);
  });

  it('says in a folder how much of it is not listed, and counts it', () => {
    const cut = scanOf(
      [
        { path: 'a', kind: 'directory' },
        { path: 'a/1', bytes: 2 },
      ],
      [],
      { files: 12, bytes: 50 },
    );
    cut.sent.files[0] = 8;
    cut.sent.bytes[0] = 30;
    const shown = buildTree(cut);
    expect(shown).toMatchObject({ files: 12, bytes: 50 });
    const folder = at(shown, 'a');
    expect(folder).toMatchObject({ files: 8, bytes: 30 });
    expect(folder && childrenOf(folder).at(-1)).toMatchObject({ kind: 'more', files: 7, bytes: 28 });
    expect(childrenOf(shown).at(-1)).toMatchObject({ kind: 'more', files: 4, bytes: 20 });
  });

  it('copes with names that look like properties of an object', () => {
    const odd = buildTree(scanOf([{ path: '__proto__/constructor', bytes: 3 }]));
    expect(childrenOf(odd)[0]).toMatchObject({ name: '__proto__', bytes: 3, children: [{ name: 'constructor' }] });
  });
});

describe('ticks that no scan has answered yet', () => {
  const ticked = (path: string, send: boolean, include: string[] = []): TreeNode => buildTree(scan, include, new Map([[path, send]]));

  it('takes an unticked file, or all of a folder, out of the sums', () => {
    expect(ticked('src/server.ts', false)).toMatchObject({ bytes: 11, files: 3 });
    expect(at(ticked('src/server.ts', false), 'src')).toMatchObject({ tick: 'mixed', files: 1, bytes: 10 });
    const folder = ticked('src', false);
    expect(folder).toMatchObject({ bytes: 1, files: 2, heldBack: 0 });
    expect(at(folder, 'src')).toMatchObject({ tick: 'off', leftOut: { rule: { file: 'choice', pattern: '/src/' } }, children: [] });
  });

  it('adds a secret that is to be sent, and what is ignored as far as its size is known', () => {
    expect(ticked('src/pages/key.pem', true)).toMatchObject({ bytes: 1716, files: 5, heldBack: 0 });
    expect(at(ticked('node_modules', true), 'node_modules')).toMatchObject({ tick: 'on', leftOut: null, chosen: true });
  });

  it('brings back with a folder what had been unticked in it, and no secret', () => {
    const unticked = { ...ignored('src/b.ts', 'file'), rule: { file: 'choice', line: 1, pattern: '/src/b.ts' }, bytes: 100 };
    const before = scanOf(
      [
        { path: 'src', kind: 'directory' },
        { path: 'src/a.ts', bytes: 1 },
      ],
      [unticked, secret('src/key.pem')],
    );
    expect(at(buildTree(before), 'src')).toMatchObject({ tick: 'mixed', bytes: 1 });
    const after = buildTree(before, [], new Map([['src', true]]));
    expect(at(after, 'src')).toMatchObject({ tick: 'on', bytes: 101, heldBack: 1 });
  });

  it('moves no line, whichever way it goes', () => {
    const before = names(buildTree(scan));
    for (const path of ['src', 'file10']) expect(names(ticked(path, false))).toEqual(before);
    expect(names(ticked('node_modules', true, ['node_modules']))).toEqual(before);
  });
});

describe('treeLines', () => {
  const tree = buildTree(scan);
  const paths = (open: string[], query = ''): string[] => treeLines(tree, new Set(open), query).map((line) => line.node.path);

  it('shows the open folders only', () => {
    expect(paths([])).toEqual(['src', 'vendor', 'file2', 'file10', 'node_modules']);
    expect(paths(['src'])).toEqual(['src', 'src/pages', 'src/server.ts', 'vendor', 'file2', 'file10', 'node_modules']);
  });

  it('finds by any part of the path and opens the way there', () => {
    expect(paths([], 'KEY')).toEqual(['src', 'src/pages', 'src/pages/key.pem']);
    expect(paths([], 'pages')).toEqual(['src', 'src/pages', 'src/pages/a.ts', 'src/pages/key.pem']);
    expect(paths([], 'nothing')).toEqual([]);
  });

  it('gives each line its level and place', () => {
    expect(treeLines(tree, new Set(['src']), '')[1]).toMatchObject({ level: 2, position: 1, siblings: 2, open: false });
  });
});
