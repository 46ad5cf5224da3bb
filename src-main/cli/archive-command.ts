import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { isAbsolute, normalize, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { explainPath, packFolder, type Scan, scanEntries, scanFolder, scanPaths } from '../archive/index.ts';
import { bytesInWords, counted, ExpectedError } from '../contract/index.ts';
import { explanationInWords } from './archive-words.ts';
import { exitCodes, type Output } from './output.ts';

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

/** What is held back is named up to this many; the rest is counted. */
const NAMED = 10;

/**
 * What git keeps of a folder (with --dockerignore: what a deploy sends), without a server. Nothing of the product's data
 * is opened. Returns the exit code.
 */
export async function archive(folder: string, flags: ArchiveFlags, output: Output, signal: AbortSignal): Promise<number> {
  refuseContradictions(flags, output);
  const { include, exclude } = flags;
  const options = { include, exclude, secrets: flags.allowSecrets === true, dockerignore: flags.dockerignore === true, signal };
  if (flags.explain !== undefined) {
    const path = insideFolder(folder, flags.explain);
    const explanation = await explainPath(folder, path, options);
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
    return exitCodes.ok;
  }
  const hash = flags.output === undefined ? null : await writeTar(scan, flags.output, gzipLevel(flags), signal);
  const text = `${counted(scan.files, 'file')}, ${bytesInWords(scan.bytes)} in ${scan.root}; ${scan.leftOutCount} left out`;
  for (const note of notes(scan)) output.note(note);
  if (flags.output === '-') output.note(text);
  else output.result(asJson(scan, flags, hash), text);
  return exitCodes.ok;
}

function refuseContradictions(flags: ArchiveFlags, output: Output): void {
  if (flags.output === '-' && (flags.list || output.json)) {
    throw new ExpectedError('invalid-input', 'The tar and a list cannot both go to standard output.', { next: 'Give -o a file.' });
  }
  if (flags.explain !== undefined && (flags.list || flags.output !== undefined)) {
    throw new ExpectedError('invalid-input', '--explain stands alone.', { next: 'Leave out --list and -o.' });
  }
  if (flags.gzip !== undefined && flags.output === undefined) {
    throw new ExpectedError('invalid-input', '--gzip says how to write a tar, and none is written.', {
      next: 'Give -o a file, or -o - for standard output.',
    });
  }
}

/** The path as the folder's own: relative to it, also where it was given as an absolute one. */
function insideFolder(folder: string, path: string): string {
  const inside = normalize(isAbsolute(path) ? relative(resolve(folder), path) : path).replace(/\/+$/, '');
  if (inside !== '' && inside !== '.' && inside !== '..' && !inside.startsWith('../')) return inside;
  throw new ExpectedError('invalid-input', `${path} does not lie in ${resolve(folder)}.`, {
    next: 'Give a path of a file or folder in it.',
  });
}

/** As asked for; else by the name of the file. Null: no compression. */
function gzipLevel({ gzip, output = '' }: ArchiveFlags): number | null {
  if (gzip !== undefined) return gzip === 0 ? null : gzip;
  return /\.(gz|tgz)$/.test(output) ? 6 : null;
}

/** What the user should know besides the figures. */
function notes(scan: Scan): string[] {
  const said: string[] = [];
  const add = (before: string, all: readonly string[], after: string): void => {
    if (all.length === 0) return;
    const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
    said.push(`${before}: ${all.slice(0, NAMED).join(', ')}${more}. ${after}`);
  };
  const secrets = scan.leftOut.filter(({ reason }) => reason === 'secret');
  add(
    'Held back',
    secrets.map(({ path, rule }) => `${text(path)} (${rule?.pattern ?? ''})`),
    'Send one with --include PATH, all with --allow-secrets.',
  );
  add('Sent although a rule ignores them, since git tracks them', trackedIgnored(scan), 'Leave them out with --exclude PATTERN.');
  return said;
}

function trackedIgnored(scan: Scan): string[] {
  const paths: string[] = [];
  for (const entry of scanEntries(scan)) if (entry.trackedIgnored) paths.push(entry.path);
  return paths;
}

function asJson(scan: Scan, flags: ArchiveFlags, hash: string | null): object {
  const { root, files, directories, bytes, leftOutCount, durationMs } = scan;
  const leftOut = scan.leftOut.map((entry) => ({ ...entry, path: text(entry.path) }));
  const paths = flags.list ? { paths: [...scanPaths(scan)].map((path) => path.toString('utf8')) } : {};
  const written = hash === null ? {} : { output: flags.output, hash };
  return { root, files, directories, bytes, trackedIgnored: trackedIgnored(scan), leftOut, leftOutCount, durationMs, ...paths, ...written };
}

/** The archive's paths are bytes, one a character. */
function text(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** Paths are written as the bytes they are; only `-z` can tell apart names that hold a line end. */
function writeList(scan: Scan, end: string): Promise<void> {
  const chunks: Buffer[] = [];
  for (const path of scanPaths(scan)) chunks.push(path, Buffer.from(end));
  return new Promise((done, fail) => process.stdout.write(Buffer.concat(chunks), (error) => (error ? fail(error) : done())));
}

/** A file appears under its name only when it is whole. Returns the tar's sha256. */
async function writeTar(scan: Scan, target: string, level: number | null, signal: AbortSignal): Promise<string> {
  const packed = packFolder(scan, { gzipLevel: level, signal });
  packed.finished.catch(() => undefined);
  if (target === '-') {
    await pipeline(packed.stream, process.stdout, { end: false });
    return (await packed.finished).hash;
  }
  const part = `${target}.part`;
  try {
    await pipeline(packed.stream, createWriteStream(part));
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) {
      throw new ExpectedError('store-failed', `${target} could not be written: ${error.message}.`, {
        next: 'Check the folder and the free space, or give -o another file.',
      });
    }
    throw error;
  }
  return (await packed.finished).hash;
}
