import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { type KeyboardEvent, type ReactNode, useCallback, useId, useMemo, useRef, useState } from 'react';
import type { TreeNode } from './file-tree.ts';
import { lineHeight, TreeRow } from './file-tree-row.tsx';
import { inFull } from './file-words.ts';
import { type TreeLine, treeLines } from './tree-lines.ts';

interface FileTreeProps {
  readonly root: TreeNode;
  readonly query: string;
  /** What is said when there is nothing to show. */
  readonly empty: string;
  readonly onTick: (node: TreeNode, send: boolean) => void;
}

/** What is sent and what is not, as a tree that is driven by the arrow keys; Space ticks. Below it, all about one line. */
export function FileTree({ root, query, empty, onTick }: FileTreeProps): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => foldersWithSecrets(root));
  const [activePath, setActivePath] = useState<string | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const idPrefix = useId();
  const lines = useMemo(() => treeLines(root, open, query), [root, open, query]);
  // By its path, so that it stays the same one when a scan changes the lines around it.
  const active = Math.max(
    0,
    lines.findIndex((line) => line.node.path === activePath),
  );
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 12,
  });

  const toggle = useCallback((path: string, to: boolean): void => {
    setOpen((before) => {
      const next = new Set(before);
      if (to) next.add(path);
      else next.delete(path);
      return next;
    });
  }, []);
  const onPress = useCallback(
    (line: TreeLine): void => {
      setActivePath(line.node.path);
      if (line.node.children.length > 0) toggle(line.node.path, !line.open);
    },
    [toggle],
  );
  const onPoint = useCallback((node: TreeNode) => setPointed(node.path), []);
  const moveTo = (position: number): void => {
    const to = Math.max(0, Math.min(lines.length - 1, position));
    setActivePath(lines[to]?.node.path ?? null);
    setPointed(null);
    virtualizer.scrollToIndex(to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const line = lines[active];
    if (line === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / lineHeight) - 1);
    const act = keyAction(event.key, line, lines, active, { moveTo, toggle, onTick, page });
    if (act === null) return;
    event.preventDefault();
    act();
  };

  const shown = lines.find((line) => line.node.path === pointed) ?? lines[active];
  return (
    <>
      {lines.length === 0 ? (
        <p className="min-h-0 flex-1 px-5 py-6 text-text-3">{query.trim() === '' ? empty : `Nothing listed has “${query}” in its path.`}</p>
      ) : (
        <div
          ref={scroller}
          role="tree"
          aria-label="Files"
          aria-multiselectable
          aria-activedescendant={`${idPrefix}${active}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onPointerLeave={() => setPointed(null)}
          className="group min-h-0 flex-1 overflow-auto px-3.5 pb-2 outline-none"
        >
          <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const line = lines[item.index];
              if (line === undefined) return null;
              return (
                <TreeRow
                  key={line.node.path}
                  id={`${idPrefix}${item.index}`}
                  describedBy={`${idPrefix}about`}
                  line={line}
                  top={item.start}
                  active={item.index === active}
                  onTick={onTick}
                  onPress={onPress}
                  onPoint={onPoint}
                />
              );
            })}
          </div>
        </div>
      )}
      <About id={`${idPrefix}about`} node={shown?.node} />
    </>
  );
}

/** The line under the pointer, or the one that the keys are on: its whole path, and why it is sent or not. */
function About({ id, node }: { readonly id: string; readonly node: TreeNode | undefined }): ReactNode {
  const path = node === undefined || node.kind === 'group' ? (node?.name ?? '') : node.path.split('\0')[0]?.replace(/\/$/, '');
  return (
    <div id={id} role="note" aria-label="About this entry" className="h-12 flex-none border-line border-t px-5 py-1.5 text-12">
      <p className={clsx('truncate text-text', node?.kind !== 'group' && 'font-mono')} title={path}>
        {path}
      </p>
      <p className="truncate text-text-2">{node && inFull(node)}</p>
    </div>
  );
}

interface KeyTools {
  readonly moveTo: (position: number) => void;
  readonly toggle: (path: string, open: boolean) => void;
  readonly onTick: (node: TreeNode, send: boolean) => void;
  /** Lines that fit on the screen, less one. */
  readonly page: number;
}

/** The tree pattern of the ARIA practices guide; null for a key that does nothing here. */
function keyAction(key: string, line: TreeLine, lines: readonly TreeLine[], active: number, tools: KeyTools): (() => void) | null {
  const { path, children, tick } = line.node;
  switch (key) {
    case 'ArrowDown':
      return () => tools.moveTo(active + 1);
    case 'ArrowUp':
      return () => tools.moveTo(active - 1);
    case 'PageDown':
      return () => tools.moveTo(active + tools.page);
    case 'PageUp':
      return () => tools.moveTo(active - tools.page);
    case 'Home':
      return () => tools.moveTo(0);
    case 'End':
      return () => tools.moveTo(lines.length - 1);
    case 'ArrowRight':
      if (children.length === 0) return null;
      return line.open ? () => tools.moveTo(active + 1) : () => tools.toggle(path, true);
    case 'ArrowLeft':
      if (line.open && line.node.kind !== 'group') return () => tools.toggle(path, false);
      return () => tools.moveTo(lines.findLastIndex((other, at) => at < active && other.level < line.level));
    case 'Enter':
      return children.length > 0 ? () => tools.toggle(path, !line.open) : null;
    case ' ':
      return tick === 'none' ? () => undefined : () => tools.onTick(line.node, tick !== 'on');
    default:
      return null;
  }
}

/** Folders that hide a held back file start open: nobody should have to look for it. */
function foldersWithSecrets(root: TreeNode): ReadonlySet<string> {
  const open = new Set<string>();
  const visit = (node: TreeNode): void => {
    if (node.heldBack > 0 && node.children.length > 0) open.add(node.path);
    node.children.forEach(visit);
  };
  root.children.forEach(visit);
  return open;
}
