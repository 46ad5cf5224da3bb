import { readFileSync } from 'node:fs';

/** Whether a process of that number runs here, of any user. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * When the process began, in a form that only another process of the same number could have otherwise: boot id and start time
 * in clock ticks (proc(5), field 22). Null where there is no /proc; there a process's number alone has to do.
 */
export function processStart(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold blanks and brackets itself.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${boot}/${ticks}`;
  } catch {
    return null;
  }
}

/** Names this process so that {@link isNamedProcessAlive} tells it from every other, earlier ones of its number included. */
export function processName(): string {
  return `${process.pid} ${processStart(process.pid) ?? ''}`;
}

/** Whether the process that {@link processName} named still runs on this computer. */
export function isNamedProcessAlive(name: string): boolean {
  const [number = '', start = ''] = name.split(' ', 2);
  const pid = Number(number);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isProcessAlive(pid)) return false;
  return start === '' || processStart(pid) === start;
}
