import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts';

/** One file for each app and server; the oldest go. */
const MOST_FILES = 200;
const SUFFIX = '.context';

/**
 * What this computer knows of the contexts that servers keep. It may be lost at any time: what is not known here is sent whole. So
 * nothing it does can fail.
 */
export class ManifestCache {
  /** The folder is created when it is needed. Null keeps nothing. */
  constructor(private readonly folder: string | null) {}

  async get(server: string, app: string): Promise<Manifest | null> {
    if (this.folder === null) return null;
    try {
      return await decodeManifest(await readFile(this.#file(this.folder, server, app)));
    } catch {
      return null;
    }
  }

  async put(server: string, app: string, manifest: Manifest): Promise<void> {
    if (this.folder === null) return;
    const file = this.#file(this.folder, server, app);
    const fresh = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFile(fresh, await encodeManifest(manifest), { mode: 0o600 });
      await rename(fresh, file);
      await this.#makeRoom(this.folder);
    } catch {
      await rm(fresh, { force: true }).catch(() => undefined);
    }
  }

  async forget(server: string, app: string): Promise<void> {
    if (this.folder !== null) await rm(this.#file(this.folder, server, app), { force: true }).catch(() => undefined);
  }

  #file(folder: string, server: string, app: string): string {
    const name = createHash('sha256').update(`${server}\0${app}`).digest('hex').slice(0, 32);
    return join(folder, `${name}${SUFFIX}`);
  }

  async #makeRoom(folder: string): Promise<void> {
    const names = await readdir(folder);
    if (names.length <= MOST_FILES) return;
    const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
    aged.sort((one, other) => one.at - other.at);
    for (const { name } of aged.slice(0, names.length - MOST_FILES)) await rm(join(folder, name), { force: true });
  }
}
