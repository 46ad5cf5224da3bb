import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ErrorShape } from '../../../src-main/contract/index.ts';
import { LogBuffer } from './log-buffer.ts';
import type { LogRowInput } from './log-row.ts';

export interface LogSessionState {
  /** Grows with every change of the buffer: what a view depends on. */
  readonly version: number;
  readonly status: 'opening' | 'open' | 'ended' | 'failed';
  readonly error: ErrorShape | null;
}

export interface LogSourceHandlers {
  readonly onRows: (rows: readonly LogRowInput[], acknowledge: () => void) => void;
  readonly onEnd: (error: ErrorShape | null) => void;
}

/** Opens the stream, from the line after `last` when it is given; returns the function that closes it. */
export type LogSource = (handlers: LogSourceHandlers, last: LogRowInput | null) => () => void;

/**
 * Calls once, soon: by the next frame after so many milliseconds, or by a timer where a hidden window draws none. Returns the
 * function that forgets it.
 */
export type Scheduler = (run: () => void, afterMs: number) => () => void;

/** After more lines than these at once the next ones wait a little: nobody reads them, and the rest of the window needs the time. */
const floodLines = 500;
const floodPauseMs = 50;

/**
 * One log: a stream, the buffer it fills and its state. Chunks are taken in once per frame, however many came, and only then
 * acknowledged, so that a flood slows its server down instead of the window.
 */
export class LogSession {
  readonly buffer: LogBuffer;
  readonly store: StoreApi<LogSessionState>;
  readonly #source: LogSource;
  readonly #schedule: Scheduler;
  #waiting: { readonly rows: readonly LogRowInput[]; readonly acknowledge: () => void }[] = [];
  #unschedule: (() => void) | null = null;
  #close: (() => void) | null = null;
  /** Lines of the last moment before a resume: the server gives that moment again. */
  #resumed: Set<string> | null = null;
  #lastTaken = 0;
  #disposed = false;

  constructor(source: LogSource, buffer: LogBuffer = new LogBuffer(), schedule: Scheduler = nextFrame) {
    this.#source = source;
    this.buffer = buffer;
    this.#schedule = schedule;
    this.store = createStore<LogSessionState>(() => ({ version: 0, status: 'opening', error: null }));
    this.#open(null);
  }

  /** Opens it again after it ended, going on after the last line that is here. */
  resume(): void {
    const { status } = this.store.getState();
    if (this.#disposed || status === 'open' || status === 'opening') return;
    const last = this.buffer.last ?? null;
    this.#resumed = last === null ? null : this.#linesOf(last.exact);
    this.#set({ status: 'opening', error: null });
    this.#open(last);
  }

  /** Empties the view; the stream goes on. */
  clear(): void {
    this.buffer.clear();
    this.#set({});
  }

  dispose(): void {
    this.#disposed = true;
    this.#unschedule?.();
    this.#close?.();
    this.#close = null;
    this.#waiting = [];
  }

  #open(last: LogRowInput | null): void {
    this.#close = this.#source(
      {
        onRows: (rows, acknowledge) => this.#enqueue(rows, acknowledge),
        onEnd: (error) => {
          this.#flush();
          this.#close = null;
          if (!this.#disposed) this.#set({ status: error === null ? 'ended' : 'failed', error });
        },
      },
      last,
    );
  }

  #enqueue(rows: readonly LogRowInput[], acknowledge: () => void): void {
    if (this.#disposed) return;
    this.#waiting.push({ rows, acknowledge });
    this.#unschedule ??= this.#schedule(() => this.#flush(), this.#lastTaken > floodLines ? floodPauseMs : 0);
  }

  #flush(): void {
    this.#unschedule?.();
    this.#unschedule = null;
    if (this.#disposed || this.#waiting.length === 0) return;
    const taken = this.#waiting;
    this.#waiting = [];
    this.#lastTaken = 0;
    for (const { rows } of taken) {
      this.buffer.append(this.#withoutRepeats(rows));
      this.#lastTaken += rows.length;
    }
    this.#set({ status: 'open' });
    for (const { acknowledge } of taken) acknowledge();
  }

  #withoutRepeats(rows: readonly LogRowInput[]): readonly LogRowInput[] {
    const resumed = this.#resumed;
    if (resumed === null) return rows;
    const kept = rows.filter((row) => !resumed.has(identity(row)));
    if (kept.length > 0) this.#resumed = null;
    return kept;
  }

  #linesOf(exact: string): Set<string> {
    const lines = new Set<string>();
    for (let seq = this.buffer.end - 1; seq >= this.buffer.first; seq -= 1) {
      const row = this.buffer.row(seq);
      if (row?.exact !== exact) break;
      lines.add(identity(row));
    }
    return lines;
  }

  #set(change: Partial<LogSessionState>): void {
    this.store.setState((state) => ({ ...state, ...change, version: state.version + 1 }));
  }
}

function identity(row: LogRowInput): string {
  return `${row.exact}\n${row.source}\n${row.stream}\n${row.text}`;
}

const hiddenWindowMs = 250;

const nextFrame: Scheduler = (run, afterMs) => {
  let frame = 0;
  const wait = setTimeout(() => {
    frame = requestAnimationFrame(run);
  }, afterMs);
  const fallback = setTimeout(run, afterMs + hiddenWindowMs);
  return () => {
    clearTimeout(wait);
    cancelAnimationFrame(frame);
    clearTimeout(fallback);
  };
};
