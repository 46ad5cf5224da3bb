/** Processes as /proc shows them. A PID alone may have been given to another process; with its start time it is unmistakable. */
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { z } from 'zod';
import { pollUntil } from './poll.ts';

export const processRef = z.object({ pid: z.number().int().positive(), startTicks: z.string() });
export type ProcessRef = z.infer<typeof processRef>;

/** A reference to a running process, or undefined where there is none of that PID. One that only waits to be reaped is not running. */
export async function refer(pid: number): Promise<ProcessRef | undefined> {
  const startTicks = startTicksOf(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
  return startTicks === undefined ? undefined : { pid, startTicks };
}

export async function isAlive(ref: ProcessRef | undefined): Promise<boolean> {
  return ref !== undefined && (await refer(ref.pid))?.startTicks === ref.startTicks;
}

/** Sends `signal`; nothing where the process is gone. */
export async function signalProcess(ref: ProcessRef | undefined, signal: NodeJS.Signals): Promise<void> {
  if (ref !== undefined && (await isAlive(ref))) {
    try {
      process.kill(ref.pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
        throw error;
      }
    }
  }
}

/** Waits for the end of the process; false when it is still there after `deadlineMs`. */
export async function waitForEnd(ref: ProcessRef | undefined, deadlineMs: number): Promise<boolean> {
  return (await pollUntil(async () => ((await isAlive(ref)) ? undefined : true), deadlineMs, 20)) === true;
}

/** Direct children of `pid`. */
export async function childrenOf(pid: number): Promise<ProcessRef[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const found = await Promise.all(
    text
      .split(' ')
      .filter(Boolean)
      .map((child) => refer(Number(child))),
  );
  return found.filter((ref) => ref !== undefined);
}

/** Processes whose network namespace is the one bound at `netnsFile`; none where that file is not there. */
export async function processesInNetns(netnsFile: string): Promise<ProcessRef[]> {
  const inode = await stat(netnsFile).then(
    (stats) => stats.ino,
    () => undefined,
  );
  if (inode === undefined) {
    return [];
  }
  return findProcesses(async (pid) => (await readlink(`/proc/${pid}/ns/net`).catch(() => '')) === `net:[${inode}]`);
}

/** Processes that run a program whose file name begins with `path`. */
export async function processesOfProgram(path: string): Promise<ProcessRef[]> {
  return findProcesses(async (pid) => (await readlink(`/proc/${pid}/exe`).catch(() => '')).startsWith(path));
}

/** Whether the process is the first one of a PID namespace directly below ours. */
export async function isInit(ref: ProcessRef): Promise<boolean> {
  const status = await readFile(`/proc/${ref.pid}/status`, 'utf8').catch(() => '');
  return /^NSpid:\t\d+\t1$/m.test(status);
}

/** Field 22 of /proc/PID/stat (proc(5)), undefined for a zombie; the command in field 2 may itself contain blanks and parentheses. */
export function startTicksOf(statText: string): string | undefined {
  const afterCommand = statText.slice(statText.lastIndexOf(')') + 2).split(' ');
  const [state] = afterCommand;
  return statText.includes(')') && state !== 'Z' && state !== 'X' ? afterCommand[19] : undefined;
}

async function findProcesses(matches: (pid: string) => Promise<boolean>): Promise<ProcessRef[]> {
  const found: ProcessRef[] = [];
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await matches(entry))) {
      const ref = await refer(Number(entry));
      if (ref !== undefined) {
        found.push(ref);
      }
    }
  }
  return found;
}
