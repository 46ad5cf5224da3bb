/** Changing a root folder from inside: packages, users. Nothing started in it outlives the call. */
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, sealed } from './run.ts';

/** Runs a shell script with `root` as its `/`, with /proc, and with services kept from starting. Throws SandboxError on failure. */
export async function inRoot(root: string, script: string): Promise<void> {
  const policy = join(root, 'usr/sbin/policy-rc.d');
  await writeFile(policy, '#!/bin/sh\nexit 101\n');
  await chmod(policy, 0o755);
  try {
    await mustRun(sealed(['sh', '-euc', 'mount -t proc proc "$1/proc"; exec chroot "$1" sh -euc "$2"', 'sh', root, script]), {
      env: {
        DEBIAN_FRONTEND: 'noninteractive',
        LC_ALL: 'C',
        HOME: '/root',
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      },
    });
  } finally {
    await rm(policy, { force: true });
  }
}

/** The script line that installs `packages` and leaves no lists or archives behind. */
export function aptInstallScript(packages: readonly string[]): string {
  return [
    'apt-get update -qq -o Acquire::Retries=3',
    `apt-get install -y -qq --no-install-recommends -o Acquire::Retries=3 ${packages.join(' ')}`,
    'apt-get clean',
    'rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/log/alternatives.log',
  ].join('\n');
}
