import { readFile, writeFile } from 'node:fs/promises';

/** Bytes that the process holds above what it held before while `work` went on, at their peak, as Linux counts them. */
export async function peakAbove(pid: number, work: () => Promise<unknown>): Promise<{ readonly idle: number; readonly above: number }> {
  // Begins the peak anew (proc(5)).
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  const idle = await statusBytes(pid, 'VmRSS');
  await work();
  return { idle, above: (await statusBytes(pid, 'VmHWM')) - idle };
}

async function statusBytes(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}
