import { SLOW_BITS_PER_SECOND } from './compression.ts';

/** An upload says little about the link when it fits into the buffers on the way. */
const ENOUGH_BYTES = 512 * 1024;
/** What SSH's window and the socket's buffers take in at once, however slow the link. */
const BUFFERED_BYTES = 4 * 1024 * 1024;
const ENOUGH_MS = 1_000;
/** What reading the folder here and copying on the server manage at the least. */
const DISK_BYTES_PER_SECOND = 50_000_000;

/** How fast the link to each server was, as uploads saw it, for as long as the program runs. */
export class LinkSpeeds {
  readonly #seen = new Map<string, number>();

  /** Null before the first upload that was large enough. */
  bitsPerSecond(server: string): number | null {
    return this.#seen.get(server) ?? null;
  }

  /**
   * What was sent of a context of `contextBytes`, and how long it took until the server had made all of it. Compression may have held it up, so
   * the link is at least as fast. Where the disks alone may have taken half of that time, as with a small difference to a large context,
   * nothing says that the link is slow: it counts only when it shows a faster one.
   */
  saw(server: string, bytes: number, contextBytes: number, milliseconds: number): void {
    if (bytes < ENOUGH_BYTES || milliseconds <= 0) return;
    const speed = (bytes * 8_000) / milliseconds;
    const isOfDisks = (contextBytes * 1_000) / DISK_BYTES_PER_SECOND > milliseconds / 2;
    if (isOfDisks && speed <= (this.#seen.get(server) ?? SLOW_BITS_PER_SECOND)) return;
    this.#seen.set(server, speed);
  }
}

/** The speed of an upload under way, from what is taken off our hands once the buffers are full. */
export class SpeedSoFar {
  #from: { readonly bytes: number; readonly at: number } | null = null;

  /** Bits a second; null before there is enough to tell. `bytes` were taken so far, `at` is now in milliseconds. */
  after(bytes: number, at: number): number | null {
    if (bytes < BUFFERED_BYTES) return null;
    this.#from ??= { bytes, at };
    const elapsed = at - this.#from.at;
    return elapsed < ENOUGH_MS ? null : ((bytes - this.#from.bytes) * 8_000) / elapsed;
  }
}
