import { Search, TriangleAlert } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { FolderInspection, ScanResult } from '../../../src-main/contract/index.ts';
import { includeSecret } from '../../state/deploy-sheet.ts';
import { bytes, count, plural } from '../../ui/format.ts';
import { TextField } from '../../ui/index.ts';
import { totals } from './deploy-form.ts';
import { buildTree, type TreeNode } from './file-tree.ts';
import { FileTree } from './file-tree-view.tsx';

interface ScanPreviewProps {
  readonly inspection: FolderInspection;
  readonly include: ReadonlySet<string>;
  /** Why the folder cannot be sent as it is, in whole sentences. */
  readonly error: string | null;
}

/** From this size on a source folder is seldom meant to be sent whole. */
const largeBytes = 500_000_000;

/** The left side: how much is sent, and every file that is and is not. */
export function ScanPreview({ inspection: { scan }, include, error }: ScanPreviewProps): ReactNode {
  const [query, setQuery] = useState('');
  const tree = useMemo(() => buildTree(scan), [scan]);
  const { files, bytes: size, leftOut } = totals(scan, include);
  return (
    <>
      <div className="flex flex-none items-baseline gap-2 px-5 pt-4 pb-2.5">
        <h2 className="tabular font-semibold text-18 tracking-[-0.015em]">{plural(files, 'file')}</h2>
        <span className="tabular text-text-2">{bytes(size)} will be sent</span>
        <span className="flex-1" />
        <span className="tabular text-12 text-text-3" title="An ignored folder counts as one: what is in it is not looked at">
          {count(leftOut)}
          {scan.truncated ? ' or more' : ''} left out
        </span>
      </div>
      <Notes scan={scan} tree={tree} error={error} size={size} />
      <div className="flex-none px-5 pb-2">
        <TextField
          label="Search files"
          labelHidden
          placeholder="Search files"
          before={<Search aria-hidden size={14} />}
          value={query}
          onChange={setQuery}
        />
      </div>
      <FileTree key={scan.root} nodes={tree} query={query} include={include} onInclude={includeSecret} />
      {scan.truncated && (
        <p className="flex-none border-line border-t px-5 py-2 text-12 text-text-3">
          Only the first {count(scan.entries.length + scan.leftOut.length)} entries are listed; all of them are counted and sent.
        </p>
      )}
    </>
  );
}

interface NotesProps {
  readonly scan: ScanResult;
  readonly tree: readonly TreeNode[];
  readonly error: string | null;
  readonly size: number;
}

/** What should give pause before sending. */
function Notes({ scan, tree, error, size }: NotesProps): ReactNode {
  const special = scan.leftOut.filter((entry) => entry.reason === 'special').length;
  return (
    <div className="flex flex-none flex-col gap-1.5 px-5 pb-2.5 empty:hidden">
      {error !== null && <Note tone="fail">{error}</Note>}
      {size >= largeBytes && (
        <Note tone="warn">
          {bytes(size)} is a lot for source code. Most of it: {largest(tree)}. What is not needed can be left out by a line in .gitignore.
        </Note>
      )}
      {special > 0 && <Note tone="warn">{plural(special, 'FIFO, socket or device', 'FIFOs, sockets or devices')} will not be sent.</Note>}
    </div>
  );
}

function Note({ tone, children }: { readonly tone: 'warn' | 'fail'; readonly children: ReactNode }): ReactNode {
  return (
    <p
      role={tone === 'fail' ? 'alert' : undefined}
      className={tone === 'fail' ? 'flex gap-1.5 text-12 text-fail' : 'flex gap-1.5 text-12 text-warn'}
    >
      <TriangleAlert aria-hidden size={14} className="mt-0.5 flex-none" />
      <span>{children}</span>
    </p>
  );
}

/** The three largest of the top level, with their sizes. */
function largest(tree: readonly TreeNode[]): string {
  return tree
    .filter((node) => node.leftOut === null && (node.bytes ?? 0) > 0)
    .toSorted((one, other) => (other.bytes ?? 0) - (one.bytes ?? 0))
    .slice(0, 3)
    .map((node) => `${node.name} (${bytes(node.bytes ?? 0)})`)
    .join(', ');
}
