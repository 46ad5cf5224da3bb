import { CancelledError } from '../contract/errors.ts';
import { type ExtraFile, type TarContent, TarWriter } from './tar-writer.ts';

/**
 * How large the blocks are in which a tar comes: large enough for a hundred usual files, so that what a block costs on
 * its way does not count, small enough that a few of them in flight are nothing.
 */
export const BLOCK_BYTES = 1024 * 1024;

export interface TarBlock {
  /** What is free again when it was used: it has to be handed back. */
  readonly buffer: ArrayBuffer;
  readonly bytes: number;
  /** Files and links written until its end. */
  readonly files: number;
}

/** A tar that comes in blocks, one after another, as they are asked for. */
export interface BlockSource {
  /** Null at the end. Rejects with ExpectedError file-unreadable or file-changed, or CancelledError after {@link cancel}. */
  next(): Promise<TarBlock | null>;
  /** Gives a block back, or another of the same size in its place when somebody still reads it. Each block once. */
  release(buffer: ArrayBuffer): void;
  /** Calls `listener` once when it fails while nobody asks for a block. */
  onFailure(listener: (error: Error) => void): void;
  /** No block comes any more. May be called at any time, also after the end. */
  cancel(): void;
}

/** How long packing may hold the thread of others at a time, in milliseconds. */
const SLICE_MS = 8;

/** Fills block after block in slices, between which others have their turn in this thread. */
export class SlicedTar {
  readonly #writer: TarWriter;
  #cancelled = false;
  #sliceEnd = 0;
  readonly #isTimeUp = (): boolean => performance.now() > this.#sliceEnd;

  constructor(content: TarContent, extra: readonly ExtraFile[]) {
    this.#writer = new TarWriter(content, extra);
  }

  /** Nothing comes any more. */
  get isComplete(): boolean {
    return this.#writer.isComplete;
  }

  /** Null at the end. Rejects as {@link BlockSource.next} does. One at a time. */
  async next(buffer: ArrayBuffer): Promise<TarBlock | null> {
    const block = Buffer.from(buffer);
    let bytes = 0;
    for (;;) {
      // A slice may last over several blocks, since the one who takes them need not let others have their turn.
      if (this.#isTimeUp()) {
        await new Promise<void>((done) => setImmediate(done));
        this.#sliceEnd = performance.now() + SLICE_MS;
      }
      if (this.#cancelled) throw new CancelledError();
      bytes = this.#fill(block, bytes);
      if (bytes === block.length || this.#writer.isComplete) break;
    }
    return bytes === 0 ? null : { buffer, bytes, files: this.#writer.files };
  }

  cancel(): void {
    this.#cancelled = true;
    this.#writer.close();
  }

  #fill(block: Buffer, used: number): number {
    try {
      return this.#writer.fill(block, used, this.#isTimeUp);
    } catch (error) {
      this.#writer.close();
      throw error;
    }
  }
}

/** Packs in this thread. */
export class LocalBlocks implements BlockSource {
  readonly #tar: SlicedTar;
  readonly #free: ArrayBuffer[] = [];

  constructor(content: TarContent, extra: readonly ExtraFile[]) {
    this.#tar = new SlicedTar(content, extra);
  }

  next(): Promise<TarBlock | null> {
    return this.#tar.next(this.#free.pop() ?? new ArrayBuffer(BLOCK_BYTES));
  }

  release(buffer: ArrayBuffer): void {
    this.#free.push(buffer);
  }

  /** Nothing is done while nobody asks. */
  onFailure(): void {}

  cancel(): void {
    this.#tar.cancel();
  }
}
