import { CancelledError, type ErrorShape, highWaterMark, isCancellation, lowWaterMark, toErrorShape } from '../contract/index.ts';
import { chunkSize } from './chunk-size.ts';

export interface StreamSource {
  readonly chunks: AsyncIterable<unknown>;
  readonly send: ((input: unknown) => void) | null;
}

export interface StreamListener {
  readonly onChunk: (number: number, chunk: unknown) => void;
  /** Called once, and not when the session was closed from outside. */
  readonly onEnd: (error: ErrorShape | null) => void;
}

/**
 * One open stream: pulls from its source while less than the high water mark is unacknowledged, then waits until it is down
 * to the low one. A chunk may overshoot the mark by its own size, never by more.
 */
export class StreamSession {
  readonly #controller = new AbortController();
  readonly #unacknowledged = new Map<number, number>();
  #pending = 0;
  #next = 0;
  #full = false;
  #resume: (() => void) | null = null;
  #interrupt: (() => void) | null = null;
  #source: StreamSource | null = null;

  constructor(private readonly listener: StreamListener) {}

  /** Opens the source and runs until it ends or {@link close} is called. */
  async run(open: (signal: AbortSignal) => StreamSource): Promise<void> {
    let error: ErrorShape | null = null;
    try {
      this.#source = open(this.#controller.signal);
      await this.#pump(this.#source.chunks[Symbol.asyncIterator]());
    } catch (thrown) {
      error = isCancellation(thrown) && this.closed ? null : toErrorShape(thrown);
    }
    this.#source = null;
    if (this.closed) return;
    this.#controller.abort(new CancelledError());
    this.listener.onEnd(error);
  }

  async #pump(chunks: AsyncIterator<unknown>): Promise<void> {
    for (;;) {
      await this.#room();
      const step = this.closed ? null : await this.#nextUnlessClosed(chunks);
      if (step === null) {
        // Not awaited: a source that hangs in its last step would otherwise hold the session.
        void chunks.return?.().then(undefined, () => undefined);
        return;
      }
      if (step.done) return;
      this.#deliver(step.value);
    }
  }

  /** The next step, or null as soon as the session is closed. Not by Promise.race, which piles up reactions on the lasting one. */
  #nextUnlessClosed(chunks: AsyncIterator<unknown>): Promise<IteratorResult<unknown> | null> {
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(null);
      chunks.next().then((step) => resolve(this.closed ? null : step), reject);
    });
  }

  #deliver(chunk: unknown): void {
    const number = this.#next++;
    const size = chunkSize(chunk);
    this.#unacknowledged.set(number, size);
    this.#pending += size;
    if (this.#pending >= highWaterMark) this.#full = true;
    this.listener.onChunk(number, chunk);
  }

  #room(): Promise<void> {
    if (!this.#full || this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  acknowledge(number: number): void {
    const size = this.#unacknowledged.get(number);
    if (size === undefined) return;
    this.#unacknowledged.delete(number);
    this.#pending -= size;
    if (this.#full && this.#pending <= lowWaterMark) {
      this.#full = false;
      this.#resume?.();
    }
  }

  /** Gives input to the source; dropped when it takes none or has ended. */
  send(input: unknown): void {
    this.#source?.send?.(input);
  }

  /** Nobody wants it any more: aborts the source's signal, ends the iteration, and calls the listener no more. */
  close(): void {
    if (this.closed) return;
    this.#controller.abort(new CancelledError());
    this.#interrupt?.();
    this.#resume?.();
  }

  get closed(): boolean {
    return this.#controller.signal.aborted;
  }
}
