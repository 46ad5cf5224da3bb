/** Keeps the store small: what older recipes made goes when no checkout has used it for some days. Servers are clones and lose nothing. */
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

const KEEP_UNUSED_MS = 3 * 24 * 3600 * 1000;

/** Marks the entries `inUse` of `folder` as used now, and removes those that were not for days. */
export async function pruneUnused(folder: string, inUse: readonly string[], now = Date.now()): Promise<void> {
  for (const entry of await readdir(folder)) {
    const file = join(folder, entry);
    if (inUse.includes(file)) {
      await utimes(file, now / 1000, now / 1000);
    } else if (now - (await stat(file)).mtimeMs > KEEP_UNUSED_MS) {
      await rm(file, { recursive: true, force: true });
    }
  }
}
