import { type ErrorShape, toErrorShape } from '../contract/index.ts';

/** Exit codes: part of the command line's contract. `leftOut` answers a question (`archive --explain`): the path is not sent. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, leftOut: 3, bug: 70, cancelled: 130 } as const;

/** Below `longshore --help`; the same in docs/command-line.md. */
export const exitCodesInWords = `
Exit codes:
  ${exitCodes.ok}    done
  ${exitCodes.failed}    it failed: what and what to do next is on standard error (apps: a server was not reached)
  ${exitCodes.usage}    it was asked wrongly: an unknown option, a value that is none, --server missing
  ${exitCodes.leftOut}    archive --explain: the path is not sent
  ${exitCodes.bug}   a bug of Longshore's
  ${exitCodes.cancelled}  cancelled by Ctrl-C or SIGTERM (logs --follow: ${exitCodes.ok})

exec ends with the code of the command that it ran.
All commands and flags: longshore help COMMAND, docs/command-line.md`;

/**
 * How a command talks. People read standard error for progress and standard output for results;
 * with `--json` standard output carries JSON lines, and the last one is the result or `{"error": …}`.
 */
export interface Output {
  readonly json: boolean;
  /** A line of progress; never part of the result. */
  note(text: string): void;
  /** The result: `text` for people, `value` as one JSON line with `--json`. */
  result(value: unknown, text: string): void;
  /** A line of a flow (a log): text for people, one JSON line with `--json`. */
  line(value: unknown, text: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    note: (text) => process.stderr.write(`${text}\n`),
    result: (value, text) => process.stdout.write(json ? `${JSON.stringify(value)}\n` : text === '' ? '' : `${text}\n`),
    line: (value, text) => process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`),
  };
}

/** One sentence, what to do next, and what the server said, each on its own lines. */
export function errorText(error: ErrorShape): string {
  const lines = [error.code === 'bug' ? `Longshore met a bug of its own: ${error.message}` : error.message];
  if (error.next) lines.push(error.next);
  if (error.detail) lines.push('', ...error.detail.split('\n').map((line) => `  ${line}`));
  return lines.join('\n');
}

/** Prints an error as the command line promises and returns the exit code that goes with it. */
export function reportError(thrown: unknown, json: boolean): number {
  const error = toErrorShape(thrown);
  process.stderr.write(`${error.code === 'cancelled' ? 'Cancelled' : errorText(error)}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error })}\n`);
  if (error.code === 'cancelled') return exitCodes.cancelled;
  if (error.code === 'bug') return exitCodes.bug;
  return error.code === 'invalid-input' ? exitCodes.usage : exitCodes.failed;
}

/** Columns padded to their widest cell; the last one is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ')).join('\n');
}
