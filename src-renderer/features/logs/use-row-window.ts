import { type RefObject, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { RowHeights } from './row-heights.ts';
import type { RowIndex } from './row-index.ts';

const rowHeight = 20;
/** Space above the first and below the last row. */
const edge = 8;
/** Rows drawn outside the view, so that a selection a little beyond it is copied whole. */
const overscan = 20;
/** So near to the end is at the end. */
const endSlack = 8;

export interface RowWindow {
  /** Positions that are drawn, the end exclusive. */
  readonly from: number;
  readonly to: number;
  /** Where the first drawn row stands, and the height of everything. */
  readonly top: number;
  readonly height: number;
  readonly onScroll: () => void;
  /** Brings a line to the middle of the view. */
  readonly show: (seq: number) => void;
  /** Goes to the first line, or to where lines come and stays there: at once, since an animated scroll would end where the end once lay. */
  readonly toEdge: (which: 'start' | 'end') => void;
}

interface Options {
  readonly shown: RowIndex;
  /** Changes with everything that may change a row's height. */
  readonly layout: string;
  /** Rows may be taller than the base. */
  readonly wrap: boolean;
  readonly following: boolean;
  readonly onFollowingChange: (following: boolean) => void;
}

/** A line that keeps its place on the screen while rows above it are measured or dropped. */
interface Anchor {
  readonly seq: number;
  readonly ordinal: number;
  /** Pixels of it that are above the view; negative when it stands lower. */
  readonly within: number;
  /** Where the view was put for it. */
  readonly scrollTop: number;
}

/** Which rows of a log are drawn, following its end or holding still on what is read. */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, options: Options): RowWindow {
  const { shown, layout, wrap, following, onFollowingChange } = options;
  const [viewHeight, setViewHeight] = useState(0);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const anchor = useRef<Anchor>({ seq: 0, ordinal: 0, within: 0, scrollTop: 0 });
  const lastTop = useRef(0);
  /** The user has left the end, though the state that says so is not drawn yet: until then nothing may pull the view back. */
  const leaving = useRef(false);
  if (!following) leaving.current = false;
  const known = useRef<{ heights: RowHeights; of: RowIndex; layout: string } | null>(null);
  if (known.current?.of !== shown || known.current.layout !== layout) {
    known.current = { heights: new RowHeights(rowHeight), of: shown, layout };
    // The line of the anchor has another ordinal among other lines.
    anchor.current = { ...anchor.current, ordinal: shown.dropped + shown.positionFrom(anchor.current.seq) };
  }
  const { heights } = known.current;
  const first = shown.dropped;
  heights.dropBefore(first);

  const last = first + shown.count;
  const inView = Math.ceil(viewHeight / rowHeight) + 1;
  const { ordinal: held, within: above } = anchor.current;
  const topOrdinal = following ? last - inView : Math.max(first, Math.min(held + Math.floor(Math.min(0, above) / rowHeight), last));
  const from = Math.max(first, topOrdinal - overscan) - first;
  const to = Math.min(last, topOrdinal + inView + overscan) - first;
  const height = heights.top(last) + 2 * edge;

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      setViewHeight(element.clientHeight);
      if (element.clientWidth !== width) known.current?.heights.clear();
      width = element.clientWidth;
      redraw();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);

  // After every drawing: measure what is drawn, then put the view where it belongs.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (wrap && measure(element, heights, first)) redraw();
    if (following && !leaving.current) {
      element.scrollTop = element.scrollHeight;
      anchor.current = anchorAt(element.scrollTop);
    } else {
      const { ordinal, within, scrollTop } = anchor.current;
      const wanted = ordinal < first ? 0 : edge + heights.top(ordinal) + within;
      // Moved by as much as the rows above have changed, never back to where the user has just scrolled from.
      if (Math.abs(wanted - scrollTop) >= 1) element.scrollTop += wanted - scrollTop;
      anchor.current = { ...anchor.current, scrollTop: wanted };
    }
    lastTop.current = element.scrollTop;
  });

  const anchorAt = (scrollTop: number): Anchor => {
    const ordinal = heights.at(scrollTop - edge);
    return { seq: shown.seqAt(ordinal - first) ?? 0, ordinal, within: scrollTop - edge - heights.top(ordinal), scrollTop };
  };

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop } = element;
    const atEnd = element.scrollHeight - scrollTop - element.clientHeight <= endSlack;
    const moved = scrollTop - lastTop.current;
    lastTop.current = scrollTop;
    if (Math.abs(moved) < 1) return;
    anchor.current = anchorAt(scrollTop);
    if (following && !atEnd && moved < 0) leaving.current = true;
    if (following ? !atEnd && moved < 0 : atEnd && moved > 0) onFollowingChange(!following);
    else redraw();
  };

  const show = (seq: number): void => {
    const ordinal = first + shown.positionFrom(seq);
    const scrollTop = scroller.current?.scrollTop ?? 0;
    leaving.current = true;
    anchor.current = { seq, ordinal, within: -Math.floor((viewHeight - rowHeight) / 2), scrollTop };
    redraw();
  };

  const toEdge = (which: 'start' | 'end'): void => {
    const element = scroller.current;
    if (element === null) return;
    leaving.current = which === 'start';
    element.scrollTo({ top: which === 'start' ? 0 : element.scrollHeight, behavior: 'instant' });
    onFollowingChange(which === 'end');
  };

  return { from, to, top: edge + heights.top(first + from), height, onScroll, show, toEdge };
}

/** Reads the heights of the drawn rows; returns whether any was new. */
function measure(element: HTMLElement, heights: RowHeights, first: number): boolean {
  let changed = false;
  for (const row of element.querySelectorAll<HTMLElement>('[data-position]')) {
    const position = Number(row.dataset['position']);
    if (heights.set(first + position, row.offsetHeight)) changed = true;
  }
  return changed;
}
