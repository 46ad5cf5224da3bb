/**
 * Stands for Electron's own default_app.asar, which packaged applications leave out: runs the app whose folder is named on
 * the command line. An ES module with top-level await on purpose: Electron holds `ready` back until this import has ended,
 * so that the app may still register its scheme. Knows `-r MODULE` as the original does: Playwright comes in that way.
 */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

try {
  const given = process.argv.slice(1);
  const preload = given.indexOf('-r');
  if (preload >= 0) {
    const [, module] = given.splice(preload, 2);
    createRequire(import.meta.url)(module);
  }
  const named = given.find((arg) => !arg.startsWith('-'));
  if (named === undefined) throw new Error('Name the folder of the app to run');
  let main = resolve(named);
  if (statSync(main).isDirectory()) {
    const manifest = JSON.parse(readFileSync(join(main, 'package.json'), 'utf8'));
    app.setVersion(manifest.version ?? '0.0.0');
    app.setName(manifest.productName ?? manifest.name ?? 'Electron');
    app.setAppPath(main);
    main = join(main, manifest.main ?? 'index.js');
  }
  await import(pathToFileURL(main).href);
} catch (error) {
  // Printed, not shown: Electron's error dialog would hold a test run until its time is up.
  console.error(error);
  app.exit(1);
}
