import type { LeftOut, ScanResult } from '../../../src-main/contract/index.ts';

/** One line of the preview tree: a folder, a file that is sent, or something that is not. */
export interface TreeNode {
  readonly path: string;
  readonly name: string;
  readonly kind: 'file' | 'link' | 'directory' | 'other';
  /** Of a folder: all that is sent below it. Null when it was not looked at. */
  readonly bytes: number | null;
  /** Null when it is sent. */
  readonly leftOut: LeftOut | null;
  /** Secrets held back below a folder, so that a closed one does not hide them. */
  readonly heldBack: number;
  readonly children: readonly TreeNode[];
}

interface Draft {
  readonly path: string;
  readonly name: string;
  kind: TreeNode['kind'];
  bytes: number | null;
  leftOut: LeftOut | null;
  readonly children: Map<string, Draft>;
}

/** Builds the tree of a scan: folders first, then by name, as a file manager shows it. */
export function buildTree(scan: Pick<ScanResult, 'entries' | 'leftOut'>): readonly TreeNode[] {
  const root: Draft = draft('', '', 'directory');
  for (const entry of scan.entries) {
    const node = descend(root, entry.path);
    node.kind = entry.kind;
    node.bytes = entry.kind === 'directory' ? null : entry.bytes;
  }
  for (const entry of scan.leftOut) {
    const node = descend(root, entry.path);
    node.kind = entry.kind;
    node.bytes = entry.bytes;
    node.leftOut = entry;
  }
  return finish(root).children;
}

function draft(path: string, name: string, kind: TreeNode['kind']): Draft {
  return { path, name, kind, bytes: null, leftOut: null, children: new Map() };
}

function descend(root: Draft, path: string): Draft {
  let node = root;
  for (const name of path.split('/')) {
    let child = node.children.get(name);
    if (child === undefined) {
      child = draft(node.path === '' ? name : `${node.path}/${name}`, name, 'directory');
      node.children.set(name, child);
    }
    node = child;
  }
  return node;
}

function finish(node: Draft): TreeNode {
  const children = [...node.children.values()].map(finish).sort(order);
  const own = node.leftOut?.reason === 'secret' ? 1 : 0;
  const inside = children.reduce((sum, child) => sum + child.heldBack, 0);
  const below = children.filter((child) => child.leftOut === null).reduce((sum, child) => sum + (child.bytes ?? 0), 0);
  const isOpenFolder = node.kind === 'directory' && node.leftOut === null;
  return {
    path: node.path,
    name: node.name,
    kind: node.kind,
    bytes: isOpenFolder ? below : node.bytes,
    leftOut: node.leftOut,
    heldBack: own + inside,
    children,
  };
}

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function order(one: TreeNode, other: TreeNode): number {
  // What stays behind comes last: the list is read for what is sent.
  const left = Number(staysBehind(one)) - Number(staysBehind(other));
  if (left !== 0) return left;
  const folders = Number(other.kind === 'directory') - Number(one.kind === 'directory');
  if (folders !== 0) return folders;
  return names.compare(one.name, other.name) || (one.name < other.name ? -1 : 1);
}

function staysBehind(node: TreeNode): boolean {
  return node.leftOut !== null && node.leftOut.reason !== 'secret';
}

/** A tree line as it is drawn, with its place in the tree for the screen reader. */
export interface TreeLine {
  readonly node: TreeNode;
  readonly level: number;
  readonly open: boolean;
  readonly position: number;
  readonly siblings: number;
}

/** The lines of the tree with the given folders open. A search opens what it needs and shows only what fits. */
export function treeLines(nodes: readonly TreeNode[], open: ReadonlySet<string>, query: string): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const wanted = query.trim().toLowerCase();
  const visit = (siblings: readonly TreeNode[], level: number): void => {
    siblings.forEach((node, index) => {
      const isOpen = node.children.length > 0 && (wanted !== '' || open.has(node.path));
      lines.push({ node, level, open: isOpen, position: index + 1, siblings: siblings.length });
      if (isOpen) visit(node.children, level + 1);
    });
  };
  visit(wanted === '' ? nodes : filterTree(nodes, wanted), 1);
  return lines;
}

/** What fits by its path, with the folders that lead to it; a folder that fits by its own name keeps all that is in it. */
function filterTree(nodes: readonly TreeNode[], wanted: string): readonly TreeNode[] {
  const kept: TreeNode[] = [];
  for (const node of nodes) {
    if (node.path.toLowerCase().includes(wanted)) {
      kept.push(node);
      continue;
    }
    const children = filterTree(node.children, wanted);
    if (children.length > 0) kept.push({ ...node, children });
  }
  return kept;
}

/** Why something is not sent, in the words of the preview: ".gitignore line 3", "looks like a secret, held back". */
export function whyLeftOut(entry: LeftOut): string {
  switch (entry.reason) {
    case 'ignored':
      return entry.rule === null ? 'ignored' : `${entry.rule.file} line ${entry.rule.line}`;
    case 'secret':
      return 'looks like a secret, held back';
    case 'special':
      return 'not a file: FIFO, socket or device';
    case 'repository':
      return 'git repository, never sent';
    case 'unreadable':
      return 'cannot be read, not sent';
  }
}

/** The longer form for a tooltip: with the pattern itself. */
export function whyLeftOutInFull(entry: LeftOut): string {
  if (entry.reason === 'ignored' && entry.rule !== null)
    return `Left out by “${entry.rule.pattern}”, line ${entry.rule.line} of ${entry.rule.file}`;
  if (entry.reason === 'secret' && entry.rule !== null)
    return `${entry.path} is not sent: ${entry.rule.pattern}. Tick it to send it all the same`;
  return `${entry.path}: ${whyLeftOut(entry)}`;
}
