import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { ChevronDown, ChevronRight, File, FileSymlink, FileWarning, Folder } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { bytes } from '../../ui/format.ts';
import { type TreeLine, type TreeNode, treeLines, whyLeftOut, whyLeftOutInFull } from './file-tree.ts';

const lineHeight = 26;

interface FileTreeProps {
  readonly nodes: readonly TreeNode[];
  readonly query: string;
  readonly include: ReadonlySet<string>;
  readonly onInclude: (path: string, send: boolean) => void;
}

/** The preview of what is sent and what is not, as a tree that is driven by the arrow keys; Space ticks a held back file. */
export function FileTree({ nodes, query, include, onInclude }: FileTreeProps): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => foldersWithSecrets(nodes));
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const idPrefix = useId();
  const lines = useMemo(() => treeLines(nodes, open, query), [nodes, open, query]);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 16,
  });

  const toggle = (path: string, to: boolean): void => {
    const next = new Set(open);
    if (to) next.add(path);
    else next.delete(path);
    setOpen(next);
  };
  const moveTo = (position: number): void => {
    const to = Math.max(0, Math.min(lines.length - 1, position));
    setActive(to);
    virtualizer.scrollToIndex(to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const line = lines[active];
    if (line === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keyAction(event.key, line, lines, active, { moveTo, toggle, include, onInclude });
    if (act === null) return;
    event.preventDefault();
    act();
  };

  if (lines.length === 0) return <p className="px-5 py-6 text-text-3">No file has “{query}” in its path.</p>;
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label="Files"
      aria-activedescendant={`${idPrefix}${active}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="group min-h-0 flex-1 overflow-auto px-3 pb-3 outline-none"
    >
      <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          return (
            <TreeRow
              key={line.node.path}
              id={`${idPrefix}${item.index}`}
              line={line}
              top={item.start}
              active={item.index === active}
              ticked={include.has(line.node.path)}
              onTick={(send) => onInclude(line.node.path, send)}
              onPress={() => {
                setActive(item.index);
                if (line.node.children.length > 0) toggle(line.node.path, !line.open);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

interface KeyTools {
  readonly moveTo: (position: number) => void;
  readonly toggle: (path: string, open: boolean) => void;
  readonly include: ReadonlySet<string>;
  readonly onInclude: (path: string, send: boolean) => void;
}

/** The tree pattern of the ARIA practices guide; null for a key that does nothing here. */
function keyAction(key: string, line: TreeLine, lines: readonly TreeLine[], active: number, tools: KeyTools): (() => void) | null {
  const { path, children, leftOut } = line.node;
  switch (key) {
    case 'ArrowDown':
      return () => tools.moveTo(active + 1);
    case 'ArrowUp':
      return () => tools.moveTo(active - 1);
    case 'Home':
      return () => tools.moveTo(0);
    case 'End':
      return () => tools.moveTo(lines.length - 1);
    case 'ArrowRight':
      if (children.length === 0) return null;
      return line.open ? () => tools.moveTo(active + 1) : () => tools.toggle(path, true);
    case 'ArrowLeft':
      if (line.open) return () => tools.toggle(path, false);
      return () => tools.moveTo(lines.findLastIndex((other, at) => at < active && other.level < line.level));
    case 'Enter':
      return children.length > 0 ? () => tools.toggle(path, !line.open) : null;
    case ' ':
      return leftOut?.reason === 'secret' ? () => tools.onInclude(path, !tools.include.has(path)) : null;
    default:
      return null;
  }
}

interface TreeRowProps {
  readonly id: string;
  readonly line: TreeLine;
  readonly top: number;
  readonly active: boolean;
  readonly ticked: boolean;
  readonly onTick: (send: boolean) => void;
  readonly onPress: () => void;
}

function TreeRow({ id, line, top, active, ticked, onTick, onPress }: TreeRowProps): ReactNode {
  const { node, level, open } = line;
  const isSecret = node.leftOut?.reason === 'secret';
  const struck = node.leftOut !== null && !isSecret;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names the active line (aria-activedescendant).
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the tree.
    <div
      id={id}
      role="treeitem"
      aria-level={level}
      aria-setsize={line.siblings}
      aria-posinset={line.position}
      aria-expanded={node.children.length > 0 ? open : undefined}
      aria-selected={active}
      onClick={onPress}
      style={{ top, height: lineHeight, paddingLeft: 8 + (level - 1) * 16 }}
      className={clsx(
        'absolute inset-x-0 flex items-center gap-2 rounded-4 pr-2',
        isSecret && !ticked && 'bg-warn-soft',
        active && 'group-focus-visible:outline-2 group-focus-visible:-outline-offset-2 group-focus-visible:outline-focus',
        !isSecret && 'hover:bg-hover',
      )}
    >
      <TreeIcon line={line} />
      <span className={clsx('min-w-0 truncate font-mono text-12', struck && 'text-text-3 line-through')} title={node.path}>
        {node.name}
      </span>
      {node.leftOut === null && !open && node.heldBack > 0 && (
        <span className="shrink-0 text-11 text-warn">{node.heldBack} held back inside</span>
      )}
      <span className="flex-1" />
      {node.leftOut !== null && (
        <span className={clsx('shrink-0 text-11', isSecret ? 'text-warn' : 'text-text-3')} title={whyLeftOutInFull(node.leftOut)}>
          {isSecret && ticked ? 'looks like a secret, will be sent' : whyLeftOut(node.leftOut)}
        </span>
      )}
      {isSecret && (
        <label className="flex shrink-0 items-center gap-1 text-11 text-text-2">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={ticked}
            aria-label={`Send ${node.path} all the same`}
            className="accent-accent"
            onClick={(event) => event.stopPropagation()}
            onChange={(event) => onTick(event.target.checked)}
          />
          send
        </label>
      )}
      <span className="w-16 shrink-0 text-right text-12 text-text-2 tabular">{node.bytes === null ? '' : bytes(node.bytes)}</span>
    </div>
  );
}

function TreeIcon({ line }: { readonly line: TreeLine }): ReactNode {
  const { node, open } = line;
  const look = { size: 14, className: 'shrink-0 text-text-3', 'aria-hidden': true } as const;
  if (node.kind === 'directory' && node.children.length === 0) return <Folder {...look} />;
  if (node.kind === 'directory') return open ? <ChevronDown {...look} /> : <ChevronRight {...look} />;
  if (node.leftOut?.reason === 'secret') return <FileWarning {...look} className="shrink-0 text-warn" />;
  return node.kind === 'link' ? <FileSymlink {...look} /> : <File {...look} />;
}

/** Folders that hide a held back file start open: nobody should have to look for it. */
function foldersWithSecrets(nodes: readonly TreeNode[]): ReadonlySet<string> {
  const open = new Set<string>();
  const visit = (node: TreeNode): void => {
    if (node.heldBack > 0 && node.children.length > 0) open.add(node.path);
    node.children.forEach(visit);
  };
  nodes.forEach(visit);
  return open;
}
