import { access, constants, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { choiceRuleFile } from '../contract/choice-rule.ts';
import { CancelledError, ExpectedError } from '../contract/errors.ts';
import type { ScanEntry } from '../contract/models/source.ts';
import { toBuffer } from './byte-path.ts';
import { Dockerignore } from './dockerignore.ts';
import type { FileTable } from './file-table.ts';
import { type GitHome, gitHome } from './git-settings.ts';
import { readRegularFile } from './regular-file.ts';
import { notCheckedOut } from './scan-held-back.ts';
import { Walk, type WalkOptions } from './walk.ts';
import type { FolderCache } from './walk-folder-cache.ts';
import type { LeftOutEntry } from './walk-left-out.ts';

/** How long the walk may hold its thread at a time, in milliseconds. */
const SLICE_MS = 8;

/** What a folder holds that will be sent, and what will not. Nothing was read of the files yet. */
export interface Scan {
  /** As the user gave it, absolute. */
  readonly root: string;
  /** `root` without links. */
  readonly realRoot: string;
  readonly kept: FileTable;
  readonly leftOut: readonly LeftOutEntry[];
  readonly leftOutCount: number;
  /** Paths (byte strings) that git keeps but that cannot be read: {@link packFolder} refuses to go without them. */
  readonly unreadable: readonly string[];
  /** Files and links. */
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
  readonly durationMs: number;
}

export interface ScanProgress {
  readonly files: number;
  readonly bytes: number;
}

export interface ScanOptions {
  /** What to send all the same, secrets or ignored: paths as {@link scanEntries} shows them. A folder brings all in it but secrets. */
  readonly include?: readonly string[] | undefined;
  /** What to leave out on top: patterns in the dialect of `.gitignore`, from the root of the folder. */
  readonly exclude?: readonly string[] | undefined;
  /** Send all that looks like a secret, named or not. */
  readonly secrets?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  /** Also leave out what `.dockerignore` names: for a folder that is built by a Dockerfile, its own or another. */
  readonly dockerignore?: boolean | undefined;
  /** What was seen by scans before, for whoever scans the same folders again and again. */
  readonly folders?: FolderCache | undefined;
  /** Where git's own settings lie; the user's unless a test says otherwise. */
  readonly home?: GitHome | undefined;
}

/**
 * Finds out what git would keep of a folder, without reading the files and without git.
 * @throws ExpectedError not-a-folder, folder-empty, everything-ignored, file-unreadable; CancelledError.
 */
export async function scanFolder(path: string, options: ScanOptions = {}): Promise<Scan> {
  const scan = await scanAnyFolder(path, options);
  refuseNothing(scan);
  return scan;
}

/**
 * As {@link scanFolder}, but a folder of which everything is held back is no error: whoever sees the scan may tick files.
 * @throws as {@link scanFolder}, where there is nothing to tick either.
 */
export async function scanFolderToChoose(path: string, options: ScanOptions = {}): Promise<Scan> {
  const scan = await scanAnyFolder(path, options);
  if (!scan.leftOut.some((entry) => entry.reason === 'secret')) refuseNothing(scan);
  return scan;
}

/** Throws when nothing would be sent. What cannot be read is an error of its own, when it is packed. */
function refuseNothing(scan: Scan): void {
  if (scan.files > 0 || scan.unreadable.length > 0) return;
  const { root } = scan;
  if (scan.leftOut.every((entry) => entry.reason === 'repository' || entry.reason === 'submodule')) {
    const [submodule] = notCheckedOut(scan);
    throw new ExpectedError('folder-empty', `The folder ${root} has no files in it.`, {
      next:
        submodule === undefined
          ? 'Choose a folder that holds a project.'
          : `Check out the submodule ${submodule} by git submodule update --init.`,
    });
  }
  const secrets = scan.leftOut.filter((entry) => entry.reason === 'secret').length;
  const first = scan.leftOut.find((entry) => entry.rule !== null && entry.reason === 'ignored')?.rule;
  throw new ExpectedError(
    'everything-ignored',
    secrets > 0
      ? `Every file in ${root} is ignored or held back as a secret.`
      : `Every file in ${root} is ignored, so there is nothing to send.`,
    {
      next: first
        ? first.file === choiceRuleFile
          ? `Take back the pattern ${first.pattern}, which was chosen for this app.`
          : `Look at line ${first.line} of ${first.file}, which says ${first.pattern}.`
        : 'Choose a folder that holds a project, or tick the files to send.',
    },
  );
}

/** As {@link scanFolder}, but a folder of which nothing is kept is no error. */
export async function scanAnyFolder(path: string, options: ScanOptions = {}): Promise<Scan> {
  const startedAt = performance.now();
  const root = resolve(path);
  const realRoot = await openRoot(root);
  throwIfAborted(options.signal);
  const walk = new Walk(realRoot, walkOptions(realRoot, options));
  for (;;) {
    const sliceEnd = performance.now() + SLICE_MS;
    const complete = walk.run(() => performance.now() > sliceEnd);
    options.onProgress?.({ files: walk.files, bytes: walk.bytes });
    if (complete) break;
    await new Promise<void>((done) => setImmediate(done));
    throwIfAborted(options.signal);
  }
  return {
    root,
    realRoot,
    kept: walk.kept,
    leftOut: walk.leftOut,
    leftOutCount: walk.leftOutCount,
    unreadable: walk.unreadable,
    files: walk.files,
    directories: walk.directories,
    bytes: walk.bytes,
    durationMs: performance.now() - startedAt,
  };
}

/** What the walk of `realRoot` is told for `options`. */
export function walkOptions(realRoot: string, options: ScanOptions): WalkOptions {
  return {
    include: options.include,
    exclude: options.exclude,
    secrets: options.secrets,
    home: options.home ?? gitHome(),
    readFolder: options.folders?.readerFor(realRoot),
    dockerignore: options.dockerignore === true ? readDockerignore(realRoot) : null,
  };
}

/** The paths of the files and links that will be sent, as the bytes they are. */
export function* scanPaths({ kept }: Scan): Generator<Buffer, void, undefined> {
  for (let row = 0; row < kept.length; row++) {
    if (kept.kindAt(row) !== 'directory') yield toBuffer(kept.pathAt(row));
  }
}

/** All that will be sent, one after another; on request only what lies in no more than so many folders. */
export function* scanEntries({ kept }: Scan, deepest = Number.POSITIVE_INFINITY): Generator<ScanEntry, void, undefined> {
  for (let row = 0; row < kept.length; row++) {
    if (deepest === Number.POSITIVE_INFINITY || kept.depthAt(row) <= deepest) yield entryAt(kept, row);
  }
}

export function entryAt(kept: FileTable, row: number): ScanEntry {
  return { path: kept.textAt(row), kind: kept.kindAt(row), bytes: kept.bytesAt(row), trackedIgnored: kept.isTrackedIgnoredAt(row) };
}

/** As BuildKit looks for it: the one that belongs to the Dockerfile alone comes first. Docker follows links here, git does not. */
function readDockerignore(root: string): Dockerignore | null {
  for (const name of ['Dockerfile.dockerignore', '.dockerignore']) {
    const content = readRegularFile(join(root, name), true);
    if (content !== null) return new Dockerignore(content, name);
  }
  return null;
}

/** The folder without links in its path, once it is sure that it can be read. */
export async function openRoot(root: string): Promise<string> {
  try {
    if (!(await stat(root)).isDirectory()) {
      throw new ExpectedError('not-a-folder', `${root} is not a folder.`, { next: 'Choose the folder that holds the project.' });
    }
    const real = await realpath(root);
    await access(real, constants.R_OK | constants.X_OK);
    return real;
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new ExpectedError('file-unreadable', `The folder ${root} cannot be read.`, {
        next: 'Give yourself permission to read it and try again.',
        cause: error,
      });
    }
    throw new ExpectedError('not-a-folder', `There is no folder ${root}.`, { next: 'Check the path and try again.', cause: error });
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}
