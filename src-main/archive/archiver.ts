import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PackedFolder, type PackOptions, packBlocks, packFolderHere } from './pack.ts';
import { type Scan, type ScanOptions, scanAnyFolder, scanFolder, scanFolderToChoose } from './scan.ts';
import type { TarContent } from './tar-writer.ts';
import { ArchiveWorker } from './worker-client.ts';

type ScanFunction = (path: string, options?: ScanOptions) => Promise<Scan>;

/** The ways into the archive, wherever its work is done. */
export interface Archiver {
  readonly scanFolder: ScanFunction;
  readonly scanFolderToChoose: ScanFunction;
  readonly scanAnyFolder: ScanFunction;
  readonly packFolder: (content: TarContent, options?: PackOptions) => PackedFolder;
  /** Makes the first call as fast as all others. Costs a thread of some megabytes. */
  readonly warmUp: () => void;
}

/** Works in a thread of its own. `file` is the built worker. */
export function archiverIn(worker: ArchiveWorker): Archiver {
  return {
    scanFolder: (path, options) => worker.scan('scanFolder', path, options),
    scanFolderToChoose: (path, options) => worker.scan('scanFolderToChoose', path, options),
    scanAnyFolder: (path, options) => worker.scan('scanAnyFolder', path, options),
    packFolder: (content, options = {}) => packBlocks(worker.pack(content, options.extra ?? []), options),
    warmUp: () => worker.warmUp(),
  };
}

const archiverHere: Archiver = { scanFolder, scanFolderToChoose, scanAnyFolder, packFolder: packFolderHere, warmUp: () => undefined };

/**
 * The archiver of this process. There is one, since its thread is kept warm for all who pack. It lies beside the program
 * that is built (window and command line have each their own copy); run from source, by the tests or by tsx, there is
 * none, since Node cannot start a thread from TypeScript: then all is done in this thread, in slices, as it is where the
 * built worker is missing.
 */
export const archiver: Archiver = builtWorker(import.meta.url);

function builtWorker(moduleUrl: string): Archiver {
  if (moduleUrl.endsWith('.ts')) return archiverHere;
  const folder = dirname(fileURLToPath(moduleUrl));
  // One level up where the bundler has put this module into a chunk that two programs share.
  const file = [folder, dirname(folder)].map((at) => join(at, 'archive-worker.js')).find((path) => existsSync(path));
  return file === undefined ? archiverHere : archiverIn(new ArchiveWorker(file));
}
