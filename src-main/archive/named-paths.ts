import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * Which of the paths that a user named are nothing in the folder, so that naming them changes nothing: those that are not there, patterns,
 * and what lies behind a link, which is sent as the link that it is. None where the folder itself is not there: the scan says so.
 * Paths are as the scan shows them; one that shows bytes which are no text is taken at its word.
 */
export async function missingPaths(folder: string, paths: readonly string[]): Promise<string[]> {
  const root = await realpath(resolve(folder)).catch(() => null);
  if (root === null) return [];
  const missing: string[] = [];
  for (const path of paths) if (!path.includes('\ufffd') && !(await isEntry(root, path))) missing.push(path);
  return missing;
}

async function isEntry(root: string, path: string): Promise<boolean> {
  const absolute = join(root, path);
  try {
    await lstat(absolute);
    return (await realpath(dirname(absolute))) === dirname(absolute);
  } catch (error) {
    // What may not be looked at may be there.
    return !['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
