import { poll } from '../base/wait.ts';
import { KEEP_ALIVE_SECONDS } from './render/config.ts';
import type { Runtime } from './runtime.ts';
import { type Processes, parseProcesses, parseStat, sessionsOfSlot } from './runtime-answers.ts';
import type { Slot } from './types.ts';

const READING_EVERY_MS = 200;
/** After so long an idle client of an old worker was closed. */
const IDLE_CLIENT_SECONDS = KEEP_ALIVE_SECONDS + 5;
/** A reading of zero may fall between two requests of one client. */
const ZEROS_IN_A_ROW = 2;

/**
 * Waits until nothing leads to the slot any more: no session in any worker, and no worker left that was told to stop before the switch
 * and may still hold an idle client, whose next request it would route by its old maps. Such a client is gone after the keep-alive time.
 * Returns the sessions left when the time is up, 0 when it is drained; a worker that may still route there counts as one.
 */
export async function drainSlot(
  runtime: Runtime,
  app: string,
  slot: Slot,
  seconds: number,
  onSessions: ((sessions: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<number> {
  const old = new Set((await runtime.master('show proc', parseProcesses, signal)).old.map((worker) => worker.pid));
  let left = 0;
  let zeros = 0;
  await poll(
    async () => {
      const processes = await runtime.master('show proc', parseProcesses, signal);
      left = (await sessionsEverywhere(runtime, processes, app, slot, signal)) + stillRouting(processes, old);
      onSessions?.(left);
      zeros = left === 0 ? zeros + 1 : 0;
      return zeros >= ZEROS_IN_A_ROW ? true : undefined;
    },
    { everyMs: READING_EVERY_MS, withinMs: seconds * 1000, signal },
  );
  return left;
}

/** What a look at the slot shows: its sessions in all workers. Null where one of them does not say, which is not zero. */
export async function slotSessions(runtime: Runtime, app: string, slot: Slot, signal?: AbortSignal): Promise<number | null> {
  const processes = await runtime.tryMaster('show proc', parseProcesses, signal);
  if (!processes) return null;
  let sum = 0;
  for (const { pid } of [processes.current, ...processes.old]) {
    const rows = await runtime.tryMaster(`@!${pid} show stat -1 6 -1`, parseStat, signal);
    if (!rows) return null;
    sum += sessionsOfSlot(rows, app, slot);
  }
  return sum;
}

/**
 * Waits until no worker from before the last reload may still have an idle client, whose next request it would route by its old maps; gives
 * up after the time within which those are closed.
 */
export async function waitForOldClients(runtime: Runtime, signal: AbortSignal | undefined): Promise<void> {
  await poll(
    async () => {
      const { current, old } = await runtime.master('show proc', parseProcesses, signal);
      return old.length === 0 || current.uptime > IDLE_CLIENT_SECONDS ? true : undefined;
    },
    { everyMs: READING_EVERY_MS, withinMs: (IDLE_CLIENT_SECONDS + 5) * 1000, signal },
  );
}

/** All workers that were old already when the last one was started have been stopping for at least as long as that one runs. */
function stillRouting(processes: Processes, old: ReadonlySet<number>): number {
  if (processes.current.uptime > IDLE_CLIENT_SECONDS) return 0;
  return processes.old.filter((worker) => old.has(worker.pid)).length;
}

async function sessionsEverywhere(
  runtime: Runtime,
  processes: Processes,
  app: string,
  slot: Slot,
  signal: AbortSignal | undefined,
): Promise<number> {
  let sum = 0;
  for (const worker of [processes.current, ...processes.old]) sum += await sessionsIn(runtime, worker.pid, app, slot, signal);
  return sum;
}

/** A worker that has ended meanwhile has no sessions; one that does not answer is asked again. */
async function sessionsIn(runtime: Runtime, pid: number, app: string, slot: Slot, signal: AbortSignal | undefined): Promise<number> {
  const sessions = await poll(
    async () => {
      const rows = await runtime.tryMaster(`@!${pid} show stat -1 6 -1`, parseStat, signal);
      if (rows) return sessionsOfSlot(rows, app, slot);
      const processes = await runtime.master('show proc', parseProcesses, signal);
      const there = [processes.current, ...processes.old].some((worker) => worker.pid === pid);
      return there ? undefined : 0;
    },
    { everyMs: READING_EVERY_MS, withinMs: 5_000, signal },
  );
  // Unknown is not zero.
  return sessions ?? 1;
}
