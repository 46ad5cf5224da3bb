import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { type ReactNode, type Ref, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { LogBuffer } from './log-buffer.ts';
import { type LogColumns, LogLine } from './log-line.tsx';
import type { RowIndex } from './row-index.ts';
import './log.css';

const rowHeight = 20;
/** Rows kept outside the view, so that a selection a little beyond it is copied whole. */
const overscan = 24;
/** So near to the end is at the end. */
const endSlack = 8;

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
  /** Changes whenever `shown` does. */
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
  const { buffer, shown, version, columns, wrap, following, onFollowingChange } = props;
  const scroller = useRef<HTMLElement>(null);
  const lastTop = useRef(0);
  /** The line at the top of a paused view: it stays where it is while older ones are dropped. */
  const anchor = useRef<{ seq: number; within: number } | null>(null);

  const virtualizer = useVirtualizer({
    count: shown.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (position) => shown.seqAt(position) ?? position,
    overscan,
    paddingStart: 8,
    paddingEnd: 8,
  });
  const items = virtualizer.getVirtualItems();
  const total = virtualizer.getTotalSize();

  // Version, total height and wrapping are what moves the end.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (following) element.scrollTop = element.scrollHeight;
    else if (anchor.current !== null && anchor.current.seq < buffer.first) {
      anchor.current = null;
      element.scrollTop = 0;
    }
    lastTop.current = element.scrollTop;
  }, [following, version, total, wrap]);

  const firstShown = shown.seqAt(0) ?? 0;
  // Only dropped lines move the others.
  useLayoutEffect(() => {
    const element = scroller.current;
    const kept = anchor.current;
    if (element === null || kept === null || following) return;
    const offset = virtualizer.getOffsetForIndex(shown.positionFrom(kept.seq), 'start')?.[0];
    if (offset !== undefined) element.scrollTop = offset + kept.within;
    lastTop.current = element.scrollTop;
  }, [firstShown]);

  useImperativeHandle(
    props.ref,
    () => ({
      show: (seq) => virtualizer.scrollToIndex(shown.positionFrom(seq), { align: 'center' }),
      focus: () => scroller.current?.focus(),
      selectedText: () => {
        const selection = document.getSelection();
        const inside = selection !== null && !selection.isCollapsed && scroller.current?.contains(selection.anchorNode) === true;
        return inside ? selection.toString() : '';
      },
    }),
    [virtualizer, shown],
  );

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= endSlack;
    const wentUp = element.scrollTop < lastTop.current - 1;
    lastTop.current = element.scrollTop;
    const top = virtualizer.getVirtualItemForOffset(element.scrollTop);
    anchor.current = top === undefined ? null : { seq: shown.seqAt(top.index) ?? 0, within: element.scrollTop - top.start };
    if (atEnd !== following && (atEnd || wentUp)) onFollowingChange(atEnd);
  };

  return (
    <section
      ref={scroller}
      aria-label={props.label}
      className={clsx('log-list h-full', wrap && 'log-wrap')}
      onScroll={onScroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached and scrolled by keyboard.
      tabIndex={0}
    >
      <div style={{ height: total, position: 'relative', minWidth: '100%', width: wrap ? '100%' : 'max-content' }}>
        <div style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
          {items.map((item) => {
            const seq = shown.seqAt(item.index);
            const row = seq === undefined ? undefined : buffer.row(seq);
            if (row === undefined) return null;
            return (
              <div key={item.key} ref={virtualizer.measureElement} className="log-row" data-index={item.index} data-stream={row.stream}>
                <LogLine row={row} columns={columns} pattern={props.pattern} current={seq === props.currentSeq} />
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
}
