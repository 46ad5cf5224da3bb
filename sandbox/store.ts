/** The store: an XFS file system in a sparse file, whose reflinks clone an 8 GB disk in no time on any host file system. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import type { SandboxPaths } from './paths.ts';
import { mustRun, run } from './run.ts';

const STORE_GIGABYTES = 60;

/** Mounts the store, making it at first. */
export async function mountStore(paths: SandboxPaths): Promise<void> {
  if (!(await isMounted(paths.store))) {
    await mkdir(paths.store, { recursive: true });
    await makeStoreFile(paths.storeFile);
    await mustRun(['mount', '-o', 'loop,noatime,discard', paths.storeFile, paths.store]);
  }
  for (const folder of [paths.bases, paths.disks, paths.registry, paths.work]) {
    await mkdir(folder, { recursive: true });
  }
}

/** Unmounts the store; its loop device goes with it. */
export async function unmountStore(paths: SandboxPaths): Promise<void> {
  await unmount(paths.store);
}

/** Mounts a file system image at `folder` by a loop device that goes when it is unmounted. */
export async function mountImage(image: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (!(await isMounted(folder))) {
    await mustRun(['mount', '-o', 'loop,noatime,discard', image, folder]);
  }
}

/** Unmounts `folder` where it is mounted, however busy it is. */
export async function unmount(folder: string): Promise<void> {
  while (await isMounted(folder)) {
    const orderly = await run(['umount', folder]);
    if (orderly.code !== 0) {
      await mustRun(['umount', '--lazy', folder]);
    }
  }
}

export async function isMounted(folder: string): Promise<boolean> {
  return mountPoints(await readFile('/proc/self/mounts', 'utf8')).includes(folder);
}

/** The mount points of a /proc/self/mounts text, with its octal escapes (blank, tab, newline, backslash) undone. */
export function mountPoints(mounts: string): string[] {
  return mounts
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point !== '')
    .map((point) => point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));
}

async function makeStoreFile(file: string): Promise<void> {
  const exists = await open(file, 'r').then(
    (handle) => handle.close().then(() => true),
    () => false,
  );
  if (exists) {
    return;
  }
  const half = `${file}.half`;
  await rm(half, { force: true });
  const handle = await open(half, 'w');
  await handle.truncate(STORE_GIGABYTES * 1024 ** 3);
  await handle.close();
  await mustRun(['mkfs.xfs', '-q', '-m', 'reflink=1', half]);
  await rename(half, file);
}
