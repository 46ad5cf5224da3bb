import { choiceRuleFile, type LeftOut, type ScanEntry } from '../../../src-main/contract/index.ts';
import { compareNames, lineApart, type TreeNode } from './file-tree.ts';

/** The ways to look at a folder: all of it, the largest files, what stays behind by reason, what looks like a secret. */
export type FilesView = 'files' | 'biggest' | 'left-out' | 'secrets';

/** The entries of a view under one root. */
export function viewOf(view: FilesView, tree: TreeNode, biggest: readonly ScanEntry[]): TreeNode {
  switch (view) {
    case 'files':
      return tree;
    case 'biggest':
      return group('', '', largest(tree, biggest));
    case 'left-out':
      return group('', '', byReason(tree));
    case 'secrets':
      return group(
        '',
        '',
        flat(tree, (node) => node.looksLike !== null),
      );
  }
}

/** A heading; it keeps the order it is given. */
function group(path: string, name: string, children: readonly TreeNode[]): TreeNode {
  return { ...lineApart(path, name, 'group'), files: children.length, children };
}

/** Entries out of their folders, each under its whole path. */
function flat(tree: TreeNode, fits: (node: TreeNode) => boolean): TreeNode[] {
  const found: TreeNode[] = [];
  const visit = (node: TreeNode): void => {
    if (node !== tree && fits(node)) found.push({ ...node, name: node.path, children: [] });
    node.children.forEach(visit);
  };
  visit(tree);
  return found.sort((one, other) => compareNames(one.path, other.path));
}

function largest(tree: TreeNode, biggest: readonly ScanEntry[]): TreeNode[] {
  const wanted = new Map(biggest.map((entry) => [entry.path, entry]));
  const listed = new Map(flat(tree, (node) => wanted.has(node.path)).map((node) => [node.path, node]));
  return biggest.map((entry) => listed.get(entry.path) ?? unlisted(entry));
}

/** A file below a folder that is unticked by now, or deeper than the rows that crossed. */
function unlisted({ path, kind, bytes, trackedIgnored }: ScanEntry): TreeNode {
  return { ...group(path, path, []), kind, bytes, files: 1, tick: 'on', trackedIgnored };
}

/** One heading per rule or reason: first what stops or breaks a deploy, then the user's own choices, then the rules in their order. */
function byReason(tree: TreeNode): TreeNode[] {
  const groups = new Map<string, { readonly first: LeftOut; readonly nodes: TreeNode[] }>();
  for (const node of flat(tree, ({ leftOut }) => leftOut !== null && leftOut.reason !== 'secret')) {
    const { leftOut } = node;
    if (leftOut === null) continue;
    const key = groupKey(leftOut);
    const known = groups.get(key);
    if (known) known.nodes.push(node);
    else groups.set(key, { first: leftOut, nodes: [node] });
  }
  return [...groups]
    .sort(([, one], [, other]) => compareReasons(one.first, other.first))
    .map(([key, { first, nodes }]) => ({ ...group(`\0${key}`, groupName(first), nodes), leftOut: first }));
}

function groupKey({ reason, rule }: LeftOut): string {
  if (rule === null || rule.file === choiceRuleFile) return `${reason}\0${rule?.file ?? ''}`;
  return `${reason}\0${rule.file}\0${rule.line}`;
}

function groupName({ reason, rule }: LeftOut): string {
  switch (reason) {
    case 'ignored':
      if (rule === null) return 'Ignored';
      return rule.file === choiceRuleFile ? 'Unticked for this app' : rule.pattern;
    case 'secret':
      return 'Looks like a secret';
    case 'special':
      return 'Sockets, FIFOs and devices, which cannot be sent';
    case 'repository':
      return 'Git’s own data, which is never sent';
    case 'submodule':
      return 'Submodules that are not checked out';
    case 'unreadable':
      return 'Cannot be read';
  }
}

const reasonOrder: readonly LeftOut['reason'][] = ['unreadable', 'submodule', 'special', 'secret', 'ignored', 'repository'];

function compareReasons(one: LeftOut, other: LeftOut): number {
  const byReason = reasonOrder.indexOf(one.reason) - reasonOrder.indexOf(other.reason);
  if (byReason !== 0) return byReason;
  const own = Number(other.rule?.file === choiceRuleFile) - Number(one.rule?.file === choiceRuleFile);
  if (own !== 0) return own;
  const file = (one.rule?.file ?? '').localeCompare(other.rule?.file ?? '');
  return file !== 0 ? file : (one.rule?.line ?? 0) - (other.rule?.line ?? 0);
}
