import { clsx } from 'clsx';
import { type ReactNode, type Ref, useImperativeHandle, useRef } from 'react';
import type { LogBuffer } from './log-buffer.ts';
import { type LogColumns, LogLine } from './log-line.tsx';
import type { RowIndex } from './row-index.ts';
import { useRowWindow } from './use-row-window.ts';
import './log.css';

export interface LogListHandle {
  /** Brings a line to the middle of the view. */
  readonly show: (seq: number) => void;
  readonly focus: () => void;
  /** What the user has selected in it; empty for nothing. */
  readonly selectedText: () => string;
}

interface LogListProps {
  readonly label: string;
  readonly buffer: LogBuffer;
  readonly shown: RowIndex;
  /** Changes whenever `shown` does: what makes it draw again. */
  readonly version: number;
  readonly columns: LogColumns;
  readonly wrap: boolean;
  readonly pattern: RegExp | null;
  readonly currentSeq: number | null;
  readonly following: boolean;
  readonly onFollowingChange: (following: boolean) => void;
  readonly ref?: Ref<LogListHandle>;
}

/** The lines of a log, only those in view as elements. Follows the end until the user scrolls up. */
export function LogList(props: LogListProps): ReactNode {
  const { buffer, shown, columns, wrap, following, onFollowingChange } = props;
  const scroller = useRef<HTMLElement>(null);
  const layout = `${wrap}${columns.time}${columns.source}`;
  const { from, to, top, height, onScroll, show, toEdge } = useRowWindow(scroller, { shown, layout, wrap, following, onFollowingChange });

  useImperativeHandle(props.ref, () => ({
    show,
    focus: () => scroller.current?.focus(),
    selectedText: () => {
      const selection = document.getSelection();
      const inside = selection !== null && !selection.isCollapsed && scroller.current?.contains(selection.anchorNode) === true;
      return inside ? selection.toString() : '';
    },
  }));

  const rows: ReactNode[] = [];
  for (let position = from; position < to; position += 1) {
    const seq = shown.seqAt(position);
    const row = seq === undefined ? undefined : buffer.row(seq);
    if (row === undefined) continue;
    rows.push(
      <div key={seq} className="log-row" data-position={position} data-stream={row.stream}>
        <LogLine row={row} columns={columns} pattern={props.pattern} current={seq === props.currentSeq} />
      </div>,
    );
  }
  return (
    <section
      ref={scroller}
      aria-label={props.label}
      className={clsx('log-list h-full', wrap && 'log-wrap')}
      onScroll={onScroll}
      onKeyDown={(event) => {
        if (event.key !== 'Home' && event.key !== 'End') return;
        event.preventDefault();
        toEdge(event.key === 'Home' ? 'start' : 'end');
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached and scrolled by keyboard.
      tabIndex={0}
    >
      <div style={{ height, position: 'relative', minWidth: '100%', width: wrap ? '100%' : 'max-content' }}>
        <div style={{ transform: `translateY(${top}px)` }}>{rows}</div>
      </div>
    </section>
  );
}
