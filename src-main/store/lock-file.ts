import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { poll } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import { isProcessAlive, processStart } from './process-identity.ts';

/** Longer than any write takes on a slow disk; a live holder is never robbed, so this only bounds how long the user waits. */
const waitMs = 10_000;
const everyMs = 15;
/** A lock without readable content is one that is just being written, or what a crash in that moment left. */
const unreadableMs = 2_000;

export interface HeldLock {
  /** False when somebody took the lock away; asked right before the write that it protects. */
  isHeld(): boolean;
  release(): void;
}

/**
 * Takes the lock file at `path`, which another process of this computer honours too, or throws ExpectedError `store-failed`
 * after ten seconds. A lock whose process has ended is taken over; one whose process lives is not, however old.
 */
export async function acquireLock(path: string): Promise<HeldLock> {
  const token = randomUUID();
  const content = JSON.stringify({ pid: process.pid, start: processStart(process.pid), host: hostname(), token });
  const got = await poll(() => (tryCreate(path, content) || (removeStale(path, content) && tryCreate(path, content)) ? true : undefined), {
    everyMs: everyMs + Math.floor(Math.random() * everyMs),
    withinMs: waitMs,
  });
  if (!got) {
    const holder = readHolder(path);
    throw new ExpectedError('store-failed', 'The settings are being changed by another Longshore', {
      next: holder ? `Wait for it to finish, or end process ${holder.pid}.` : 'Try again.',
      detail: path,
    });
  }
  const isMine = (): boolean => readHolder(path)?.token === token;
  return {
    isHeld: isMine,
    release() {
      if (isMine()) rmSync(path, { force: true });
    },
  };
}

interface Holder {
  readonly pid: number;
  readonly start: string | null;
  readonly host: string;
  readonly token: string;
}

function tryCreate(path: string, content: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    // Windows answers EPERM or EBUSY while a lock that was just removed is still open somewhere.
    if (isCode(error, 'EEXIST') || (process.platform === 'win32' && (isCode(error, 'EPERM') || isCode(error, 'EBUSY')))) return false;
    throw error;
  }
  try {
    writeSync(file, content);
  } finally {
    closeSync(file);
  }
  return true;
}

function readHolder(path: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { pid, start, host, token } = value as Partial<Holder>;
    if (typeof pid !== 'number' || typeof token !== 'string' || typeof host !== 'string') return null;
    return { pid, start: start ?? null, host, token };
  } catch {
    return null;
  }
}

/**
 * Removes the lock if its holder has ended; true when it did. Two that find the same stale lock must not both remove: the
 * slower would remove the quicker one's new lock. So removing has a lock of its own, under which the first is looked at again.
 */
function removeStale(path: string, content: string): boolean {
  if (!isStale(path)) return false;
  const breaker = `${path}.break`;
  if (!tryCreate(breaker, content)) {
    if (isStale(breaker)) rmSync(breaker, { force: true });
    return false;
  }
  try {
    if (!isStale(path)) return false;
    rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(breaker, { force: true });
  }
}

function isStale(path: string): boolean {
  const holder = readHolder(path);
  if (holder === null) {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats !== undefined && Date.now() - stats.mtimeMs > unreadableMs;
  }
  // A home folder on a network file system: the process is on another computer, where this one cannot look.
  if (holder.host !== hostname()) return false;
  if (!isProcessAlive(holder.pid)) return true;
  // The number was given to another process since.
  return holder.start !== null && processStart(holder.pid) !== holder.start;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
