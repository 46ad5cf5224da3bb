import { clsx } from 'clsx';
import {
  Check,
  ChevronDown,
  ChevronRight,
  Ellipsis,
  File,
  FileSymlink,
  FileWarning,
  Folder,
  FolderGit2,
  Minus,
  TriangleAlert,
} from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { bytes, count, plural } from '../../ui/format.ts';
import type { TreeNode } from './file-tree.ts';
import { fewWords, ruleOf } from './file-words.ts';
import type { TreeLine } from './tree-lines.ts';

export const lineHeight = 26;

export interface RowActions {
  readonly onTick: (node: TreeNode, send: boolean) => void;
  readonly onPress: (line: TreeLine) => void;
  readonly onPoint: (node: TreeNode) => void;
}

interface TreeRowProps extends RowActions {
  readonly id: string;
  /** The element that says all about the active line. */
  readonly describedBy: string;
  readonly line: TreeLine;
  readonly top: number;
  readonly active: boolean;
}

/** One line: a tick, what it is, why it stays behind, how large it is. The tree handles keys and holds the focus. */
export const TreeRow = memo(function TreeRow(props: TreeRowProps): ReactNode {
  const { id, describedBy, line, top, active, onPress, onPoint } = props;
  const { node, level, open } = line;
  const isHeld = node.leftOut?.reason === 'secret';
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
      aria-checked={node.tick === 'none' ? undefined : node.tick === 'mixed' ? 'mixed' : node.tick === 'on'}
      aria-describedby={active ? describedBy : undefined}
      onClick={() => onPress(line)}
      onPointerEnter={() => onPoint(node)}
      style={{ top, height: lineHeight }}
      className={clsx(
        'absolute inset-x-0 flex items-center gap-2 rounded-4 pr-2 pl-1.5',
        isHeld ? 'bg-warn-soft' : 'hover:bg-hover',
        active && 'group-focus-visible:outline-2 group-focus-visible:-outline-offset-2 group-focus-visible:outline-focus',
      )}
    >
      <TickBox {...props} />
      <span className="flex min-w-0 flex-1 items-center gap-2" style={{ paddingLeft: (level - (line.underHeading ? 2 : 1)) * 16 }}>
        <TreeIcon line={line} />
        <Name node={node} plain={line.underHeading} />
        <Marks node={node} open={open} />
      </span>
      <Words {...props} />
      <span className={clsx('tabular w-16 flex-none text-right text-12', node.leftOut === null ? 'text-text-2' : 'text-text-3')}>
        {amount(node)}
      </span>
    </div>
  );
});

/** The size; of a heading how much is under it. */
function amount(node: TreeNode): string {
  if (node.kind === 'group') return count(node.files);
  if (node.kind === 'link') return 'link';
  return node.bytes === null || (node.kind === 'directory' && node.files === 0) ? '' : bytes(node.bytes);
}

/** Faint where a rule decided, in colour where the user did. A secret has its own, with words. */
function TickBox({ line: { node }, onTick }: TreeRowProps): ReactNode {
  if (node.kind === 'group') return null;
  if (node.tick === 'none' || node.looksLike !== null) return <span className="w-3.5 flex-none" />;
  const { tick, chosen } = node;
  const filled = tick !== 'off';
  return (
    <span
      aria-hidden
      data-tick=""
      title={tick === 'off' ? 'Send it all the same' : 'Leave it out'}
      onClick={(event) => {
        event.stopPropagation();
        onTick(node, tick !== 'on');
      }}
      className={clsx(
        'flex size-3.5 flex-none items-center justify-center rounded-4 border',
        chosen && filled && 'border-accent bg-accent text-on-accent',
        tick === 'mixed' && !chosen && 'border-accent text-accent',
        chosen && !filled && 'border-accent',
        !chosen && tick === 'on' && 'border-line-strong text-text-3 hover:border-text-3 hover:text-text-2',
        !chosen && tick === 'off' && 'border-line-strong hover:border-text-3',
      )}
    >
      {tick === 'on' && <Check aria-hidden size={10} strokeWidth={3} />}
      {tick === 'mixed' && <Minus aria-hidden size={10} strokeWidth={3} />}
    </span>
  );
}

function TreeIcon({ line: { node, open } }: { readonly line: TreeLine }): ReactNode {
  const look = { size: 14, className: 'flex-none text-text-3', 'aria-hidden': true } as const;
  if (node.kind === 'group') return null;
  if (node.kind === 'more') return <Ellipsis {...look} />;
  if (node.leftOut?.reason === 'unreadable') return <TriangleAlert {...look} className="flex-none text-fail" />;
  if (node.kind === 'directory' && node.children.length === 0) return <Folder {...look} />;
  if (node.kind === 'directory') return open ? <ChevronDown {...look} /> : <ChevronRight {...look} />;
  if (node.looksLike !== null) return <FileWarning {...look} className={clsx('flex-none', node.leftOut ? 'text-warn' : 'text-fail')} />;
  return node.kind === 'link' ? <FileSymlink {...look} /> : <File {...look} />;
}

/** `plain`: nothing but what is left out is in view, so that it need not be struck out. */
function Name({ node, plain }: { readonly node: TreeNode; readonly plain: boolean }): ReactNode {
  if (node.kind === 'group') {
    const where = node.leftOut?.rule ? ruleOf(node.leftOut.rule) : '';
    return (
      <span className="min-w-0 truncate text-12 text-text-3">
        <span className={clsx('text-text', where === '' ? 'font-[540]' : 'font-mono')}>{node.name}</span>
        {where !== '' && <span className="pl-1"> {where}</span>}
      </span>
    );
  }
  if (node.kind === 'more') return <span className="truncate text-12 text-text-3">{plural(node.files, 'more file')}, not listed</span>;
  const isOut = node.leftOut !== null && node.leftOut.reason !== 'secret' && node.leftOut.reason !== 'unreadable';
  const isBare = node.kind === 'directory' && node.files === 0;
  return (
    <span className={clsx('min-w-0 truncate font-mono text-12', isOut && !plain && 'line-through', (isOut || isBare) && 'text-text-3')}>
      {node.name}
    </span>
  );
}

/** What there is to know of a line that is sent. */
function Marks({ node, open }: { readonly node: TreeNode; readonly open: boolean }): ReactNode {
  return (
    <>
      {node.isRepository && (
        <span className="flex flex-none items-center gap-1 text-11 text-text-3">
          <FolderGit2 aria-hidden size={12} /> own repository
        </span>
      )}
      {node.trackedIgnored && <Mark>tracked, though ignored</Mark>}
      {node.chosen && node.leftOut === null && node.looksLike === null && <Mark>ticked by you</Mark>}
      {node.leftOut === null && !open && node.heldBack > 0 && node.kind === 'directory' && (
        <span className="flex-none text-11 text-warn">{node.heldBack} held back inside</span>
      )}
    </>
  );
}

function Mark({ children }: { readonly children: ReactNode }): ReactNode {
  return <span className="flex-none rounded-4 border border-line px-1 text-11 text-text-2 leading-4">{children}</span>;
}

/** Why it stays behind; for a secret also the tick that sends it, which has to be meant. */
function Words({ line: { node, underHeading }, onTick }: TreeRowProps): ReactNode {
  const words = fewWords(node, underHeading);
  if (words === '') return null;
  const isSecret = node.looksLike !== null;
  const isSent = node.leftOut === null && isSecret;
  const colour = isSent || node.leftOut?.reason === 'unreadable' ? 'text-fail' : isSecret ? 'text-warn' : 'text-text-3';
  return (
    <>
      <span className={clsx('max-w-56 flex-none truncate text-11', colour)}>{words}</span>
      {isSecret && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the label only keeps its press from the line; the box inside has the keys.
        <label className="flex flex-none items-center gap-1 text-11 text-text-2" onClick={(event) => event.stopPropagation()}>
          <span className="relative flex">
            <input
              type="checkbox"
              tabIndex={-1}
              checked={isSent}
              aria-label={`Send ${node.path} anyway`}
              className="size-3.5 appearance-none rounded-4 border border-warn bg-surface checked:border-fail checked:bg-fail"
              onChange={(event) => onTick(node, event.target.checked)}
            />
            {isSent && (
              <Check aria-hidden size={10} strokeWidth={3} className="pointer-events-none absolute top-0.5 left-0.5 text-surface" />
            )}
          </span>
          send anyway
        </label>
      )}
    </>
  );
}
