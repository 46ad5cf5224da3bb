import { Worker } from 'node:worker_threads';
import { CancelledError, fromErrorShape } from '../contract/errors.ts';
import { BLOCK_BYTES, type BlockSource, type TarBlock } from './block-source.ts';
import { FileTable } from './file-table.ts';
import { fromColumns } from './left-out-columns.ts';
import type { Scan, ScanOptions } from './scan.ts';
import type { ExtraFile, TarContent } from './tar-writer.ts';
import type { ScanKind, WorkerReply, WorkerRequest } from './worker-protocol.ts';

/** How many blocks a pack has in flight: one is filled, some wait, one is being used. */
const CREDIT = 4;

/** A call that has not ended. */
interface Pending {
  reply(message: WorkerReply): void;
  fail(error: Error): void;
}

/**
 * One thread that scans and packs, started when it is first needed and kept warm. It does not keep the process alive while
 * nothing is asked of it. When it dies, what was asked of it fails, and the next call starts another.
 */
export class ArchiveWorker {
  readonly #file: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #lastId = 0;

  /** `file` is the built worker. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Starts the thread, so that the first call does not wait for it. */
  warmUp(): void {
    this.#started();
  }

  /** As the function of that name in `scan.ts`. */
  scan(kind: ScanKind, path: string, { signal, onProgress, ...options }: ScanOptions = {}): Promise<Scan> {
    if (signal?.aborted) return Promise.reject(new CancelledError());
    const id = ++this.#lastId;
    const stop = (): void => this.#post({ kind: 'cancel', id });
    const scanned = new Promise<Scan>((resolve, reject) => {
      this.#begin(id, {
        reply: (message) => {
          if (message.kind === 'progress') onProgress?.(message.progress);
          else if (message.kind === 'scanned')
            resolve({ ...message.scan, kept: FileTable.from(message.scan.kept), leftOut: fromColumns(message.scan.leftOut) });
        },
        fail: reject,
      });
    });
    this.#post({ kind: 'scan', id, scan: kind, path, options });
    signal?.addEventListener('abort', stop, { once: true });
    return scanned.finally(() => signal?.removeEventListener('abort', stop));
  }

  /** The tar of a scan, of this or another thread. */
  pack({ realRoot, kept, unreadable }: TarContent, extra: readonly ExtraFile[]): BlockSource {
    const id = ++this.#lastId;
    const blocks = new ArrivingBlocks(
      (buffer) => this.#post({ kind: 'block', id, buffer }, [buffer]),
      () => this.#post({ kind: 'cancel', id }),
    );
    this.#begin(id, blocks);
    this.#post({ kind: 'pack', id, realRoot, kept: kept.toShared(), unreadable, extra: extra.map(plainBytes) });
    for (let block = 0; block < CREDIT; block++) blocks.release(new ArrayBuffer(BLOCK_BYTES));
    return blocks;
  }

  /** Ends the thread; what was asked of it fails as cancelled. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#end(worker, new CancelledError());
    await worker?.terminate();
  }

  #begin(id: number, pending: Pending): void {
    const worker = this.#started();
    this.#pending.set(id, pending);
    worker.ref();
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    // A tar needs little: what is given to it are the blocks of others.
    const worker = new Worker(this.#file, { name: 'archive', resourceLimits: { maxYoungGenerationSizeMb: 8 } });
    worker.unref();
    worker.on('message', (message: WorkerReply) => this.#receive(message));
    worker.on('error', (error) => this.#end(worker, new Error(`The archive's thread failed: ${error.message}`, { cause: error })));
    worker.on('exit', (code) => this.#end(worker, new Error(`The archive's thread ended with code ${code}`)));
    this.#worker = worker;
    return worker;
  }

  #receive(message: WorkerReply): void {
    const pending = this.#pending.get(message.id);
    if (message.kind === 'failed' || message.kind === 'packed' || message.kind === 'scanned') {
      this.#pending.delete(message.id);
      if (this.#pending.size === 0) this.#worker?.unref();
    }
    if (message.kind === 'failed') pending?.fail(fromErrorShape(message.error));
    else pending?.reply(message);
  }

  #post(request: WorkerRequest, transfer: readonly ArrayBuffer[] = []): void {
    // Nothing is said about a call that has ended, also because a new thread has not heard of it.
    if (this.#pending.has(request.id)) this.#worker?.postMessage(request, transfer);
  }

  #end(worker: Worker | null, error: Error): void {
    if (worker === null || worker !== this.#worker) return;
    this.#worker = null;
    const failing = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of failing) pending.fail(error);
  }
}

/** The blocks of one pack, as they come. */
class ArrivingBlocks implements BlockSource, Pending {
  readonly #give: (buffer: ArrayBuffer) => void;
  readonly #stop: () => void;
  readonly #arrived: TarBlock[] = [];
  #waiting: { resolve(block: TarBlock | null): void; reject(error: Error): void } | null = null;
  #isComplete = false;
  #failure: Error | null = null;
  #onFailure: (error: Error) => void = () => undefined;

  constructor(give: (buffer: ArrayBuffer) => void, stop: () => void) {
    this.#give = give;
    this.#stop = stop;
  }

  async next(): Promise<TarBlock | null> {
    const block = this.#arrived.shift();
    if (block) return block;
    if (this.#failure) throw this.#failure;
    if (this.#isComplete) return null;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  release(buffer: ArrayBuffer): void {
    this.#give(buffer);
  }

  cancel(): void {
    this.#arrived.length = 0;
    this.#stop();
    this.fail(new CancelledError());
  }

  reply(message: WorkerReply): void {
    if (this.#failure) return;
    if (message.kind === 'packed') this.#isComplete = true;
    else if (message.kind === 'block') this.#arrived.push(message);
    if (this.#waiting === null) return;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting.resolve(this.#arrived.shift() ?? null);
  }

  fail(error: Error): void {
    if (this.#failure || this.#isComplete) return;
    this.#failure = error;
    if (this.#waiting) this.#waiting.reject(error);
    else this.#onFailure(error);
    this.#waiting = null;
  }

  onFailure(listener: (error: Error) => void): void {
    this.#onFailure = listener;
  }
}

/** A Buffer may be a view of memory that others use, all of which would be copied. */
function plainBytes({ path, data }: ExtraFile): ExtraFile {
  return { path, data: typeof data === 'string' ? data : Uint8Array.from(data) };
}
