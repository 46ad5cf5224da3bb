import { clsx } from 'clsx';
import { Search, TriangleAlert } from 'lucide-react';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import {
  type FolderInspection,
  type LeftOutReason,
  reasonOfCode,
  type ScanPreview as Scan,
  splitPaths,
} from '../../../src-main/contract/index.ts';
import { tickFile } from '../../state/deploy-sheet.ts';
import { bytes, count, plural } from '../../ui/format.ts';
import { Spinner, TextField } from '../../ui/index.ts';
import type { Sending } from './deploy-form.ts';
import type { TreeNode } from './file-tree.ts';
import { FileTree } from './file-tree-view.tsx';
import { type FilesView, viewOf } from './file-views.ts';
import { missingSubmodules } from './file-words.ts';

interface ScanPreviewProps {
  readonly inspection: FolderInspection;
  readonly tree: TreeNode;
  readonly sending: Sending;
  readonly view: FilesView;
  readonly onView: (view: FilesView) => void;
  /** The numbers are being made sure of by another scan. */
  readonly rescanning: boolean;
  /** Why the folder cannot be sent as it is, in whole sentences. */
  readonly error: string | null;
}

/** From this size on a source folder is seldom meant to be sent whole. */
const largeBytes = 500_000_000;

/** The left side: how much is sent, and every file that is and is not, and why. */
export function ScanPreview({ inspection: { scan }, tree, sending, view, onView, rescanning, error }: ScanPreviewProps): ReactNode {
  const [query, setQuery] = useState('');
  const special = countOf(scan, 'special');
  const searched = useDeferredValue(query);
  const submodules = useMemo(() => submodulesOf(scan), [scan]);
  const root = useMemo(() => viewOf(view, tree, scan.biggest), [view, tree, scan]);
  return (
    <>
      <div className="flex flex-none items-baseline gap-2 px-5 pt-4 pb-2.5" aria-live="polite">
        <h2 className="tabular font-semibold text-18 tracking-[-0.015em]">{plural(sending.files, 'file')}</h2>
        <span className="tabular text-text-2">{bytes(sending.bytes)} will be sent</span>
        <span className="flex-1" />
        {special > 0 && (
          <span className="tabular text-12 text-text-3" title="A socket, FIFO or device has no content that could be sent">
            {plural(special, 'special file')} skipped
          </span>
        )}
        {rescanning && <Spinner label="Looking again" size={14} className="self-center text-text-3" />}
      </div>
      <Notes tree={tree} error={error} size={sending.bytes} submodules={submodules} />
      <div className="flex flex-none flex-wrap items-center gap-x-3 gap-y-2 px-5 pb-2">
        <Views
          view={view}
          onView={onView}
          leftOut={scan.leftOutCount - countOf(scan, 'secret')}
          secrets={sending.heldBack + sending.secrets.length}
        />
        <TextField
          label="Search files"
          labelHidden
          placeholder="Search files"
          className="min-w-40 flex-1"
          before={<Search aria-hidden size={14} />}
          value={query}
          onChange={setQuery}
        />
      </div>
      {view === 'secrets' && <AboutSecrets />}
      <FileTree key={`${scan.root}\0${view}`} root={root} query={searched} empty={emptyWords[view]} onTick={tick} />
      <CutShort scan={scan} />
    </>
  );
}

function tick(node: TreeNode, send: boolean): void {
  tickFile({ path: node.path, isFolder: node.kind === 'directory' }, send);
}

const emptyWords: Readonly<Record<FilesView, string>> = {
  files: 'There is nothing in this folder.',
  biggest: 'No file here has anything in it.',
  'left-out': 'Nothing is left out.',
  secrets: 'Nothing here looks like a secret.',
};

interface ViewsProps {
  readonly view: FilesView;
  readonly onView: (view: FilesView) => void;
  readonly leftOut: number;
  readonly secrets: number;
}

function Views({ view, onView, leftOut, secrets }: ViewsProps): ReactNode {
  const views: readonly { readonly value: FilesView; readonly label: string; readonly hint?: number; readonly title?: string }[] = [
    { value: 'files', label: 'Files' },
    { value: 'biggest', label: 'Biggest' },
    {
      value: 'left-out',
      label: 'Left out',
      hint: leftOut,
      title: 'An ignored folder counts as one: what is in it is not looked at',
    },
    ...(secrets > 0 || view === 'secrets' ? [{ value: 'secrets' as const, label: 'Secrets', hint: secrets }] : []),
  ];
  return (
    <fieldset aria-label="What to look at" className="flex flex-none items-center gap-0.5 rounded-6 bg-bg p-0.5">
      {views.map(({ value, label, hint, title }) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          title={title}
          onClick={() => onView(value)}
          className={clsx(
            'flex h-6.5 items-center gap-1.5 rounded-4 px-2 text-12 transition-colors',
            view === value ? 'bg-surface font-[540] text-text shadow-[0_0_0_1px_var(--line)]' : 'text-text-2 hover:text-text',
          )}
        >
          {label}
          {hint !== undefined && (
            <span className={clsx('tabular text-11', value === 'secrets' ? 'text-warn' : 'text-text-3')}>{count(hint)}</span>
          )}
        </button>
      ))}
    </fieldset>
  );
}

function AboutSecrets(): ReactNode {
  return (
    <p className="flex-none px-5 pb-2.5 text-12 text-text-2">
      These look like passwords, keys or tokens, by their names or by what is in them. They stay on this computer: whoever gets the image
      would get them too. Give the app what it needs as environment variables, and send a file only if the build cannot do without it.
    </p>
  );
}

function countOf({ leftOut }: Scan, reason: LeftOutReason): number {
  return leftOut.codes.reduce((sum, code) => (reasonOfCode(code) === reason ? sum + 1 : sum), 0);
}

/** The places of submodules that are not checked out. */
function submodulesOf({ leftOut }: Scan): readonly string[] {
  return splitPaths(leftOut.paths).filter((_, row) => reasonOfCode(leftOut.codes[row] ?? 0) === 'submodule');
}

/** Says what the list does not show. */
function CutShort({ scan }: Pick<FolderInspection, 'scan'>): ReactNode {
  const sent = scan.files + scan.directories - scan.sent.codes.length;
  const leftOut = scan.leftOutCount - scan.leftOut.codes.length;
  if (sent <= 0 && leftOut <= 0) return null;
  const what = [
    ...(sent > 0 ? [`${count(scan.sent.codes.length)} of ${count(scan.files + scan.directories)} entries that are sent`] : []),
    ...(leftOut > 0 ? [`${count(scan.leftOut.codes.length)} of ${count(scan.leftOutCount)} that are not`] : []),
  ];
  return (
    <p className="flex-none border-line border-t px-5 py-2 text-12 text-text-3">
      Listed and searched: {what.join(', ')}. All of them are counted.
    </p>
  );
}

interface NotesProps {
  readonly tree: TreeNode;
  readonly error: string | null;
  readonly size: number;
  readonly submodules: readonly string[];
}

/** What should give pause before sending. */
function Notes({ tree, error, size, submodules }: NotesProps): ReactNode {
  return (
    <div className="flex flex-none flex-col gap-1.5 px-5 pb-2.5 empty:hidden">
      {error !== null && <Note tone="fail">{error}</Note>}
      {submodules.length > 0 && (
        <Note tone="warn">
          {missingSubmodules(submodules)} <code className="whitespace-nowrap font-mono">git submodule update --init</code> checks out what
          is missing.
        </Note>
      )}
      {size >= largeBytes && (
        <Note tone="warn">
          {bytes(size)} is a lot for source code. Most of it: {largest(tree)}. Untick here what is not needed, or leave it out by a line in
          .gitignore.
        </Note>
      )}
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
function largest(tree: TreeNode): string {
  return tree.children
    .filter((node) => node.leftOut === null && (node.bytes ?? 0) > 0)
    .toSorted((one, other) => (other.bytes ?? 0) - (one.bytes ?? 0))
    .slice(0, 3)
    .map((node) => `${node.name} (${bytes(node.bytes ?? 0)})`)
    .join(', ');
}
