/**
 * Stands for Electron's own default_app.asar, which packaged applications leave out: runs the app whose folder is named on
 * the command line. An ES module with top-level await on purpose: Electron holds `ready` back until this import has ended,
 * so that the app may still register its scheme.
 */
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

try {
  const named = process.argv.slice(1).find((arg) => !arg.startsWith('-'));
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
