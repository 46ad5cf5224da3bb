/** A server's own disk: a clone of an image, with an identity of its own, mounted on this host. */
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GATEWAY } from './addresses.ts';
import { exists } from './debian-root.ts';
import type { SandboxPaths } from './paths.ts';
import { serverResolvConf } from './resolv-conf.ts';
import { mustRun } from './run.ts';
import { FIRST_UID } from './server-image.ts';
import { mountImage, unmount } from './store.ts';
import { passwordUsers } from './users.ts';

export interface ServerDisk {
  readonly folder: string;
  readonly image: string;
  /** Where it is mounted while the server exists. */
  readonly root: string;
}

export function serverDisk(paths: SandboxPaths, name: string): ServerDisk {
  const folder = join(paths.disks, name);
  return { folder, image: join(folder, 'disk.ext4'), root: join(folder, 'root') };
}

/** Clones `image` and gives the clone its identity. Gives back the SHA256 fingerprint of its ed25519 host key. */
export async function makeDisk(disk: ServerDisk, image: string, name: string, address: string, identityFile: string): Promise<string> {
  await removeDisk(disk);
  await mkdir(disk.folder, { recursive: true });
  await mustRun(['cp', '--reflink=always', image, disk.image]);
  await mountDisk(disk);
  const at = (path: string) => join(disk.root, path);
  await writeFile(at('etc/hostname'), `${name}\n`);
  await writeFile(at('etc/hosts'), `127.0.0.1 localhost\n127.0.1.1 ${name}\n::1 localhost ip6-localhost\n${GATEWAY} practice-host\n`);
  await writeFile(at('etc/machine-id'), '');
  await rm(at('etc/resolv.conf'), { force: true });
  await writeFile(at('etc/resolv.conf'), await serverResolvConf());
  await rm(at('var/lib/docker/engine-id'), { force: true });
  await rm(at('etc/docker/key.json'), { force: true });
  await authorize(disk, identityFile);
  await Promise.all(['ed25519', 'ecdsa', 'rsa'].map((type) => makeHostKey(at(`etc/ssh/ssh_host_${type}_key`), type, name)));
  const publicKey = await readFile(at('etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
  await writeFile(knownHosts(disk), `${address} ${publicKey}`);
  return fingerprint(await mustRun(['ssh-keygen', '-l', '-E', 'sha256', '-f', at('etc/ssh/ssh_host_ed25519_key.pub')]));
}

export async function mountDisk(disk: ServerDisk): Promise<void> {
  await mountImage(disk.image, disk.root);
}

export async function unmountDisk(disk: ServerDisk): Promise<void> {
  await unmount(disk.root);
}

export async function removeDisk(disk: ServerDisk): Promise<void> {
  await unmountDisk(disk);
  await rm(disk.folder, { recursive: true, force: true });
}

/** The known_hosts file for this server, for OpenSSH. */
export function knownHosts(disk: ServerDisk): string {
  return join(disk.folder, 'known_hosts');
}

const FILLER = '.practice-fill';

/** Takes all free space of the disk but `leaveFreeMegabytes`; only allocates, so it is instant and takes nothing of the host. */
export async function fillDiskSpace(disk: ServerDisk, leaveFreeMegabytes: number): Promise<void> {
  await unfillDiskSpace(disk);
  const stats = await statfs(disk.root);
  const bytes = stats.bavail * stats.bsize - leaveFreeMegabytes * 1024 ** 2;
  if (bytes > 0) {
    await mustRun(['fallocate', '--length', String(Math.floor(bytes)), join(disk.root, FILLER)]);
  }
}

export async function unfillDiskSpace(disk: ServerDisk): Promise<void> {
  await rm(join(disk.root, FILLER), { force: true });
}

/** Makes the practice key pair once; all servers accept it. */
export async function ensureIdentity(identityFile: string): Promise<void> {
  if (!(await exists(identityFile))) {
    await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'longshore-practice', '-f', identityFile]);
  }
}

async function authorize(disk: ServerDisk, identityFile: string): Promise<void> {
  const publicKey = await readFile(`${identityFile}.pub`, 'utf8');
  const homes = [{ home: 'root', uid: 0 }, ...passwordUsers.map(({ name }, index) => ({ home: `home/${name}`, uid: FIRST_UID + index }))];
  for (const { home, uid } of homes) {
    const folder = join(disk.root, home, '.ssh');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, 'authorized_keys'), publicKey, { mode: 0o600 });
    await mustRun(['chown', '-R', `${uid}:${uid}`, folder]);
  }
}

async function makeHostKey(file: string, type: string, name: string): Promise<void> {
  await mustRun(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', `root@${name}`, '-f', file]);
}

/** The `SHA256:…` of a line of `ssh-keygen -l`. */
export function fingerprint(line: string): string {
  return /SHA256:\S+/.exec(line)?.[0] ?? '';
}
