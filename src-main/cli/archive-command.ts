import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { packFolder, type Scan, scanFolder, scanPaths, toScanResult } from '../archive/index.ts';
import { bytesInWords, counted, ExpectedError } from '../contract/index.ts';
import type { Output } from './output.ts';

interface ArchiveFlags {
  readonly list?: true;
  readonly null?: true;
  readonly output?: string;
  readonly include: readonly string[];
  readonly dockerignore?: true;
}

/** What git keeps of a folder (with --dockerignore: what a deploy sends), without a server. Nothing of the product's data is opened. */
export async function archive(folder: string, flags: ArchiveFlags, output: Output, signal: AbortSignal): Promise<void> {
  if (flags.output === '-' && (flags.list || output.json)) {
    throw new ExpectedError('invalid-input', 'The tar and a list cannot both go to standard output.', { next: 'Give -o a file.' });
  }
  const scan = await scanFolder(folder, { include: flags.include, dockerignore: flags.dockerignore === true, signal });
  if (flags.list && !output.json) return writeList(scan, flags.null ? '\0' : '\n');
  const written = flags.output === undefined ? null : await writeTar(scan, flags.output, signal);
  const { root, files, directories, bytes, leftOut, durationMs } = toScanResult(scan);
  const paths = flags.list ? { paths: [...scanPaths(scan)].map((path) => path.toString('utf8')) } : {};
  const text = `${counted(files, 'file')}, ${bytesInWords(bytes)} in ${root}; ${leftOut.length} left out`;
  if (flags.output === '-') return output.note(text);
  output.result(
    { root, files, directories, bytes, leftOut, durationMs, ...paths, ...(written ? { output: flags.output, hash: written } : {}) },
    text,
  );
}

/** Paths are written as the bytes they are; only `-z` can tell apart names that hold a line end. */
function writeList(scan: Scan, end: string): Promise<void> {
  const chunks: Buffer[] = [];
  for (const path of scanPaths(scan)) chunks.push(path, Buffer.from(end));
  return new Promise((resolve, reject) => process.stdout.write(Buffer.concat(chunks), (error) => (error ? reject(error) : resolve())));
}

/** A file appears under its name only when it is whole. Returns the tar's sha256. */
async function writeTar(scan: Scan, target: string, signal: AbortSignal): Promise<string> {
  const packed = packFolder(scan, { gzipLevel: /\.(gz|tgz)$/.test(target) ? 6 : null, signal });
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
