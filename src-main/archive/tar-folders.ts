import { lstatSync } from 'node:fs';
import { toPath } from './byte-path.ts';
import { changed } from './read-file.ts';

/**
 * Sees to it that packing never leaves the tree by a folder that became a link since the scan: opening a file without
 * following links looks at the last part of its path alone. A folder is looked at when it is entered and when it is left,
 * once each, and those that are open whenever packing goes on after it has waited.
 */
export class FolderGuard {
  readonly #root: string;
  /** The folder that is being read and those above it, as `path/`. */
  readonly #open: string[] = [];

  /** `root` is a byte path. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Before anything of `path` is read. @throws ExpectedError file-changed. */
  enter(path: string, isFolder: boolean): void {
    for (let last = this.#open.at(-1); last !== undefined && !path.startsWith(last); last = this.#open.at(-1)) {
      this.#open.pop();
      this.#requireNoLink(last, true);
    }
    if (!isFolder) return;
    const folder = `${path}/`;
    this.#requireNoLink(folder, false);
    this.#open.push(folder);
  }

  /** All that are open. @throws ExpectedError file-changed. */
  check(): void {
    for (const folder of this.#open) this.#requireNoLink(folder, true);
  }

  #requireNoLink(folder: string, mayBeGone: boolean): void {
    const path = folder.slice(0, -1);
    let cause: unknown;
    try {
      const stats = lstatSync(toPath(`${this.#root}/${path}`), { throwIfNoEntry: false });
      // What is gone led nowhere, and where something in it is missing, that is named itself.
      if (stats === undefined ? mayBeGone : stats.isDirectory()) return;
    } catch (error) {
      cause = error;
    }
    throw changed(path, cause);
  }
}
