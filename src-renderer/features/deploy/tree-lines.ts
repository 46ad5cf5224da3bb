import { childrenOf, type TreeNode } from './file-tree.ts';

/** A tree line as it is drawn, with its place in the tree for the screen reader. */
export interface TreeLine {
  readonly node: TreeNode;
  readonly level: number;
  readonly open: boolean;
  readonly position: number;
  readonly siblings: number;
  /** A heading above it says why it is there. */
  readonly underHeading: boolean;
}

/** The lines below a root with the given folders open. A search opens what it needs and shows only what fits. */
export function treeLines(root: TreeNode, open: ReadonlySet<string>, query: string): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const wanted = query.trim().toLowerCase();
  const visit = (siblings: readonly TreeNode[], level: number, underHeading: boolean): void => {
    siblings.forEach((node, index) => {
      const isOpen = node.children.length > 0 && (wanted !== '' || node.kind === 'group' || open.has(node.path));
      lines.push({ node, level, open: isOpen, position: index + 1, siblings: siblings.length, underHeading });
      if (isOpen) visit(childrenOf(node), level + 1, node.kind === 'group');
    });
  };
  visit(childrenOf(wanted === '' ? root : filterTree(root, wanted)), 1, false);
  return lines;
}

/** What fits by its path, with the folders that lead to it; a folder that fits by its own name keeps all that is in it. */
function filterTree(root: TreeNode, wanted: string): TreeNode {
  const kept: TreeNode[] = [];
  for (const node of root.children) {
    if (node.kind === 'more') continue;
    if (node.kind !== 'group' && node.path.toLowerCase().includes(wanted)) {
      kept.push(node);
      continue;
    }
    const inside = filterTree(node, wanted);
    if (inside.children.length > 0) kept.push(inside);
  }
  return { ...root, children: kept };
}
