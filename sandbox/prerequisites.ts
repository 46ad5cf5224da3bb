/** What this machine must have. On Debian as root it is installed by apt; elsewhere one line says what is missing. */
import { access, constants, readFile, statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { SandboxError } from './errors.ts';
import type { OnProgress } from './progress.ts';
import { step } from './progress.ts';
import { mustRun } from './run.ts';

/** Programs that are called, and the Debian package that brings each. */
const programs: readonly (readonly [program: string, debianPackage: string])[] = [
  ['debootstrap', 'debootstrap'],
  ['systemd-nspawn', 'systemd-container'],
  ['mkfs.xfs', 'xfsprogs'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['iptables', 'iptables'],
  ['ip', 'iproute2'],
  ['mount', 'mount'],
  ['flock', 'util-linux'],
  ['unshare', 'util-linux'],
  ['setpriv', 'util-linux'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
  ['tar', 'tar'],
  ['gzip', 'gzip'],
  ['npm', 'npm'],
];

const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
const FREE_GIGABYTES = 6;

/** Names the packages whose program is not found. Pure; `has` looks a program up. */
export function missingPackages(has: (program: string) => boolean): string[] {
  return [...new Set(programs.filter(([program]) => !has(program)).map(([, debianPackage]) => debianPackage))];
}

/** Throws SandboxError where practice servers can never run: no Linux, not root. Also finds the programs in sbin. */
export function checkSystem(): void {
  if (process.platform !== 'linux') {
    throw new SandboxError(`practice servers need Linux (Debian 12 or newer is best); this is ${process.platform}`);
  }
  if (process.getuid?.() !== 0) {
    throw new SandboxError('practice servers need root, for mounts and network namespaces; run the same command with sudo');
  }
  // Debian keeps mkfs and iptables in sbin, which a user's PATH may lack even under sudo.
  const path = (process.env['PATH'] ?? '').split(delimiter);
  process.env['PATH'] = [...path, ...systemFolders.filter((folder) => !path.includes(folder))].join(delimiter);
}

/** Makes sure that practice servers can run here. Throws SandboxError, one line, where they cannot. */
export async function ensurePrerequisites(home: string, onProgress?: OnProgress): Promise<void> {
  checkSystem();
  const found = await findPrograms();
  const missing = missingPackages((program) => found.has(program));
  if (missing.length > 0) {
    if (!(await isDebian())) {
      throw new SandboxError(`practice servers need the Debian packages ${missing.join(', ')} (or this system's own of the same programs)`);
    }
    await step(onProgress, `Install ${missing.join(', ')} by apt`, () => aptInstall(missing));
    const now = await findPrograms();
    const still = missingPackages((program) => now.has(program));
    if (still.length > 0) {
      throw new SandboxError(`apt installed no ${still.join(', ')}; install these packages by hand`);
    }
  }
  await checkDevice('/dev/loop-control', 'loop devices');
  await checkDevice('/dev/net/tun', 'tun devices');
  await checkFreeSpace(home);
}

async function findPrograms(): Promise<Set<string>> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = new Set<string>();
  for (const [program] of programs) {
    for (const folder of folders) {
      if (await isExecutable(join(folder, program))) {
        found.add(program);
        break;
      }
    }
  }
  return found;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(release) && (await isExecutable('/usr/bin/apt-get'));
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt on this machine may hold the lock: wait for it instead of failing.
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  await mustRun(['apt-get', 'update', '-qq', ...wait], { env });
  await mustRun(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...wait, ...packages], { env });
}

async function checkDevice(device: string, what: string): Promise<void> {
  await access(device).catch(() => {
    throw new SandboxError(`practice servers need ${what}, and ${device} is not there; in a container, run it with --privileged`);
  });
}

async function checkFreeSpace(home: string): Promise<void> {
  for (let folder = home; ; folder = dirname(folder)) {
    const stats = await statfs(folder).catch(() => undefined);
    if (stats !== undefined) {
      const free = (stats.bavail * stats.bsize) / 1024 ** 3;
      if (free < FREE_GIGABYTES) {
        throw new SandboxError(
          `practice servers need ${FREE_GIGABYTES} GB free, and ${folder} has ${free.toFixed(1)} GB; set LONGSHORE_SANDBOX_DIR to another disk`,
        );
      }
      return;
    }
    if (folder === dirname(folder)) {
      return;
    }
  }
}
