/**
 * One machine: a disk mounted on this host and systemd-nspawn running it. Knows nothing of names, addresses or images.
 *
 * nspawn is kept by a small shell loop, because with --keep-unit it does not restart a machine that reboots itself but ends with 133.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { freezeCgroup, makeCgroups } from './cgroups.ts';
import { exists } from './debian-root.ts';
import { SandboxError } from './errors.ts';
import { netnsFile } from './network.ts';
import { pollUntil } from './poll.ts';
import type { ProcessRef } from './processes.ts';
import { childrenOf, isInit, processesInNetns, refer, signalProcess, waitForEnd } from './processes.ts';

export interface MachineOptions {
  readonly name: string;
  /** The mounted disk. */
  readonly root: string;
  readonly memory: string | undefined;
  readonly console: string;
}

const ORDERLY_STOP_MS = 40_000;
const KILL_MS = 10_000;
const SSH_READY_MS = 60_000;

/** Boots the machine; gives back the process that keeps it. The caller must have plugged in its network. */
export async function startMachine(options: MachineOptions): Promise<ProcessRef> {
  const hostHasSystemd = await exists('/run/systemd/system');
  const cgroups = hostHasSystemd ? [] : await makeCgroups(options.name, options.memory);
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    `--directory=${options.root}`,
    '--boot',
    `--machine=practice-${options.name}`,
    `--hostname=${options.name}`,
    `--network-namespace-path=${netnsFile(options.name)}`,
    '--private-users=no',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=pipe',
    // What dockerd needs: capabilities, tun, and system calls that nspawn filters out otherwise.
    '--capability=all',
    '--bind=/dev/net/tun',
    '--system-call-filter=add_key keyctl bpf perf_event_open @mount @keyring',
    ...(hostHasSystemd
      ? ['--register=no', ...(options.memory === undefined ? [] : [`--property=MemoryMax=${options.memory}`])]
      : ['--register=no', '--keep-unit']),
  ];
  const script = `for group in ${cgroups.map((_, index) => `"$\{${index + 1}}"`).join(' ')}; do echo $$ > "$group/cgroup.procs"; done
shift ${cgroups.length}
while :; do
  "$@" && exit 0
  [ $? -eq 133 ] || exit 1
done`;
  const log = await open(options.console, 'a');
  const child = spawn('sh', ['-c', script, 'practice-server', ...cgroups, ...nspawn], {
    detached: true,
    cwd: '/',
    // dockerd writes to /proc/sys/net.
    env: { PATH: process.env['PATH'], SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network' },
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  await log.close();
  child.unref();
  const ref = child.pid === undefined ? undefined : await refer(child.pid);
  if (ref === undefined) {
    throw new SandboxError(`practice server ${options.name} ended at once; see ${options.console}`);
  }
  return ref;
}

/** Orderly power-off, as by the button: services stop, file systems are synced. A machine that does not obey is switched off. */
export async function stopMachine(name: string, keeper: ProcessRef | undefined): Promise<void> {
  await freezeCgroup(name, 'THAWED');
  for (const nspawn of keeper === undefined ? [] : await childrenOf(keeper.pid)) {
    await signalProcess(nspawn, 'SIGTERM');
  }
  if (!(await waitForEnd(keeper, ORDERLY_STOP_MS))) {
    await cutPower(name, keeper);
  }
  await cutPower(name, undefined);
}

/**
 * Power cut: kills the machine's first process, with which the kernel kills all others of its PID namespace. (Killing nspawn alone
 * would leave the machine running.) Also finds a machine whose keeper is gone.
 */
export async function cutPower(name: string, keeper: ProcessRef | undefined): Promise<void> {
  // The kernel ends a frozen process only when it goes on.
  await freezeCgroup(name, 'THAWED');
  const inside = await processesInNetns(netnsFile(name));
  const inits: ProcessRef[] = [];
  for (const ref of inside) {
    if (await isInit(ref)) {
      inits.push(ref);
    }
  }
  // The keeper first, or it might boot the machine again.
  const nspawns = keeper === undefined ? [] : await childrenOf(keeper.pid);
  await signalProcess(keeper, 'SIGKILL');
  for (const ref of [...inits, ...inside]) {
    await signalProcess(ref, 'SIGKILL');
  }
  for (const ref of [keeper, ...inside, ...nspawns]) {
    if (!(await waitForEnd(ref, KILL_MS))) {
      await signalProcess(ref, 'SIGKILL');
      await waitForEnd(ref, KILL_MS);
    }
  }
}

/** Waits until the machine's sshd greets. Throws SandboxError when it does not, or when the machine has ended. */
export async function waitForSsh(name: string, host: string, port: number, keeper: ProcessRef, console: string): Promise<void> {
  const outcome = await pollUntil(
    async () => {
      if (await greets(host, port)) {
        return 'ready';
      }
      return (await waitForEnd(keeper, 0)) ? 'ended' : undefined;
    },
    SSH_READY_MS,
    50,
  );
  if (outcome !== 'ready') {
    const what = outcome === 'ended' ? 'ended while booting' : `has no sshd answering after ${SSH_READY_MS / 1000} s`;
    throw new SandboxError(`practice server ${name} ${what}; its console is in ${console}`);
  }
}

function greets(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(5000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('data', (data) => finish(data.toString('latin1').startsWith('SSH-')));
  });
}
