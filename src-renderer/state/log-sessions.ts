import { openStream } from '../bridge/index.ts';
import { appLogRow, jobLogRow, type LogRowInput } from '../features/logs/log-row.ts';
import { LogSession, type LogSource } from '../features/logs/log-session.ts';

/** The log of an app: its newest lines, then live. After a loss it goes on from the last line that is here. */
export function openAppLog(server: string, app: string, tail: number): LogSession {
  const source: LogSource = (handlers, last) => {
    const from = last === null ? { tail } : { tail: 100_000, since: last.exact };
    const handle = openStream(
      'apps.logs',
      { server, app, follow: true, ...from },
      consumer(handlers, (chunk) => chunk.map(appLogRow)),
    );
    return handle.close;
  };
  return new LogSession(source);
}

/** The log of a job from its beginning until its end. */
export function openJobLog(job: string): LogSession {
  const source: LogSource = (handlers) =>
    openStream(
      'jobs.log',
      { job },
      consumer(handlers, (chunk) => chunk.map(jobLogRow)),
    ).close;
  return new LogSession(source);
}

function consumer<C>(handlers: Parameters<LogSource>[0], rows: (chunk: C) => readonly LogRowInput[]) {
  return {
    // The promise is the acknowledgement: it resolves when the session has taken the lines in.
    onChunk: (chunk: C) => new Promise<void>((acknowledge) => handlers.onRows(rows(chunk), acknowledge)),
    onEnd: handlers.onEnd,
  };
}
