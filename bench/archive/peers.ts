/**
 * Packages that do the same, at the versions that were measured for the design. None of them is a part of the product: they are
 * laid into a folder of their own when the benchmark runs, and named as missing where the registry does not answer.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const peerVersions = {
  'tar-stream': '3.2.2',
  'tar-fs': '3.1.3',
  tar: '7.5.23',
  globby: '14.1.0',
  ignore: '7.0.16',
  // What tartplus asks for.
  'ignore-5': 'npm:ignore@5.3.1',
} as const;

const folder = resolve('.cache/bench-peers');

/** Where the peers can be required from; null when they cannot be brought. */
export async function bringPeers(): Promise<string | null> {
  const manifest = JSON.stringify({ private: true, dependencies: peerVersions }, null, 2);
  const file = join(folder, 'package.json');
  const present = await readFile(join(folder, 'installed.json'), 'utf8').catch(() => null);
  if (present === manifest) return file;
  await mkdir(folder, { recursive: true });
  await writeFile(file, manifest);
  try {
    await run('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']);
  } catch {
    return null;
  }
  await writeFile(join(folder, 'installed.json'), manifest);
  return file;
}

export function requirePeer(manifest: string): NodeJS.Require {
  return createRequire(manifest);
}
