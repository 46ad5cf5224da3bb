/**
 * Logs: lines of untrusted text from a job or an app, bounded, virtualised, followed, searched, copied and saved. Knows nothing of
 * where they come from: a `LogSession` is given to it. Parsing and models are pure and lie beside it.
 */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { copyText, saveText } from '../../state/text-out.ts';
import { plural } from '../../ui/format.ts';
import { Button, InlineError, pressed, Spinner } from '../../ui/index.ts';
import { LogList, type LogListHandle } from './log-list.tsx';
import { rowAsText } from './log-row.ts';
import { LogSearchBar } from './log-search-bar.tsx';
import type { LogSession } from './log-session.ts';
import { type LogLook, LogToolbar } from './log-toolbar.tsx';
import type { RowIndex } from './row-index.ts';
import { noQuery, useLogView, useSettled } from './use-log-view.ts';

const searchDelayMs = 120;

export interface LogViewProps {
  readonly session: LogSession;
  /** The accessible name of the lines: "Build log". */
  readonly label: string;
  /** In front of the tools. */
  readonly title?: ReactNode;
  /** The column of the replica or stage. */
  readonly showSource: boolean;
  /** What can be chosen to see alone; empty for no choice. */
  readonly sources?: readonly string[];
  readonly look: LogLook;
  readonly onLook: (look: LogLook) => void;
  /** The file name to propose, without `.log`. */
  readonly saveAs: string;
  /** In place of the lines while there are none. */
  readonly empty: ReactNode;
  /** Whether a stream that broke off can go on after its last line. */
  readonly resumable?: boolean;
  /** Why no line can come now; null when lines may come. */
  readonly waitsFor?: string | null;
}

/** A log with its tools. Fills the height it is given. */
export function LogView(props: LogViewProps): ReactNode {
  const { session, label, showSource, look, sources = [], saveAs } = props;
  const [query, setQuery] = useState(noQuery);
  const [searching, setSearching] = useState(false);
  const [following, setFollowing] = useState(true);
  const [seenUpTo, setSeenUpTo] = useState(0);
  const [current, setCurrent] = useState<number | null>(null);
  const list = useRef<LogListHandle>(null);
  const text = useSettled(query.text, searchDelayMs);
  const { state, pattern, shown, found } = useLogView(session, { ...query, text });
  const columns = { time: look.timestamps, source: showSource };

  const follow = (next: boolean): void => {
    if (!next) setSeenUpTo(session.buffer.end);
    setFollowing(next);
  };
  const goTo = (seq: number | undefined): void => {
    if (seq === undefined) return;
    follow(false);
    setCurrent(seq);
    list.current?.show(seq);
  };
  const step = (direction: 'next' | 'previous'): void => goTo(found === null ? undefined : neighbour(found, current, direction));
  const closeSearch = (): void => {
    setSearching(false);
    setQuery((before) => ({ ...before, text: '', onlyMatches: false }));
    setCurrent(null);
    list.current?.focus();
  };

  // A new search begins at its newest line.
  useEffect(() => {
    setCurrent(null);
    if (found !== null && found.count > 0) goTo(found.seqAt(found.count - 1));
  }, [pattern]);

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.defaultPrevented || !pressed(event, 'Mod+F')) return;
      event.preventDefault();
      setSearching(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const allText = (): string => shownText(session, shown, columns);
  const copy = (): void => {
    const selected = list.current?.selectedText() ?? '';
    void copyText(
      selected === '' ? allText() : selected,
      selected === '' ? `Copied ${plural(shown.count, 'line')}` : 'Copied the selection',
    );
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <LogToolbar
        title={props.title}
        status={state.status}
        waitsFor={props.waitsFor ?? null}
        following={following}
        unseen={following ? 0 : shown.count - shown.positionFrom(seenUpTo)}
        onFollow={follow}
        sources={sources}
        source={query.source}
        onSource={(source) => setQuery({ ...query, source })}
        look={look}
        onLook={props.onLook}
        searching={searching}
        onSearch={() => (searching ? closeSearch() : setSearching(true))}
        onCopy={copy}
        onSave={() => void saveText(`${saveAs}.log`, `${allText()}\n`)}
        empty={shown.count === 0}
      />
      <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-6 border border-line bg-code-bg">
        {searching && (
          <LogSearchBar
            text={query.text}
            onText={(next) => setQuery({ ...query, text: next })}
            summary={summary(text, found, current)}
            onlyMatches={query.onlyMatches}
            onOnlyMatches={(onlyMatches) => setQuery({ ...query, onlyMatches })}
            onStep={step}
            onClose={closeSearch}
          />
        )}
        <div className="relative min-h-0 flex-1">
          <LogList
            ref={list}
            label={label}
            buffer={session.buffer}
            shown={shown}
            version={state.version}
            columns={columns}
            wrap={look.wrap}
            pattern={pattern}
            currentSeq={current}
            following={following}
            onFollowingChange={follow}
          />
          {shown.count === 0 && (
            <div className="absolute inset-0 flex items-start gap-2 p-3 font-mono text-12 text-code-dim">
              {session.buffer.count > 0 ? (
                `No line has “${text}”.`
              ) : state.status === 'opening' && (props.waitsFor ?? null) === null ? (
                <Waiting />
              ) : (
                props.empty
              )}
            </div>
          )}
        </div>
        {session.buffer.first > 0 && (
          <p className="tabular flex-none border-code-dim/20 border-t px-3 py-1 text-11 text-code-dim">
            {plural(session.buffer.first, 'older line')} not kept here: only the newest {session.buffer.count.toLocaleString('en')} are.
          </p>
        )}
      </div>
      {state.error !== null && (
        <div className="mt-2 flex-none">
          <InlineError
            error={state.error}
            actions={
              props.resumable === true && (
                <Button size="sm" onClick={() => session.resume()}>
                  Go on from the last line
                </Button>
              )
            }
          />
        </div>
      )}
    </div>
  );
}

function Waiting(): ReactNode {
  return (
    <>
      <Spinner label={null} size={14} /> Waiting for the first line
    </>
  );
}

/** The match after or before the current one, around the ends. */
function neighbour(found: RowIndex, current: number | null, direction: 'next' | 'previous'): number | undefined {
  if (found.count === 0) return undefined;
  if (current === null) return found.seqAt(found.count - 1);
  const at = found.positionFrom(current);
  if (direction === 'previous') return found.seqAt(at === 0 ? found.count - 1 : at - 1);
  const isOn = found.seqAt(at) === current;
  const next = isOn ? at + 1 : at;
  return found.seqAt(next >= found.count ? 0 : next);
}

function summary(text: string, found: RowIndex | null, current: number | null): string {
  if (text === '' || found === null) return '';
  if (found.count === 0) return 'No match';
  const lines = plural(found.count, 'line');
  const at = current === null ? -1 : found.positionFrom(current);
  return at >= 0 && found.seqAt(at) === current ? `${(at + 1).toLocaleString('en')} of ${lines}` : lines;
}

function shownText(session: LogSession, shown: RowIndex, columns: { readonly time: boolean; readonly source: boolean }): string {
  const lines: string[] = [];
  for (let at = 0; at < shown.count; at += 1) {
    const row = session.buffer.row(shown.seqAt(at) ?? -1);
    if (row !== undefined) lines.push(rowAsText(row, columns));
  }
  return lines.join('\n');
}
