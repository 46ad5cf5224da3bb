import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Manifests are small; what is larger than this is not read. */
const LARGEST_BYTES = 8 * 1024 * 1024;
/** What lies in more folders than these is not looked at: of a large tree nobody needs to list it for this. */
export const recognisedDepth = 2;

/** The part of a project that recognition looks at: what will be sent, no deeper than two folders. */
export class ProjectFiles {
  readonly #folder: string;
  readonly #files: ReadonlySet<string>;

  constructor(folder: string, entries: Iterable<{ readonly path: string; readonly kind: string }>) {
    this.#folder = folder;
    const files = new Set<string>();
    for (const { path, kind } of entries) {
      if (kind === 'file' && depth(path) <= recognisedDepth) files.add(path);
    }
    this.#files = files;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** The first of these that is there. */
  first(paths: readonly string[]): string | null {
    return paths.find((path) => this.#files.has(path)) ?? null;
  }

  matching(form: RegExp): string[] {
    return [...this.#files].filter((path) => form.test(path));
  }

  /** Empty for what is not there, is a link, or is too large to be what it seems. */
  async text(path: string): Promise<string> {
    if (!this.#files.has(path)) return '';
    try {
      const handle = await open(join(this.#folder, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const stats = await handle.stat();
        return stats.isFile() && stats.size <= LARGEST_BYTES ? await handle.readFile('utf8') : '';
      } finally {
        await handle.close();
      }
    } catch {
      return '';
    }
  }
}

function depth(path: string): number {
  let slashes = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) slashes++;
  return slashes;
}
