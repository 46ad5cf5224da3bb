import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { scanAnyFolder, scanEntries, scanFolderToChoose, toScanPreview, warmUpArchive } from './archive/index.ts';
import { planBuild, recognisedDepth, suggestAppName, templatesFolder } from './builds/index.ts';
import type { DeployTarget, FileChoices, FolderInspection } from './contract/index.ts';
import type { RememberedChoices } from './store/remembered-choices.ts';

export interface FolderToInspect {
  readonly path: string;
  /** The app it goes to, where that is known. */
  readonly target: DeployTarget | null;
  /** Null for those that are remembered. */
  readonly choices: FileChoices | null;
}

/** Scans a folder, with the choices given or remembered, and recognises how to build it. Sends nothing. */
export async function inspectFolder(
  remembered: Pick<RememberedChoices, 'of' | 'ofFolder'>,
  { path, target, choices: given }: FolderToInspect,
  signal?: AbortSignal,
): Promise<FolderInspection> {
  const folder = wholePath(path);
  const last = remembered.ofFolder(folder);
  const choices = given ?? (target === null ? last.choices : remembered.of(target, folder));
  // Who left everything out by hand may take it back there.
  const scanned = choices.exclude.length > 0 ? scanAnyFolder : scanFolderToChoose;
  const scan = await scanned(folder, { ...choices, signal, dockerignore: true });
  return {
    scan: await toScanPreview(scan, choices.include),
    build: await planBuild(scan.root, scanEntries(scan, recognisedDepth)),
    suggestedName: suggestAppName(scan.root),
    choices,
    lastTarget: last.target,
  };
}

/** A few files each; together less than 0.2 s, in the thread of the archive. */
const warmUpRounds = 100;

/** Makes the first {@link inspectFolder} as fast as all others. */
export async function warmUpInspection(): Promise<void> {
  warmUpArchive();
  const folder = templatesFolder();
  // Code that has run some hundred times is compiled: the first folder then opens in about half the time.
  for (let round = 0; round < warmUpRounds; round++) await toScanPreview(await scanAnyFolder(folder), []);
}

/** A path as people type it: `~` is their home folder, which no shell has replaced in a window. */
export function wholePath(path: string): string {
  return resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);
}
