import { sleep } from '../../base/wait.ts';
import { ExpectedError } from '../../contract/index.ts';
import type { SshConnection } from '../../ssh/types.ts';
import { type RootRun, runAsRoot } from './root.ts';
import type { StageContext } from './types.ts';

/**
 * apt-get with the given arguments, in a session of its own and printing into a file: when the link breaks it goes on and ends in good
 * order instead of dying of a closed pipe with packages half configured. needrestart may only list: it would restart sshd.
 */
const APT_SCRIPT = `
set -u
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l LC_ALL=C
log=$(mktemp)
setsid apt-get -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" > "$log" 2>&1 < /dev/null &
pid=$!
tail -f -s 0.2 --pid="$pid" -n +1 "$log"
wait "$pid"
code=$?
rm -f "$log"
exit "$code"
`;
const REPAIR_SCRIPT = `
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
dpkg --force-confdef --force-confold --configure -a
`;

const APT_TIMEOUT_MS = 20 * 60_000;
/** A fresh server updates itself for its first minutes and holds the locks meanwhile. */
const LOCK_WITHIN_MS = 10 * 60_000;
const LOCK_AGAIN_MS = 3_000;

/** Installs packages of the distribution, with fresh lists. Throws `command-failed` with apt's last lines. */
export async function installPackages(
  connection: Pick<SshConnection, 'name' | 'script'>,
  stage: StageContext,
  packages: readonly string[],
): Promise<void> {
  const update = await apt(connection, stage, ['update']);
  if (update.code !== 0) stage.log('The package lists could not all be brought up to date; trying with those that are there.', 'note');
  let install = await apt(connection, stage, ['install', '-y', '--no-install-recommends', ...packages]);
  if (install.code !== 0 && /dpkg was interrupted/i.test(install.output)) {
    stage.log('An earlier installation was interrupted; finishing that first.', 'note');
    await runAsRoot(connection, stage, REPAIR_SCRIPT, [], { timeoutMs: APT_TIMEOUT_MS });
    install = await apt(connection, stage, ['install', '-y', '--no-install-recommends', ...packages]);
  }
  if (install.code !== 0) throw aptFailed(connection.name, packages.join(' '), update, install);
}

/** Waits while another program holds apt's locks. A cancel is heeded between two runs, never inside one. */
async function apt(connection: Pick<SshConnection, 'name' | 'script'>, stage: StageContext, args: readonly string[]): Promise<RootRun> {
  const deadline = Date.now() + LOCK_WITHIN_MS;
  for (;;) {
    stage.signal.throwIfAborted();
    stage.detail(args[0] === 'update' ? 'Updating the package lists' : 'Installing');
    const run = await runAsRoot(connection, stage, APT_SCRIPT, args, { timeoutMs: APT_TIMEOUT_MS });
    if (run.code === 0 || !isLocked(run.output) || Date.now() > deadline) return run;
    stage.detail(`Waiting for another installation on ${connection.name} to end`);
    await sleep(LOCK_AGAIN_MS, stage.signal);
  }
}

/** apt's words when another apt, dpkg or unattended-upgrades is at work. */
export function isLocked(output: string): boolean {
  return /Could not get lock|Unable to acquire the dpkg|Unable to lock (the )?(directory|list)/i.test(output);
}

/** The error for an installation that failed, with its cause where apt's words show one. */
export function aptFailed(
  server: string,
  packages: string,
  update: Pick<RootRun, 'code' | 'lastLines'>,
  install: Pick<RootRun, 'output' | 'lastLines'>,
): ExpectedError {
  const detail = [...(update.code === 0 ? [] : [update.lastLines]), install.lastLines].join('\n');
  const said = `${detail}\n${install.output}`;
  if (/No space left on device|You don't have enough free space/i.test(said)) {
    return new ExpectedError('disk-full', `There is not enough space on the disk of ${server} to install ${packages}`, {
      detail,
      next: `Free some space on ${server}, and run the set-up again.`,
    });
  }
  if (isLocked(said)) {
    return new ExpectedError('busy', `Another program on ${server} has been installing packages for ten minutes`, {
      detail,
      next: 'Wait until it is done (unattended upgrades, for example), and run the set-up again.',
    });
  }
  if (
    /Temporary failure resolving|Could not resolve|Could not connect|Connection timed out|Network is unreachable|Failed to fetch/i.test(
      said,
    )
  ) {
    return new ExpectedError('command-failed', `${server} could not reach its package sources to install ${packages}`, {
      detail,
      next: `Check the network and the DNS of ${server}, and its /etc/apt/sources.list; then run the set-up again.`,
    });
  }
  return new ExpectedError('command-failed', `The installation of ${packages} on ${server} failed`, {
    detail,
    next: 'The last lines of the output say why; mend that there, and run the set-up again.',
  });
}
