import { headDigest, type Manifest, ManifestEntries, pathDigest } from './manifest.ts';
import { ManifestIndex } from './manifest-index.ts';
import { ManifestRecipe } from './manifest-recipe.ts';
import { type EntryKind, type TarPiece, TarSplitter } from './tar-splitter.ts';

/**
 * How a context is made out of the last one: a stream of lines `c OFFSET LENGTH` (copy that part of the last context), `l LENGTH` followed
 * by that many bytes, then the same for the manifest (see manifest-recipe.ts), and at the end `e SHA256`. Without a last context it is all
 * literal.
 *
 * Whether a file is the same is told by its head, before its content is read: a head holds path, mode, size and, as the time of the file,
 * 25 bits of its content's digest (see the archive's `timeOf`). So nothing has to be held back until a digest is known. Of the edits that
 * keep the size one in 31 million keeps those bits too: the server then comes to another sha256 and refuses it, and everything is sent.
 */

/** A copy and a literal cost the server a process each, about 2 ms. */
const MOST_PARTS = 1_000;
/** Literals up to this many bytes are collected; a larger file is passed on as it comes. */
const COLLECTED = 1024 * 1024;
/** From so many bytes on the server begins to copy while the rest is still being read here; but in no more than so many pieces. */
const LEAST_COPIED = 16 * 1024 * 1024;
const MOST_COPIES = 100;

export interface RecipePart {
  readonly bytes: Buffer;
  /** The server has something to do with it at once. */
  readonly isUrgent: boolean;
}

export interface RecipeResult {
  readonly entries: ManifestEntries;
  readonly bytes: number;
  /** Bytes that are not copied from the last context. */
  readonly literalBytes: number;
  /** Files and links. */
  readonly changed: number;
  readonly added: number;
  readonly deleted: number;
}

interface Span {
  readonly offset: number;
  readonly bytes: number;
}

export class RecipeWriter {
  readonly #base: Manifest | null;
  readonly #copiedAtOnce: number;
  /** Of the last context. */
  readonly #index: ManifestIndex | null;
  readonly #splitter = new TarSplitter();
  readonly #entries = new ManifestEntries();
  readonly #manifest = new ManifestRecipe();
  #copy: Span | null = null;
  #literal: Buffer[] = [];
  #collected = 0;
  #parts = 0;
  #bytes = 0;
  #literalBytes = 0;
  #changed = 0;
  #added = 0;
  /** What happens to the content that follows. */
  #content: 'copied' | 'collected' | 'passed' = 'collected';

  private constructor(
    base: Manifest | null,
    index: ManifestIndex | null,
    private readonly isManifestKept: boolean,
  ) {
    this.#base = base;
    this.#index = index;
    this.#copiedAtOnce = Math.max(LEAST_COPIED, (base?.bytes ?? 0) / MOST_COPIES);
  }

  /** `base` is the last context's; `isManifestKept` says that the server has this manifest too. */
  static async of(base: Manifest | null, isManifestKept = false): Promise<RecipeWriter> {
    return new RecipeWriter(base, base && (await ManifestIndex.of(base.entries)), isManifestKept);
  }

  /** The next part of the recipe for the next part of the tar. */
  *take(block: Buffer): Generator<RecipePart, void, undefined> {
    this.#bytes += block.length;
    for (const piece of this.#splitter.take(block)) yield* this.#piece(piece);
  }

  /** The rest, once the tar has ended; `hash` is its sha256. */
  async finish(hash: string): Promise<readonly RecipePart[]> {
    this.#splitter.finish();
    const parts = [...this.#endCopy(), ...this.#endLiteral()];
    const manifest = { hash, bytes: this.#bytes, entries: this.#entries };
    for (const bytes of await this.#manifest.parts(manifest, this.isManifestKept)) parts.push(part(bytes));
    return [...parts, line(`e ${hash}`)];
  }

  result(): RecipeResult {
    return {
      entries: this.#entries,
      bytes: this.#bytes,
      literalBytes: this.#literalBytes,
      changed: this.#changed,
      added: this.#added,
      deleted: this.#index?.unmet ?? 0,
    };
  }

  *#piece(piece: TarPiece): Generator<RecipePart, void, undefined> {
    if (piece.part === 'end') {
      yield* this.#collect(piece.bytes);
      return;
    }
    if (piece.part === 'content') {
      if (this.#content === 'collected') yield* this.#collect(piece.bytes);
      else if (this.#content === 'passed') yield part(this.#counted(piece.bytes));
      return;
    }
    const bytes = piece.bytes.length + piece.contentBytes;
    const head = headDigest(piece.bytes);
    const row = this.#known(head, bytes);
    const path = row === null ? pathDigest(piece.path) : (this.#base?.entries.pathAt(row) ?? '');
    this.#entries.add(head, path, bytes, piece.kind);
    this.#manifest.add(row);
    this.#tell(row, path, piece.kind);
    if (row !== null && this.#parts < MOST_PARTS) {
      this.#content = 'copied';
      yield* this.#copied({ offset: this.#index?.offsetAt(row) ?? 0, bytes });
    } else if (bytes > COLLECTED) {
      this.#content = 'passed';
      yield* this.#endCopy();
      yield* this.#endLiteral();
      yield line(`l ${bytes}`);
      yield part(this.#counted(piece.bytes));
    } else {
      this.#content = 'collected';
      yield* this.#collect(piece.bytes);
    }
  }

  /** The row of the last context that is the same; null for none. */
  #known(head: string, bytes: number): number | null {
    const row = this.#index?.withHead(head) ?? -1;
    return row >= 0 && this.#base?.entries.bytesAt(row) === bytes ? row : null;
  }

  #tell(row: number | null, path: string, kind: EntryKind): void {
    if (!this.#index) return;
    if (row !== null) this.#index.meet(row);
    else if (kind === 'directory') return;
    else if (this.#index.meetPath(path)) this.#changed += 1;
    else this.#added += 1;
  }

  *#copied({ offset, bytes }: Span): Generator<RecipePart, void, undefined> {
    yield* this.#endLiteral();
    const last = this.#copy;
    if (last && last.offset + last.bytes === offset) this.#copy = { offset: last.offset, bytes: last.bytes + bytes };
    else {
      yield* this.#endCopy();
      this.#copy = { offset, bytes };
    }
    if (this.#copy.bytes >= this.#copiedAtOnce) yield* this.#endCopy(true);
  }

  *#collect(bytes: Buffer): Generator<RecipePart, void, undefined> {
    yield* this.#endCopy();
    // Copied, for the block is the archive's own.
    this.#literal.push(Buffer.from(this.#counted(bytes)));
    this.#collected += bytes.length;
    if (this.#collected >= COLLECTED) yield* this.#endLiteral();
  }

  #counted(bytes: Buffer): Buffer {
    this.#literalBytes += bytes.length;
    return bytes;
  }

  *#endCopy(isUrgent = false): Generator<RecipePart, void, undefined> {
    const last = this.#copy;
    if (!last) return;
    this.#copy = null;
    this.#parts += 1;
    yield line(`c ${last.offset} ${last.bytes}`, isUrgent);
  }

  *#endLiteral(): Generator<RecipePart, void, undefined> {
    if (this.#collected === 0) return;
    const parts = this.#literal;
    const length = this.#collected;
    this.#literal = [];
    this.#collected = 0;
    this.#parts += 1;
    // Joined, for each part costs a turn of the compressor.
    yield part(Buffer.concat([line(`l ${length}`).bytes, ...parts]));
  }
}

function part(bytes: Buffer, isUrgent = false): RecipePart {
  return { bytes, isUrgent };
}

function line(text: string, isUrgent = false): RecipePart {
  return part(Buffer.from(`${text}\n`, 'latin1'), isUrgent);
}
