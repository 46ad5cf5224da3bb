import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { MissingHere } from './missing.ts';
import { exists } from './npm-package.ts';

const execFileText = promisify(execFile);

interface Need {
  /** A program on the PATH, or a library by the name that the dynamic linker knows. */
  readonly program?: string;
  readonly library?: string;
  /** The Debian package, under the names that its releases gave it (the change to 64-bit time renamed libraries), newest first. */
  readonly packages: readonly string[];
}

/** What Electron and a run without a screen need of a Linux system. */
const needs: readonly Need[] = [
  { program: 'xvfb-run', packages: ['xvfb'] },
  { program: 'xauth', packages: ['xauth'] },
  { program: 'unzip', packages: ['unzip'] },
  { library: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { library: 'libnss3.so', packages: ['libnss3'] },
  { library: 'libgbm.so.1', packages: ['libgbm1'] },
  { library: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
];

/** Installs what is missing of the above: by apt as root on Debian. Elsewhere it throws one line that names what is missing. */
export async function prepareSystem(): Promise<void> {
  if (process.platform !== 'linux') return;
  const missing = await whatIsMissing();
  if (missing.length === 0) return;
  const names = missing.map((need) => need.program ?? need.library).join(', ');
  if (process.getuid?.() !== 0 || !(await onPath('apt-get'))) {
    throw new MissingHere(
      `The tests in real Electron need ${names}. On Debian: apt-get install ${missing.map(({ packages }) => packages.at(-1)).join(' ')}`,
    );
  }
  console.error(`Installing what Electron needs of the system: ${names} …`);
  await apt('update', '-qq');
  const wanted = await Promise.all(missing.map(({ packages }) => known(packages)));
  await apt('install', '-y', '-qq', '--no-install-recommends', ...wanted);
  const still = await whatIsMissing();
  if (still.length > 0)
    throw new MissingHere(`Still missing after apt-get install: ${still.map((need) => need.program ?? need.library).join(', ')}`);
}

async function whatIsMissing(): Promise<readonly Need[]> {
  // By its full name: /sbin is not on every user's PATH.
  const { stdout: libraries } = await execFileText('/sbin/ldconfig', ['-p']).catch(() => ({ stdout: '' }));
  const found = await Promise.all(needs.map(({ program, library }) => (program ? onPath(program) : libraries.includes(`\t${library} `))));
  return needs.filter((_, index) => found[index] !== true);
}

async function onPath(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = await Promise.all(folders.map((folder) => exists(join(folder, program))));
  return found.includes(true);
}

/** The first of the names that this release of Debian has. */
async function known(names: readonly string[]): Promise<string> {
  for (const name of names) {
    const { stdout } = await execFileText('apt-cache', ['show', name]).catch(() => ({ stdout: '' }));
    if (stdout.includes('Version:')) return name;
  }
  throw new MissingHere(`This system's package lists know none of: ${names.join(', ')}`);
}

async function apt(...args: string[]): Promise<void> {
  // Its progress to stderr: the output of test-electron.ts is the path and nothing else.
  const child = spawn('apt-get', args, { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new MissingHere(`apt-get ${args[0] ?? ''} ended with exit code ${code}`);
}
