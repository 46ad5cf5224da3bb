/** The servers' image registry: Debian's docker-registry, started on the bridge while servers exist. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GATEWAY, REGISTRY_PORT } from './addresses.ts';
import { debianRoot, debianRootHash, ensureDebianRoot, exists } from './debian-root.ts';
import { SandboxError } from './errors.ts';
import type { SandboxPaths } from './paths.ts';
import { pollUntil } from './poll.ts';
import type { ProcessRef } from './processes.ts';
import { processesOfProgram, signalProcess, waitForEnd } from './processes.ts';
import type { OnProgress } from './progress.ts';
import { step } from './progress.ts';
import { mustRun, sealed } from './run.ts';

export const REGISTRY_URL = `http://${GATEWAY}:${REGISTRY_PORT}`;

const PROGRAM = 'docker-registry-';
const READY_MS = 20_000;
const STOP_MS = 5_000;

/** The registry that runs for these servers, found by its program: it needs no note of its PID that could be lost or stale. */
async function running(paths: SandboxPaths): Promise<ProcessRef[]> {
  return processesOfProgram(join(paths.bases, PROGRAM));
}

/** Starts the registry where it does not run. The bridge must be there. */
export async function startRegistry(paths: SandboxPaths, onProgress?: OnProgress): Promise<void> {
  if ((await running(paths)).length > 0 && (await answers())) {
    return;
  }
  await stopRegistry(paths);
  const program = await ensureProgram(paths, onProgress);
  const config = join(paths.store, 'registry.yml');
  await writeFile(
    config,
    `version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: ${paths.registry}
http:
  addr: ${GATEWAY}:${REGISTRY_PORT}
`,
  );
  const log = await open(join(paths.logs, 'registry.log'), 'w');
  const child = spawn(program, ['serve', config], { detached: true, cwd: '/', env: {}, stdio: ['ignore', log.fd, log.fd] });
  await once(child, 'spawn');
  await log.close();
  child.unref();
  const answered = await pollUntil(async () => (await answers()) || undefined, READY_MS);
  if (answered === undefined || (await running(paths)).length === 0) {
    await stopRegistry(paths);
    throw new SandboxError(`the practice registry does not answer at ${REGISTRY_URL}; see ${join(paths.logs, 'registry.log')}`);
  }
}

/** Stops the registry where it runs. */
export async function stopRegistry(paths: SandboxPaths): Promise<void> {
  for (const ref of await running(paths)) {
    await signalProcess(ref, 'SIGTERM');
    if (!(await waitForEnd(ref, STOP_MS))) {
      await signalProcess(ref, 'SIGKILL');
      await waitForEnd(ref, STOP_MS);
    }
  }
}

async function answers(): Promise<boolean> {
  return fetch(`${REGISTRY_URL}/v2/`).then(
    (response) => response.ok,
    () => false,
  );
}

/** Where the program is kept. */
export function registryProgram(paths: SandboxPaths): string {
  return join(paths.bases, `${PROGRAM}${debianRootHash}`);
}

/** Takes the program out of its Debian package instead of installing it: the package would start a registry for all of this machine. */
async function ensureProgram(paths: SandboxPaths, onProgress: OnProgress | undefined): Promise<string> {
  const program = registryProgram(paths);
  if (!(await exists(program))) {
    await ensureDebianRoot(paths, onProgress);
    await step(onProgress, 'Fetch the image registry (docker-registry)', async () => {
      const work = join(paths.work, 'registry');
      await rm(work, { recursive: true, force: true });
      await mkdir(work, { recursive: true });
      const script = `mkdir "$2/upper" "$2/overlay" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/overlay" "$2/root"
mount -t proc proc "$2/root/proc"
cp -L /etc/resolv.conf "$2/root/etc/resolv.conf"
chroot "$2/root" sh -euc 'apt-get update -qq; cd /opt; apt-get download -qq docker-registry; dpkg-deb -x docker-registry_*.deb unpacked'`;
      await mustRun(sealed(['sh', '-euc', script, 'sh', debianRoot(paths), work]), { env: { LC_ALL: 'C' } });
      const half = `${program}.half`;
      await copyFile(join(work, 'upper/opt/unpacked/usr/bin/docker-registry'), half);
      await rename(half, program);
      await rm(work, { recursive: true, force: true });
    });
  }
  return program;
}
