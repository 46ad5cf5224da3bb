/** An upload says little about the link when it fits into the buffers on the way. */
const ENOUGH_BYTES = 512 * 1024;

/** How fast the link to each server was, as uploads saw it, for as long as the program runs. */
export class LinkSpeeds {
  readonly #seen = new Map<string, number>();

  /** Null before the first upload that was large enough. */
  bitsPerSecond(server: string): number | null {
    return this.#seen.get(server) ?? null;
  }

  /** What was sent, and how long it took until the server had all of it. Compression may have held it up, so the link is at least as fast. */
  saw(server: string, bytes: number, milliseconds: number): void {
    if (bytes < ENOUGH_BYTES || milliseconds <= 0) return;
    this.#seen.set(server, (bytes * 8000) / milliseconds);
  }
}
