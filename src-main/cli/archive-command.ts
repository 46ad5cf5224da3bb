import { resolve } from 'node:path';
import {
  explainPath,
  heldBack,
  missingPaths,
  notCheckedOut,
  packFolder,
  type Scan,
  scanEntries,
  scanFolder,
  scanPaths,
  toText,
} from '../archive/index.ts';
import { bytesInWords, counted, ExpectedError, named } from '../contract/index.ts';
import { explanationInWords } from './archive-words.ts';
import { insideFolder, pathsToInclude } from './file-choices.ts';
import { exitCodes, type Output } from './output.ts';
import { patternsWithout, type TarTarget, tarTarget, writeTarTo } from './tar-file.ts';

export interface ArchiveFlags {
  readonly list?: true;
  readonly null?: true;
  readonly explain?: string;
  readonly output?: string;
  readonly gzip?: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly allowSecrets?: true;
  readonly dockerignore?: true;
}

/**
 * What git keeps of a folder (with --dockerignore: what a deploy sends), without a server. Nothing of the product's data
 * is opened. Returns the exit code.
 */
export async function archive(folder: string, flags: ArchiveFlags, output: Output, signal: AbortSignal): Promise<number> {
  refuseContradictions(flags, output);
  const target = flags.output === undefined || flags.output === '-' ? null : await tarTarget(flags.output);
  const include = await pathsToInclude(folder, flags.include);
  const exclude = target === null ? flags.exclude : [...flags.exclude, ...(await patternsWithout(target, folder))];
  const options = { include, exclude, secrets: flags.allowSecrets === true, dockerignore: flags.dockerignore === true, signal };
  if (flags.explain !== undefined) {
    const path = insideFolder(folder, flags.explain, '--explain');
    // A path that is not there may still lie in a folder that is left out whole.
    const explanation = (await missingPaths(folder, [path])).length > 0 ? null : await explainPath(folder, path, options);
    if (explanation === null)
      throw new ExpectedError('not-found', `There is no ${path} in ${resolve(folder)}.`, {
        next: 'Check the path; it counts from that folder.',
      });
    output.result(explanation, explanationInWords(explanation));
    return explanation.files > 0 ? exitCodes.ok : exitCodes.leftOut;
  }
  const scan = await scanFolder(folder, options);
  if (flags.list && !output.json) {
    await writeList(scan, flags.null ? '\0' : '\n');
    if (target !== null) await writeTar(scan, target, gzipLevel(flags), signal);
    return exitCodes.ok;
  }
  const hash = flags.output === undefined ? null : await writeTar(scan, target, gzipLevel(flags), signal);
  const text = `${counted(scan.files, 'file')}, ${bytesInWords(scan.bytes)} in ${scan.root}; ${scan.leftOutCount} left out`;
  const tracked = trackedIgnored(scan);
  for (const note of notes(scan, tracked)) output.note(note);
  if (flags.output === '-') output.note(text);
  else output.result(asJson(scan, tracked, flags, hash), text);
  return exitCodes.ok;
}

function refuseContradictions(flags: ArchiveFlags, output: Output): void {
  if (flags.output === '-' && (flags.list || output.json)) {
    throw new ExpectedError('invalid-input', 'The tar and a list cannot both go to standard output.', { next: 'Give -o a file.' });
  }
  if (flags.explain !== undefined && (flags.list || flags.output !== undefined)) {
    throw new ExpectedError('invalid-input', '--explain stands alone.', { next: 'Leave out --list and -o.' });
  }
  if (flags.null && (!flags.list || output.json)) {
    throw new ExpectedError('invalid-input', '-z ends the paths of a list, and no list is printed.', {
      next: output.json ? 'Leave out -z; in JSON every path stands by itself.' : 'Add --list.',
    });
  }
  if (flags.gzip !== undefined && flags.output === undefined) {
    throw new ExpectedError('invalid-input', '--gzip says how to write a tar, and none is written.', {
      next: 'Give -o a file, or -o - for standard output.',
    });
  }
}

/** As asked for; else by the name of the file. Null: no compression. */
function gzipLevel({ gzip, output = '' }: ArchiveFlags): number | null {
  if (gzip !== undefined) return gzip === 0 ? null : gzip;
  return /\.(gz|tgz)$/.test(output) ? 6 : null;
}

/** What the user should know besides the figures. */
function notes(scan: Scan, tracked: readonly string[]): string[] {
  const said: string[] = [];
  const secrets = heldBack(scan);
  if (secrets.length > 0) said.push(`Held back: ${named(secrets)}. Send one with --include PATH, all with --allow-secrets.`);
  const submodules = notCheckedOut(scan);
  if (submodules.length > 0)
    said.push(
      `Submodules that are not checked out, so that nothing of them is sent: ${named(submodules)}. git submodule update --init checks them out.`,
    );
  if (tracked.length > 0)
    said.push(`Sent although a rule ignores them, since git tracks them: ${named(tracked)}. Leave them out with --exclude PATTERN.`);
  return said;
}

function trackedIgnored(scan: Scan): string[] {
  const paths: string[] = [];
  for (const entry of scanEntries(scan)) if (entry.trackedIgnored) paths.push(entry.path);
  return paths;
}

function asJson(scan: Scan, tracked: readonly string[], flags: ArchiveFlags, hash: string | null): object {
  const { root, files, directories, bytes, leftOutCount, durationMs } = scan;
  const leftOut = scan.leftOut.map((entry) => ({ ...entry, path: toText(entry.path) }));
  const paths = flags.list ? { paths: [...scanPaths(scan)].map((path) => path.toString('utf8')) } : {};
  const written = hash === null ? {} : { output: flags.output, hash };
  return { root, files, directories, bytes, trackedIgnored: tracked, leftOut, leftOutCount, durationMs, ...paths, ...written };
}

/** Paths are written as the bytes they are; only `-z` can tell apart names that hold a line end. */
function writeList(scan: Scan, end: string): Promise<void> {
  const chunks: Buffer[] = [];
  for (const path of scanPaths(scan)) chunks.push(path, Buffer.from(end));
  return writeOut(Buffer.concat(chunks));
}

/** Resolves when all of it went to standard output. */
function writeOut(bytes: Buffer): Promise<void> {
  return new Promise((done, fail) => process.stdout.write(bytes, (error) => (error ? fail(error) : done())));
}

/** Without a target to standard output. Returns the tar's sha256. */
async function writeTar(scan: Scan, target: TarTarget | null, level: number | null, signal: AbortSignal): Promise<string> {
  // Both ways are done with each block before they ask for the next.
  const packed = packFolder(scan, { gzipLevel: level, reuseBlocks: true, signal });
  packed.finished.catch(() => undefined);
  if (target === null) for await (const block of packed.stream as AsyncIterable<Buffer>) await writeOut(block);
  else await writeTarTo(target, packed.stream);
  return (await packed.finished).hash;
}
