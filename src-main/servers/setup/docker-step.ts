import { poll } from '../../base/wait.ts';
import { ExpectedError } from '../../contract/index.ts';
import type { Docker } from '../../docker/types.ts';
import { installPackages } from './packages.ts';
import { isDockerAbsent, runAsRoot } from './root.ts';
import type { SetupParts, StageContext } from './types.ts';

/** Says whether Docker is there and whether it runs. */
const STATE_SCRIPT = `
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
if command -v dockerd >/dev/null 2>&1; then echo installed; else echo missing; fi
if [ -S /var/run/docker.sock ] && [ -n "$(pidof dockerd)" ]; then echo running; else echo stopped; fi
id -u
id -Gn
`;
const START_SCRIPT = `
systemctl unmask docker.service docker.socket 2>/dev/null
systemctl reset-failed docker.service docker.socket 2>/dev/null
systemctl enable --now docker.service || { systemctl status --no-pager -l docker.service; journalctl -n 20 --no-pager -u docker.service; exit 1; }
`;
const JOIN_GROUP_SCRIPT = `
set -e
getent group docker >/dev/null || groupadd --system docker
usermod -aG docker "$1"
`;
/**
 * Without what docker.io merely recommends (git, criu, python, needrestart: 60 MB and most of the time), but for what containers need:
 * apparmor, whose parser Docker calls where the kernel has it on, certificates for registries, and xz for packed layers.
 */
const dockerPackages = ['docker.io', 'apparmor', 'ca-certificates', 'xz-utils'] as const;
const START_TIMEOUT_MS = 120_000;
const ANSWER_WITHIN_MS = 60_000;
const OLDEST: readonly [number, number] = [20, 10];

/** Installs, starts and opens Docker to the user, as far as that is needed. Ends as `already` when it answers. */
export async function dockerStep(parts: SetupParts, stage: StageContext): Promise<void> {
  const { connection, docker } = parts;
  const there = await versionOrNull(docker);
  if (there !== null) {
    checkVersion(there, parts.name);
    stage.already(`Docker ${there}`);
    return;
  }
  const state = parseDockerState((await connection.script(STATE_SCRIPT, [], { signal: stage.signal })).stdout);
  if (!state.installed) {
    stage.log('Docker is not installed; installing the package docker.io of the distribution.', 'note');
    await installPackages(connection, stage, dockerPackages);
  }
  stage.signal.throwIfAborted();
  stage.detail('Starting Docker');
  if (!state.running) {
    const started = await runAsRoot(connection, stage, START_SCRIPT, [], { timeoutMs: START_TIMEOUT_MS });
    if (started.code !== 0) {
      throw new ExpectedError('docker-failed', `Docker could not be started on ${parts.name}`, {
        detail: started.lastLines,
        next: 'The last lines say why; mend that on the server (journalctl -u docker), and run the set-up again.',
      });
    }
  }
  if (!state.mayUseDocker) {
    stage.log('Adding your user to the group docker, and logging in again so that it counts.', 'note');
    const user = (await connection.exec(['id', '-un'], { signal: stage.signal })).stdout.trim();
    const joined = await runAsRoot(connection, stage, JOIN_GROUP_SCRIPT, [user], { timeoutMs: 30_000, signal: stage.signal });
    if (joined.code !== 0) {
      throw new ExpectedError('command-failed', `The user ${user} could not be added to the group docker on ${parts.name}`, {
        detail: joined.lastLines,
      });
    }
    await connection.renew(stage.signal);
  }
  const version = await poll(() => versionOrNull(docker).then((each) => each ?? undefined), {
    everyMs: 300,
    withinMs: ANSWER_WITHIN_MS,
    signal: stage.signal,
  });
  if (version === undefined) {
    throw new ExpectedError('docker-unavailable', `Docker was started on ${parts.name} and does not answer`, {
      next: 'Look at `systemctl status docker` on the server, and run the set-up again.',
    });
  }
  checkVersion(version, parts.name);
  stage.detail(`Docker ${version}`);
}

export interface DockerState {
  readonly installed: boolean;
  readonly running: boolean;
  readonly mayUseDocker: boolean;
}

/** Takes apart what the state script printed. */
export function parseDockerState(output: string): DockerState {
  const [installed = '', running = '', uid = '', groups = ''] = output.split('\n').map((line) => line.trim());
  return {
    installed: installed === 'installed',
    running: running === 'running',
    mayUseDocker: uid === '0' || groups.split(/\s+/).includes('docker'),
  };
}

/** Docker's version; null when it does not answer this user. */
export async function versionOrNull(docker: Pick<Docker, 'version'>): Promise<string | null> {
  try {
    return (await docker.version()).version;
  } catch (error) {
    if (isDockerAbsent(error)) return null;
    throw error;
  }
}

/** Throws `unsupported-system` for a Docker that is too old. */
export function checkVersion(version: string, server: string): void {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new ExpectedError('unsupported-system', `Docker ${version} on ${server} is too old; 20.10 or later is needed`, {
    next: `Update Docker on ${server}, and run the set-up again.`,
  });
}
