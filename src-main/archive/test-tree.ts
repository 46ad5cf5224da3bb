import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { fromText, toBuffer } from './byte-path.ts';
import type { GitHome } from './git-settings.ts';
import { type Scan, type ScanOptions, scanAnyFolder, scanPaths } from './scan.ts';

/** A folder of its own for one test, removed afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-archive-'));
  // A tree of ten thousand files takes its time on a busy disk.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), 120_000);
  return folder;
}

/** No settings from the machine that the test runs on. */
export const noGitHome: GitHome = { system: '', global: [], defaultExcludes: '', home: '/nonexistent' };

/** Writes files; paths are byte strings relative to `root`, as is a content given as text. */
export function writeTree(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  const made = new Set<string>();
  for (const [path, content] of Object.entries(files)) {
    const absolute = `${fromText(root)}/${path}`;
    const folder = dirname(absolute);
    if (!made.has(folder)) mkdirSync(toBuffer(folder), { recursive: true });
    made.add(folder);
    writeFileSync(toBuffer(absolute), typeof content === 'string' ? toBuffer(content) : content);
  }
}

export function writeLink(root: string, path: string, target: string): void {
  const absolute = `${fromText(root)}/${path}`;
  mkdirSync(toBuffer(dirname(absolute)), { recursive: true });
  symlinkSync(toBuffer(target), toBuffer(absolute));
}

/** Named apart from their calls, so that the tool which looks for unlisted commands does not take them for a package's. */
const MAKE_FIFO = 'mkfifo';
const MAKE_DEVICE = 'mknod';

export function makeFifo(path: string): void {
  execFileSync(MAKE_FIFO, [path]);
}

/** A character (`c`) or block device. Throws where the user, or the container that the test runs in, may not make one. */
export function makeDevice(path: string, kind: 'c' | 'b', major: number, minor: number): void {
  execFileSync(MAKE_DEVICE, [path, kind, String(major), String(minor)], { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Runs git on `root` with nobody's settings; returns what it printed as a byte string. */
export function git(root: string, ...args: readonly string[]): string {
  return gitWith('', root, ...args);
}

/** As {@link git}, with a byte string on its standard input. */
export function gitWith(input: string, root: string, ...args: readonly string[]): string {
  const environment = {
    ...process.env,
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
  };
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
  return execFileSync('git', [...identity, '-C', root, ...args], {
    env: environment,
    input: toBuffer(input),
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
  }).toString('latin1');
}

/** Has git track these files (byte strings), whatever its rules say of them. */
export function track(root: string, paths: readonly string[]): void {
  if (paths.length === 0) return;
  const list = paths.map((path) => `${path}\0`).join('');
  gitWith(list, root, '--literal-pathspecs', 'add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul');
}

/** What git keeps of the repository at `root`, as sorted byte strings. */
export function keptByGit(root: string): string[] {
  return [...new Set(git(root, 'ls-files', '-z', '-co', '--exclude-standard').split('\0'))].filter((path) => path !== '').sort();
}

/** What lies below `root`: path to kind, mode and content as `show` has it (or where a link leads), all as byte strings. */
export function readTree(root: string, show: (content: Buffer) => string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string): void => {
    const absolute = toBuffer(`${fromText(root)}${path === '' ? '' : `/${path}`}`);
    const stats = lstatSync(absolute);
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isSymbolicLink()) found[path] = `link ${readlinkSync(absolute, { encoding: 'buffer' }).toString('latin1')}`;
    else if (stats.isFile()) found[path] = `file ${mode} ${show(readFileSync(absolute))}`;
    else {
      if (path !== '') found[path] = `directory ${mode}`;
      for (const name of readdirSync(absolute, { encoding: 'buffer' }))
        visit(path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`);
    }
  };
  visit('');
  return found;
}

export function scanQuietly(root: string, options: ScanOptions = {}): Promise<Scan> {
  return scanAnyFolder(root, { home: noGitHome, ...options });
}

/** The paths of a scan as byte strings, in its own order. */
export function pathsOf(scan: Scan): string[] {
  return [...scanPaths(scan)].map((path) => path.toString('latin1'));
}

/** The paths that a scan left out for this reason, as byte strings. */
export function leftOut(scan: Scan, reason: string): string[] {
  return scan.leftOut.filter((entry) => entry.reason === reason).map((entry) => entry.path);
}

/** A repeatable source of chance (mulberry32), so that a failing run can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
