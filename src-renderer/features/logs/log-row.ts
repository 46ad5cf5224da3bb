import type { JobLogLine, LogLine } from '../../../src-main/contract/index.ts';
import { visibleText } from './ansi.ts';

/** A line longer than this is cut when it is taken in: one line must not fill the memory that 50,000 share. */
export const longestLine = 32_768;

export interface LogRowInput {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The moment as it was given, to the nanosecond: what identifies a line when a stream is resumed. */
  readonly exact: string;
  /** Who said it: a replica, or a stage of a job. */
  readonly source: string;
  readonly stream: 'stdout' | 'stderr' | 'note';
  readonly text: string;
}

/** One line of a log view. */
export class LogRow implements LogRowInput {
  readonly at: number;
  readonly exact: string;
  readonly source: string;
  readonly stream: 'stdout' | 'stderr' | 'note';
  readonly text: string;
  /** How many characters of the line were not kept. */
  readonly cut: number;
  #plain: string | null = null;

  constructor(input: LogRowInput) {
    this.at = input.at;
    this.exact = input.exact;
    this.source = input.source;
    this.stream = input.stream;
    this.cut = Math.max(0, input.text.length - longestLine);
    this.text = this.cut > 0 ? input.text.slice(0, longestLine) : input.text;
  }

  /** The line as it reads, without colours; worked out when first asked for, since most lines are never looked at. */
  get plain(): string {
    this.#plain ??= visibleText(this.text);
    return this.#plain;
  }
}

export function appLogRow(line: LogLine): LogRowInput {
  return { at: Date.parse(line.at), exact: line.at, source: line.replica, stream: line.stream, text: line.text };
}

export function jobLogRow(line: JobLogLine): LogRowInput {
  return { at: line.at, exact: new Date(line.at).toISOString(), source: line.stage, stream: line.stream, text: line.text };
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });

/** `14:02:11.482` by this computer's time zone; empty for a moment that could not be read. */
export function clockTime(at: number): string {
  return Number.isFinite(at) ? clock.format(at) : '';
}

/** A row as it is copied and saved: time, source, `stderr` where it was, text. */
export function rowAsText(row: LogRow, columns: { readonly time: boolean; readonly source: boolean }): string {
  const parts = [
    ...(columns.time ? [row.exact] : []),
    ...(columns.source ? [row.source] : []),
    ...(columns.time && row.stream === 'stderr' ? ['stderr'] : []),
    row.plain + (row.cut > 0 ? ` … ${row.cut} more characters` : ''),
  ];
  return parts.join(' ');
}
