import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { MissingHere } from './missing.ts';
import { runCommand } from './run-command.ts';

/** What the unit tests hold the product against: git, OpenSSH's own key tools, and zstd. */
const oracles: readonly { readonly program: string; readonly debianPackage: string }[] = [
  { program: 'git', debianPackage: 'git' },
  { program: 'ssh-keygen', debianPackage: 'openssh-client' },
  { program: 'zstd', debianPackage: 'zstd' },
];

async function isThere(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** Installs what is missing by apt when root on Debian; throws one line that names it elsewhere. */
export async function bringTestTools(): Promise<void> {
  const missing: string[] = [];
  for (const { program, debianPackage } of oracles) if (!(await isThere(program))) missing.push(debianPackage);
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && (await isThere('apt-get'))) {
    await runCommand('apt-get', ['update', '-qq']);
    if ((await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing])) === 0) return;
  }
  throw new MissingHere(`The tests need ${missing.join(' and ')}, which is not installed. On Debian: apt-get install ${missing.join(' ')}`);
}
