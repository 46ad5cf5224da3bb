import { encodeManifest, MANIFEST_HEAD, type Manifest, ROW } from './manifest.ts';

/** A shorter run of the last one's rows is not worth a process on the server. */
const LEAST_ROWS = 4;
const MOST_COPIES = 300;

/**
 * How the server makes the manifest that it keeps beside a context out of the one beside the last context: lines `C OFFSET LENGTH` and
 * `L LENGTH` with that many bytes. So it costs next to nothing, and a computer that never sent anything can still tell what is there.
 * Whether it came out right is told by the sum at its own end, when somebody reads it.
 */
export class ManifestRecipe {
  /** Rows that are those of the last one from `base` on. */
  readonly #copies: { readonly base: number; readonly at: number; count: number }[] = [];
  #rows = 0;

  /** The next row; `base` is the row of the last context's manifest that it is like, null for none. */
  add(base: number | null): void {
    const last = this.#copies.at(-1);
    if (base === null) {
      // Nothing to copy.
    } else if (last && last.at + last.count === this.#rows && last.base + last.count === base) last.count += 1;
    else this.#copies.push({ base, at: this.#rows, count: 1 });
    this.#rows += 1;
  }

  /** `isBaseKept` says that the server has the last one's manifest. */
  async parts(manifest: Manifest, isBaseKept: boolean): Promise<readonly Buffer[]> {
    const file = await encodeManifest(manifest);
    const parts: Buffer[] = [];
    const copies = isBaseKept ? this.#copies.filter(({ count }) => count >= LEAST_ROWS) : [];
    let done = 0;
    for (const { base, at, count } of copies.slice(0, MOST_COPIES)) {
      parts.push(literal(file.subarray(done, offsetOf(at))), Buffer.from(`C ${offsetOf(base)} ${count * ROW}\n`, 'latin1'));
      done = offsetOf(at + count);
    }
    parts.push(literal(file.subarray(done)));
    return parts;
  }
}

function offsetOf(row: number): number {
  return MANIFEST_HEAD + row * ROW;
}

function literal(bytes: Buffer): Buffer {
  return bytes.length === 0 ? bytes : Buffer.concat([Buffer.from(`L ${bytes.length}\n`, 'latin1'), bytes]);
}
