/**
 * Control groups of the servers on a host with cgroup v1 and no systemd (containers, small VMs): one group per server below one of
 * our own, outside the group of the command that booted it. Where systemd runs, nspawn asks it for a scope instead.
 */
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './debian-root.ts';

const MOUNT = '/sys/fs/cgroup';
const PARENT = 'longshore-practice';

/**
 * The hierarchies of /proc/self/cgroup, by the folder names that they usually have. Pure. The named one (systemd) and the unified one
 * count as well: two machines in the same group would each take the other's services for its own.
 */
export function hierarchies(procSelfCgroup: string): string[] {
  return procSelfCgroup
    .trim()
    .split('\n')
    .map((line) => line.split(':')[1] ?? '')
    .map((controllers) => (controllers === '' ? 'unified' : controllers.replace(/^name=/, '')));
}

async function roots(): Promise<string[]> {
  const folders = hierarchies(await readFile('/proc/self/cgroup', 'utf8')).map((name) => join(MOUNT, name));
  const there = await Promise.all(folders.map(exists));
  return folders.filter((_, index) => there[index]);
}

/** Makes the server's groups and gives back their folders. `memory` is a limit such as "1G". */
export async function makeCgroups(name: string, memory: string | undefined): Promise<string[]> {
  const made: string[] = [];
  for (const root of await roots()) {
    const group = join(root, PARENT, name);
    await mkdir(group, { recursive: true });
    // A cpuset takes no process before it has CPUs and memory nodes.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (await exists(join(group, file))) {
        const value = await readFile(join(root, file), 'utf8');
        await writeFile(join(root, PARENT, file), value);
        await writeFile(join(group, file), value);
      }
    }
    if (memory !== undefined && (await exists(join(group, 'memory.limit_in_bytes')))) {
      await writeFile(join(group, 'memory.limit_in_bytes'), memory);
    }
    made.push(group);
  }
  return made;
}

/** Removes the server's groups, and ours when no server is left in it. */
export async function removeCgroups(name: string): Promise<void> {
  for (const root of await roots()) {
    await removeTree(join(root, PARENT, name));
    await rmdir(join(root, PARENT)).catch(() => undefined);
  }
}

/** Stops or continues every process of the server at once. False where this host has no freezer of cgroup v1. */
export async function freezeCgroup(name: string, state: 'FROZEN' | 'THAWED'): Promise<boolean> {
  const file = join(MOUNT, 'freezer', PARENT, name, 'freezer.state');
  if (!(await exists(file))) {
    return false;
  }
  await writeFile(file, state);
  return true;
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((candidate) => candidate.isDirectory())) {
    await removeTree(join(folder, entry.name));
  }
  await rmdir(folder).catch(() => undefined);
}
