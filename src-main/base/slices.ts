/** How long work may hold the thread of others at a time, in milliseconds. */
const SLICE_MS = 8;

/** Lets everybody else have their turn in this thread: what a socket brought, a timer, a click. */
export function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

/** For long work that is done in small steps, after each of which it waits for {@link between}. */
export class Slices {
  readonly #milliseconds: number;
  #end: number;

  constructor(milliseconds = SLICE_MS) {
    this.#milliseconds = milliseconds;
    this.#end = performance.now() + milliseconds;
  }

  /** Returns at once until a slice is over. */
  async between(): Promise<void> {
    if (performance.now() < this.#end) return;
    await turn();
    this.#end = performance.now() + this.#milliseconds;
  }
}
