import { describe, expect, it } from 'vitest';
import { buildTree, childrenOf } from './file-tree.ts';
import { viewOf } from './file-views.ts';
import { fewWords, inFull, missingSubmodules } from './file-words.ts';
import { ignored, scanOf, secret } from './scan.fixture.ts';

const scan = scanOf(
  [
    { path: 'small', bytes: 1 },
    { path: 'src', kind: 'directory' },
    { path: 'src/large', bytes: 900 },
  ],
  [
    { ...ignored('a.log', 'file'), rule: { file: '.gitignore', line: 3, pattern: '*.log' } },
    { ...ignored('src/b.log', 'file'), rule: { file: '.gitignore', line: 3, pattern: '*.log' } },
    { ...ignored('src/c', 'file', 'src/.gitignore'), bytes: 4 },
    { ...ignored('mine', 'file'), rule: { file: 'choice', line: 1, pattern: '/mine' } },
    { ...ignored('pipe', 'other'), reason: 'special', rule: null },
    { ...ignored('locked', 'file'), reason: 'unreadable', rule: null },
    { ...ignored('src/lib'), reason: 'submodule', rule: null },
    { ...ignored('.git'), reason: 'repository', rule: null },
    secret('src/key.pem'),
  ],
);
const tree = buildTree(scan);

describe('viewOf', () => {
  it('lists the largest first, under their whole paths', () => {
    expect(childrenOf(viewOf('biggest', tree, scan.biggest)).map((node) => [node.name, node.bytes])).toEqual([
      ['src/large', 900],
      ['small', 1],
    ]);
  });

  it('lists a large file that is deeper than the rows that crossed', () => {
    const deep = { path: 'x/y', kind: 'file' as const, bytes: 5, trackedIgnored: false };
    expect(childrenOf(viewOf('biggest', tree, [deep]))[0]).toMatchObject({ name: 'x/y', tick: 'on', bytes: 5 });
  });

  it('groups what is left out by the rule that does it: what stops a deploy first, then the user’s own', () => {
    const groups = childrenOf(viewOf('left-out', tree, []));
    expect(groups.map((group) => [group.name, group.children.map((node) => node.name)])).toEqual([
      ['Cannot be read', ['locked']],
      ['Submodules that are not checked out', ['src/lib']],
      ['Sockets, FIFOs and devices, which cannot be sent', ['pipe']],
      ['Unticked for this app', ['mine']],
      ['*.log', ['a.log', 'src/b.log']],
      ['src/c', ['src/c']],
      ['Git’s own data, which is never sent', ['.git']],
    ]);
  });

  it('says in a heading which rule it is, and how many it leaves out', () => {
    const heading = childrenOf(viewOf('left-out', tree, [])).find((node) => node.name === '*.log');
    expect(heading && inFull(heading)).toBe('2 entries left out by line 3 of .gitignore');
  });

  it('lists secrets, held back or not', () => {
    const sent = buildTree({ ...scan, secretsSent: [{ path: 'small', looksLike: 'token' }] });
    expect(childrenOf(viewOf('secrets', sent, [])).map((node) => [node.name, fewWords(node)])).toEqual([
      ['small', 'token, will be sent'],
      ['src/key.pem', 'private key, held back'],
    ]);
  });
});

describe('the words of a line', () => {
  const words = (path: string): [string, string] => {
    const node = viewOf('left-out', tree, [])
      .children.flatMap((group) => group.children)
      .find((one) => one.path === path);
    return node ? [fewWords(node), inFull(node)] : ['', ''];
  };

  it('name the rule, its line and its file', () => {
    expect(words('a.log')).toEqual(['.gitignore line 3', 'Left out by *.log in line 3 of .gitignore']);
    expect(words('src/c')).toEqual(['src/.gitignore line 3', 'Left out by src/c in line 3 of src/.gitignore']);
  });

  it('tell a submodule that is not checked out from git’s own data, and offer no tick for either', () => {
    expect(words('src/lib')).toEqual([
      'submodule, not checked out',
      'A submodule that is not checked out. git submodule update --init checks it out.',
    ]);
    expect(words('.git')).toEqual(['git’s own data', 'What git keeps for itself is never sent.']);
    expect(missingSubmodules(['src/lib'])).toBe('The submodule src/lib is not checked out, so nothing of it is sent.');
    expect(missingSubmodules(['a', 'b', 'c', 'd'])).toBe(
      '4 submodules are not checked out, so nothing of them is sent: a, b, c and 1 more.',
    );
    const nodes = childrenOf(viewOf('left-out', tree, [])).flatMap((group) => group.children);
    expect(nodes.filter((node) => node.tick === 'none').map((node) => node.path)).toEqual(['src/lib', 'pipe', '.git']);
  });

  it('tell a tick from a pattern that was written', () => {
    expect(words('mine')).toEqual(['unticked', 'Left out because you unticked it for this app.']);
    const written = { ...ignored('x.md', 'file'), rule: { file: 'choice', line: 1, pattern: '*.md' } };
    const [node] = childrenOf(buildTree(scanOf([], [written])));
    expect(node && inFull(node)).toBe('Left out by *.md, a pattern of this app.');
  });
});
