import { clsx } from 'clsx';
import { memo, type ReactNode } from 'react';
import { type AnsiPiece, parseAnsi } from './ansi.ts';
import { ansiCss } from './ansi-style.ts';
import { clockTime, type LogRow } from './log-row.ts';
import { type Found, findAll, splitByFound } from './log-search.ts';

export interface LogColumns {
  readonly time: boolean;
  readonly source: boolean;
}

interface LogLineProps {
  readonly row: LogRow;
  readonly columns: LogColumns;
  readonly pattern: RegExp | null;
  /** The match that next and previous stand on. */
  readonly current: boolean;
}

/** The text of one row. Everything in it comes from a server and is only ever text. */
export const LogLine = memo(function LogLine({ row, columns, pattern, current }: LogLineProps): ReactNode {
  return (
    <>
      {columns.time && (
        <span className="log-dim" title={row.exact}>
          {clockTime(row.at)}{' '}
        </span>
      )}
      {columns.source && <span className="log-source">{row.source} </span>}
      {row.stream === 'stderr' && <span className="sr-only">stderr: </span>}
      <span className={clsx(row.stream === 'note' && 'log-note')}>{renderPieces(row, pattern, current)}</span>
      {row.cut > 0 && <span className="log-mark"> … {row.cut.toLocaleString('en')} more characters, not kept</span>}
    </>
  );
});

function renderPieces(row: LogRow, pattern: RegExp | null, current: boolean): ReactNode {
  const found: readonly Found[] = pattern === null ? [] : findAll(pattern, row.plain);
  let offset = 0;
  return parseAnsi(row.text).map((piece, at) => {
    const start = offset;
    offset += piece.text.length;
    return <Piece key={at} piece={piece} offset={start} found={found} current={current} />;
  });
}

interface PieceProps {
  readonly piece: AnsiPiece;
  readonly offset: number;
  readonly found: readonly Found[];
  readonly current: boolean;
}

function Piece({ piece, offset, found, current }: PieceProps): ReactNode {
  const title = piece.mark ?? (piece.style.concealed ? 'Was to be hidden' : undefined);
  const parts = found.length === 0 ? null : splitByFound(piece.text, offset, found);
  return (
    <span className={clsx(piece.mark !== null && 'log-mark')} style={ansiCss(piece.style)} title={title}>
      {parts === null
        ? piece.text
        : parts.map((part, at) =>
            part.hit ? (
              <mark key={at} className={clsx('log-hit', current && 'log-hit-current')}>
                {part.text}
              </mark>
            ) : (
              part.text
            ),
          )}
    </span>
  );
}
