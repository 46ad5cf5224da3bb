/** The disks that servers are cloned from: a fresh Debian VPS with OpenSSH, and the same with Docker installed. */
import { chmod, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GATEWAY, REGISTRY_PORT } from './addresses.ts';
import { aptInstallScript, inRoot } from './chroot.ts';
import { debianRoot, debianRootHash, ensureDebianRoot, exists } from './debian-root.ts';
import type { SandboxPaths } from './paths.ts';
import type { OnProgress } from './progress.ts';
import { step } from './progress.ts';
import { recipeHash } from './recipe.ts';
import { mustRun, sealed } from './run.ts';
import type { PasswordUser } from './users.ts';
import { passwordUsers } from './users.ts';

export const FIRST_UID = 1000;

const DISK_GIGABYTES = 8;
const registry = `http://${GATEWAY}:${REGISTRY_PORT}`;

const recipe = {
  packages: [
    'openssh-server',
    'sudo',
    'systemd-sysv',
    'libpam-systemd',
    'dbus',
    'iproute2',
    'iputils-ping',
    'procps',
    'curl',
    'kmod',
    'less',
  ],
  files: {
    'etc/ssh/sshd_config.d/practice.conf': 'PermitRootLogin prohibit-password\nPasswordAuthentication yes\n',
    'etc/default/locale': 'LANG=C.UTF-8\n',
    'etc/sudoers.d/practice': passwordUsers
      .filter((user) => user.sudo === 'free')
      .map((user) => `${user.name} ALL=(ALL) NOPASSWD:ALL\n`)
      .join(''),
    // Docker finds node:20 and the like here; whoever installs Docker must keep what is already in this file.
    // BuildKit (in Docker 20.10) speaks plain HTTP to a mirror only where "insecure-registries" has it with its scheme.
    'etc/docker/daemon.json': `${JSON.stringify({ 'registry-mirrors': [registry], 'insecure-registries': [registry] }, null, 2)}\n`,
    // nspawn mounts the controllers of cgroup v1 read-only, and Docker writes there. A plain remount fails with "busy".
    'etc/systemd/system/practice-cgroup.service': `[Unit]
Description=Make cgroup v1 controllers writable
DefaultDependencies=no
Before=basic.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'mount -o remount,bind,rw /sys/fs/cgroup; for c in /sys/fs/cgroup/*; do mountpoint -q $$c && mount -o remount,bind,rw,nosuid,nodev,noexec $$c; done; true'
[Install]
WantedBy=basic.target
`,
  },
  users: passwordUsers,
  /** Units that have nothing to do in a container, or that would change the machine's clock or run apt on their own. */
  masked: [
    'getty.target',
    'console-getty.service',
    'systemd-timesyncd.service',
    'systemd-udevd.service',
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    'e2scrub_all.timer',
    'fstrim.timer',
  ],
  diskGigabytes: DISK_GIGABYTES,
};
const dockerRecipe = { packages: ['docker.io'] };

function addUser(user: PasswordUser, index: number): string {
  const groups = user.sudo === 'password' ? '--groups sudo ' : '';
  return `useradd --uid ${FIRST_UID + index} --create-home --shell /bin/bash ${groups}${user.name}; echo '${user.name}:${user.password}' | chpasswd`;
}

/** Runs in the root. Keys and ids are made anew in each clone; modprobe looks for its folder, though there are no modules to load. */
const plainScript = [
  aptInstallScript(recipe.packages),
  ...recipe.users.map(addUser),
  ...recipe.masked.map((unit) => `ln -sf /dev/null /etc/systemd/system/${unit}`),
  'systemctl enable practice-cgroup.service',
  'rm -f /etc/ssh/ssh_host_*',
  ': > /etc/machine-id',
  'mkdir -p /lib/modules',
].join('\n');

/** $1 the image, $2 where to mount it, $3 what to run in it. Runs in a mount namespace of its own: killed, it leaves no mount. */
const dockerScript = `mount -o loop,noatime,discard "$1" "$2"
mount -t proc proc "$2/proc"
cp -L /etc/resolv.conf "$2/etc/resolv.conf"
printf '#!/bin/sh\\nexit 101\\n' > "$2/usr/sbin/policy-rc.d"; chmod 755 "$2/usr/sbin/policy-rc.d"
chroot "$2" sh -euc "$3"
rm -f "$2/usr/sbin/policy-rc.d"
umount "$2/proc" "$2"`;

const baseHash = recipeHash(debianRootHash, recipe, plainScript);
const dockerHash = recipeHash(baseHash, dockerRecipe, dockerScript, aptInstallScript(dockerRecipe.packages));

/** The disk image to clone: plain, or with Docker in it. */
export function serverImage(paths: SandboxPaths, docker: boolean): string {
  return join(paths.bases, docker ? `docker-${dockerHash}.ext4` : `server-${baseHash}.ext4`);
}

/** Makes the image where it is not there yet. */
export async function ensureServerImage(paths: SandboxPaths, docker: boolean, onProgress?: OnProgress): Promise<void> {
  const plain = serverImage(paths, false);
  if (!(await exists(plain))) {
    await ensureDebianRoot(paths, onProgress);
    await step(onProgress, 'Make the server image: systemd, OpenSSH, users', () => makePlainImage(paths, plain));
  }
  const image = serverImage(paths, docker);
  if (docker && !(await exists(image))) {
    await step(onProgress, 'Make the server image with Docker (apt-get install docker.io)', () => makeDockerImage(paths, plain, image));
  }
}

async function makePlainImage(paths: SandboxPaths, image: string): Promise<void> {
  const root = join(paths.work, 'server');
  await rm(root, { recursive: true, force: true });
  await mustRun(['cp', '-a', '--reflink=auto', debianRoot(paths), root]);
  for (const [name, text] of Object.entries(recipe.files)) {
    const file = join(root, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await chmod(join(root, 'etc/sudoers.d/practice'), 0o440);
  await inRoot(root, plainScript);

  const half = `${root}.ext4`;
  await rm(half, { force: true });
  const handle = await open(half, 'w');
  await handle.truncate(DISK_GIGABYTES * 1024 ** 3);
  await handle.close();
  await mustRun(['mkfs.ext4', '-q', '-m', '0', '-E', 'lazy_itable_init=1,lazy_journal_init=1', '-d', root, half]);
  await rename(half, image);
  await rm(root, { recursive: true, force: true });
}

async function makeDockerImage(paths: SandboxPaths, plain: string, image: string): Promise<void> {
  const half = join(paths.work, 'docker.ext4');
  const root = join(paths.work, 'docker');
  await rm(half, { force: true });
  await mkdir(root, { recursive: true });
  await mustRun(['cp', '--reflink=always', plain, half]);
  await mustRun(sealed(['sh', '-euc', dockerScript, 'sh', half, root, aptInstallScript(dockerRecipe.packages)]), {
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  });
  await rename(half, image);
}
