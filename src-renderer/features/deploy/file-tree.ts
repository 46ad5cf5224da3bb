import {
  choiceRuleFile,
  isTrackedIgnored,
  kindOfCode,
  type LeftOut,
  patternOf,
  type RowKind,
  reasonOfCode,
  type ScanPreview,
  splitPaths,
} from '../../../src-main/contract/index.ts';
import { isOwnChoice, type PendingTicks } from './file-ticks.ts';

/** on: sent. mixed: a folder of which something was unticked. none: cannot be sent whatever one ticks. */
export type Tick = 'on' | 'off' | 'mixed' | 'none';

/** One line of the preview: a folder, a file that is sent, or something that is not. */
export interface TreeNode {
  /** Unique among all lines; of an entry its path. */
  readonly path: string;
  readonly name: string;
  /** more: stands for what is in the folder and not listed. group: a heading above other lines. */
  readonly kind: RowKind | 'more' | 'group';
  /** Of a folder: all that is sent below it. Null when it was not looked at. */
  readonly bytes: number | null;
  /** Files that are sent: 1 or 0 for a file. */
  readonly files: number;
  /** Null when it is sent. */
  readonly leftOut: LeftOut | null;
  readonly tick: Tick;
  /** What a secret looks like, whether it is held back or sent all the same; null for what is none. */
  readonly looksLike: string | null;
  /** The user's hand decided, not a rule. */
  readonly chosen: boolean;
  readonly trackedIgnored: boolean;
  /** A folder that is a git repository of its own. */
  readonly isRepository: boolean;
  /** Secrets held back below a folder, so that a closed one does not hide them. */
  readonly heldBack: number;
  readonly children: readonly TreeNode[];
}

interface Draft {
  readonly path: string;
  readonly name: string;
  kind: RowKind;
  bytes: number | null;
  files: number;
  leftOut: LeftOut | null;
  trackedIgnored: boolean;
  isRepository: boolean;
  readonly children: Map<string, Draft>;
}

interface Choosing {
  readonly pending: PendingTicks;
  readonly include: ReadonlySet<string>;
  readonly secretsSent: ReadonlyMap<string, string>;
}

export type ShownScan = Pick<ScanPreview, 'files' | 'bytes' | 'sent' | 'leftOut' | 'rules' | 'secretsSent'>;

/**
 * The tree of a scan under one root, see {@link childrenOf} for its order. Ticks that the scan does not know yet count already.
 */
export function buildTree(scan: ShownScan, include: readonly string[] = [], pending: PendingTicks = new Map()): TreeNode {
  const root = draft('', '', 'directory');
  root.bytes = scan.bytes;
  root.files = scan.files;
  const descend = descender(root);
  splitPaths(scan.sent.paths).forEach((path, row) => {
    const code = scan.sent.codes[row] ?? 0;
    const node = descend(path);
    node.kind = kindOfCode(code);
    node.bytes = scan.sent.bytes[row] ?? 0;
    node.files = scan.sent.files[row] ?? 0;
    node.trackedIgnored = isTrackedIgnored(code);
  });
  for (const entry of leftOutOf(scan)) {
    const node = descend(entry.path);
    node.kind = entry.kind;
    node.bytes = entry.bytes;
    node.leftOut = entry;
    if (entry.reason === 'repository' && entry.path.endsWith('/.git')) descend(entry.path.slice(0, -'/.git'.length)).isRepository = true;
  }
  const secretsSent = new Map(scan.secretsSent.map(({ path, looksLike }) => [path, looksLike]));
  return finish(root, { pending, include: new Set(include), secretsSent }, false);
}

/** What is left out, as the rows it crossed in. */
export function leftOutOf({ leftOut, rules }: Pick<ScanPreview, 'leftOut' | 'rules'>): readonly LeftOut[] {
  return splitPaths(leftOut.paths).map((path, row) => {
    const code = leftOut.codes[row] ?? 0;
    const bytes = leftOut.bytes[row] ?? Number.NaN;
    return {
      path,
      kind: kindOfCode(code),
      reason: reasonOfCode(code),
      rule: rules[leftOut.rules[row] ?? -1] ?? null,
      bytes: Number.isNaN(bytes) ? null : bytes,
    };
  });
}

function draft(path: string, name: string, kind: RowKind): Draft {
  return {
    path,
    name,
    kind,
    bytes: null,
    files: 0,
    leftOut: null,
    trackedIgnored: false,
    isRepository: false,
    children: new Map(),
  };
}

/** Finds or makes the entry of a path; neighbours are mostly in the same folder. */
function descender(root: Draft): (path: string) => Draft {
  let lastFolder = '';
  let last = root;
  const child = (parent: Draft, name: string): Draft => {
    let node = parent.children.get(name);
    if (node === undefined) {
      node = draft(parent.path === '' ? name : `${parent.path}/${name}`, name, 'directory');
      parent.children.set(name, node);
    }
    return node;
  };
  return (path) => {
    const slash = path.lastIndexOf('/');
    const folder = slash < 0 ? '' : path.slice(0, slash);
    if (folder !== lastFolder) {
      last = folder === '' ? root : folder.split('/').reduce(child, root);
      lastFolder = folder;
    }
    return child(last, path.slice(slash + 1));
  };
}

function finish(node: Draft, choosing: Choosing, takenBack: boolean): TreeNode {
  const pending = choosing.pending.get(node.path);
  if (pending === false && node.leftOut === null) return unticked(node, choosing);
  // A folder that was ticked again brings back what had been unticked in it.
  const back = pending ?? takenBack;
  const sentAgain = node.leftOut !== null && (pending === true || (takenBack && isOwnChoice(node.leftOut)));
  const leftOut = sentAgain ? null : node.leftOut;
  const isFolder = node.kind === 'directory';
  if (!isFolder || node.leftOut !== null) return leaf(node, leftOut, sentAgain, choosing);

  const children = [...node.children.values()].map((child) => finish(child, choosing, back));
  const listed = { files: 0, bytes: 0 };
  for (const child of node.children.values()) {
    if (child.leftOut !== null) continue;
    listed.files += child.files;
    listed.bytes += child.bytes ?? 0;
  }
  const more = { files: node.files - listed.files, bytes: (node.bytes ?? 0) - listed.bytes };
  if (more.files > 0) children.push({ ...lineApart(`${node.path}/\0more`, '', 'more'), ...more });
  const files = children.reduce((sum, child) => sum + child.files, 0);
  const heldBack = children.reduce((sum, child) => sum + child.heldBack, 0);
  const mixed = children.some((child) => child.tick === 'mixed' || isOwnChoice(child.leftOut));
  return {
    ...plain(node),
    bytes: children.reduce((sum, child) => sum + (child.leftOut === null ? (child.bytes ?? 0) : 0), 0),
    files,
    leftOut: null,
    // A folder of nothing but secrets: each of them is ticked by itself.
    tick: files > 0 ? (mixed ? 'mixed' : 'on') : heldBack > 0 ? 'none' : 'off',
    looksLike: null,
    chosen: choosing.include.has(node.path),
    heldBack,
    children,
  };
}

function plain({
  path,
  name,
  kind,
  trackedIgnored,
  isRepository,
}: Draft): Pick<TreeNode, 'path' | 'name' | 'kind' | 'trackedIgnored' | 'isRepository'> {
  return { path, name, kind, trackedIgnored, isRepository };
}

function leaf(node: Draft, leftOut: LeftOut | null, sentAgain: boolean, { include, secretsSent }: Choosing): TreeNode {
  const isSecret = node.leftOut?.reason === 'secret';
  const sentFiles = sentAgain ? (node.kind === 'directory' ? 0 : 1) : node.files;
  return {
    ...plain(node),
    bytes: node.bytes,
    files: leftOut === null ? sentFiles : 0,
    leftOut,
    tick: tickOf(leftOut),
    looksLike: isSecret ? (node.leftOut?.rule?.pattern ?? 'secret') : (secretsSent.get(node.path) ?? null),
    chosen: sentAgain || include.has(node.path) || isOwnChoice(leftOut),
    heldBack: leftOut?.reason === 'secret' ? 1 : 0,
    children: [],
  };
}

/** As the next scan will show it: one line, whatever was in it. */
function unticked(node: Draft, { secretsSent }: Choosing): TreeNode {
  const { path, kind, bytes } = node;
  const looksLike = secretsSent.get(path) ?? null;
  const leftOut: LeftOut =
    looksLike === null
      ? { path, kind, reason: 'ignored', rule: { file: choiceRuleFile, line: 0, pattern: patternOf(path, kind === 'directory') }, bytes }
      : { path, kind, reason: 'secret', rule: { file: '', line: 0, pattern: looksLike }, bytes };
  const heldBack = looksLike === null ? 0 : 1;
  return { ...plain(node), bytes, files: 0, leftOut, tick: 'off', looksLike, chosen: looksLike === null, heldBack, children: [] };
}

/** A line that is no entry itself, so that there is nothing to tick. */
export function lineApart(path: string, name: string, kind: 'more' | 'group'): TreeNode {
  return {
    path,
    name,
    kind,
    bytes: null,
    files: 0,
    leftOut: null,
    tick: 'none',
    looksLike: null,
    chosen: false,
    trackedIgnored: false,
    isRepository: false,
    heldBack: 0,
    children: [],
  };
}

function tickOf(leftOut: LeftOut | null): Tick {
  if (leftOut === null || leftOut.reason === 'unreadable') return 'on';
  return leftOut.reason === 'ignored' || leftOut.reason === 'secret' ? 'off' : 'none';
}

const sorted = new WeakMap<TreeNode, readonly TreeNode[]>();

/** What is in a folder, folders first, then by name. Sorted when it is first asked for: most folders stay closed. */
export function childrenOf(node: TreeNode): readonly TreeNode[] {
  const known = sorted.get(node);
  if (known !== undefined) return known;
  const children = node.kind === 'group' ? node.children : node.children.toSorted(order);
  sorted.set(node, children);
  return children;
}

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function order(one: TreeNode, other: TreeNode): number {
  if (one.kind === 'more' || other.kind === 'more') return one.kind === 'more' ? 1 : -1;
  // What the rules leave behind comes last: the list is read for what is sent. A tick moves nothing under the user's hand.
  const left = Number(isRuledOut(one)) - Number(isRuledOut(other));
  if (left !== 0) return left;
  const folders = Number(other.kind === 'directory') - Number(one.kind === 'directory');
  if (folders !== 0) return folders;
  return compareNames(one.name, other.name);
}

/** As people count: file2 before file10. */
export function compareNames(one: string, other: string): number {
  return names.compare(one, other) || (one < other ? -1 : 1);
}

function isRuledOut(node: TreeNode): boolean {
  if (node.looksLike !== null || isOwnChoice(node.leftOut)) return false;
  return node.leftOut !== null || node.chosen;
}
