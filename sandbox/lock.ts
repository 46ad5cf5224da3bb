/** Locks between processes, by flock(1): the kernel gives them back when the holder dies, however it dies. */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxError } from './errors.ts';

/** Runs `work` while holding the lock `name`; waits for another holder as long as it takes (`onWait` is called once then). */
export async function withLock<T>(folder: string, name: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  await mkdir(folder, { recursive: true });
  const release = await acquire(join(folder, `${name}.lock`), onWait);
  try {
    return await work();
  } finally {
    await release();
  }
}

const WAIT_NOTICE_MS = 2000;

function acquire(file: string, onWait: (() => void) | undefined): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    // The child holds the lock until its stdin ends, that is until we end it or are gone.
    const child = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // Its own process group: Ctrl-C must not take the lock away from a holder that is still cleaning up.
      detached: true,
    });
    const notice = setTimeout(() => onWait?.(), WAIT_NOTICE_MS);
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    child.once('error', (error) => {
      clearTimeout(notice);
      reject(new SandboxError(`cannot run flock (package util-linux): ${error.message}`));
    });
    child.once('close', () => {
      clearTimeout(notice);
      reject(new SandboxError(`cannot lock ${file}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdout.once('data', () => {
      clearTimeout(notice);
      resolve(async () => {
        child.stdin.end();
        await closed;
      });
    });
  });
}
