import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { matches, searchPattern } from './log-search.ts';
import type { LogSession, LogSessionState } from './log-session.ts';
import { RowIndex } from './row-index.ts';

export interface LogQuery {
  readonly text: string;
  /** Show the lines that fit and no others. */
  readonly onlyMatches: boolean;
  /** A replica or stage; null for all. */
  readonly source: string | null;
}

export const noQuery: LogQuery = { text: '', onlyMatches: false, source: null };

export interface LogViewModel {
  readonly state: LogSessionState;
  readonly pattern: RegExp | null;
  /** The lines that are shown. */
  readonly shown: RowIndex;
  /** Of these, the lines that fit the search; empty without one. */
  readonly found: RowIndex | null;
}

/** What a log view shows of a session under a query. */
export function useLogView(session: LogSession, query: LogQuery): LogViewModel {
  const state = useStore(session.store);
  const pattern = useMemo(() => searchPattern(query.text), [query.text]);
  const { source, onlyMatches } = query;
  const found = useMemo(
    () =>
      pattern === null
        ? null
        : new RowIndex(session.buffer, (row) => (source === null || row.source === source) && matches(pattern, row.plain)),
    [session, pattern, source],
  );
  const shown = useMemo(() => {
    if (found !== null && onlyMatches) return found;
    return new RowIndex(session.buffer, source === null ? null : (row) => row.source === source);
  }, [session, source, found, onlyMatches]);
  // The indexes follow the buffer; taking in what is new is idempotent, so it may happen while rendering.
  shown.update();
  found?.update();
  return { state, pattern, shown, found };
}

/** A value that settles after the last change, so that each key pressed does not search 50,000 lines. */
export function useSettled<T>(value: T, delayMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}
