/**
 * Turns pushed values into an async iterable. `highWater` is the number of waiting values at which `onFull` is told,
 * so that the producer can pause; `onDrain` is told when all of them were taken.
 */
export class PushIterable<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #wake: (() => void) | null = null;
  #ended = false;
  #failure: unknown;
  #full = false;

  constructor(
    private readonly options: {
      readonly highWater?: number;
      readonly onFull?: () => void;
      readonly onDrain?: () => void;
      readonly onReturn?: () => void;
    } = {},
  ) {}

  push(value: T): void {
    if (this.#ended) return;
    this.#waiting.push(value);
    if (!this.#full && this.options.highWater !== undefined && this.#waiting.length >= this.options.highWater) {
      this.#full = true;
      this.options.onFull?.();
    }
    this.#wake?.();
  }

  /** Ends after what is waiting was taken; with `failure` the iteration then throws it. */
  end(failure?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        while (this.#waiting.length > 0) {
          const value = this.#waiting.shift() as T;
          if (this.#full && this.#waiting.length === 0) {
            this.#full = false;
            this.options.onDrain?.();
          }
          yield value;
        }
        if (this.#ended) {
          if (this.#failure !== undefined) throw this.#failure;
          return;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
    } finally {
      this.#ended = true;
      this.options.onReturn?.();
    }
  }
}
