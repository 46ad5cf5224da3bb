import { posix } from 'node:path';
import { parseFree } from '../base/disk-free.ts';
import { bytesInWords, ExpectedError } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';

/** A build holds the context, a copy of it in a layer, and what it makes of it. */
const timesTheSource = 3;
const atLeastBytes = 500_000_000;

/**
 * Throws `disk-full` when a build of `sourceBytes` would fill the server's disk: a full one makes Docker fail in ways that hide the cause.
 * Where the free space cannot be found out the build is tried.
 */
export async function requireFreeSpace(session: ServerSession, sourceBytes: number): Promise<void> {
  const { rootFolder } = await session.docker.info();
  const free = await freeBytes(session, rootFolder);
  const needed = timesTheSource * sourceBytes + atLeastBytes;
  if (free === null || free >= needed) return;
  throw new ExpectedError(
    'disk-full',
    `${session.profile.name} has ${bytesInWords(free)} of disk left, and this build wants ${bytesInWords(needed)}`,
    { next: 'Remove images or files on the server, then deploy again.', detail: `free under ${rootFolder}: ${free} bytes` },
  );
}

/** Docker's folder is closed to others than root; the folders above it are most often on the same disk. */
async function freeBytes(session: ServerSession, folder: string): Promise<number | null> {
  for (let at = folder || '/'; ; at = posix.dirname(at)) {
    const result = await session.connection.exec(['df', '-P', '-k', at], { timeoutMs: 15_000 });
    const free = result.code === 0 ? parseFree(result.stdout) : null;
    if (free !== null || at === '/' || at === '.') return free;
  }
}
