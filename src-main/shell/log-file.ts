import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../base/log.ts';

/** Bytes at which the file is put aside as `.old`, so that the two together never take more than twice as much. */
const longest = 1024 * 1024;

/** Appends one line of JSON per entry to `path`, for this user alone. A log that cannot be written is no reason to fail. */
export function createLogFile(path: string, alsoConsole: boolean): Logger {
  const write = (level: string, message: string, facts?: Readonly<Record<string, unknown>>): void => {
    const line = `${JSON.stringify({ at: new Date().toISOString(), level, message, ...facts })}\n`;
    if (alsoConsole) process.stderr.write(line);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > longest) renameSync(path, `${path}.old`);
      appendFileSync(path, line, { mode: 0o600 });
    } catch {
      // The disk may be full: the app goes on.
    }
  };
  return {
    debug: (message, facts) => write('debug', message, facts),
    warn: (message, facts) => write('warn', message, facts),
    error: (message, facts) => write('error', message, facts),
  };
}
