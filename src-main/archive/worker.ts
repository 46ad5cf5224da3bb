/**
 * The archive's thread: scans and packs for the thread that has it, several calls at a time, in slices. Built as an entry of
 * its own (`archive-worker.js`). Ends with its owner.
 */
import { parentPort } from 'node:worker_threads';
import { toErrorShape } from '../contract/errors.ts';
import { SlicedTar } from './block-source.ts';
import { FileTable } from './file-table.ts';
import { toColumns } from './left-out-columns.ts';
import { scanAnyFolder, scanFolder, scanFolderToChoose } from './scan.ts';
import { FolderCache } from './walk-folder-cache.ts';
import type { PackRequest, ScanRequest, WorkerReply, WorkerRequest } from './worker-protocol.ts';

const scans = { scanFolder, scanFolderToChoose, scanAnyFolder } as const;

interface Call {
  give(buffer: ArrayBuffer): void;
  cancel(): void;
}

const calls = new Map<number, Call>();
/** This thread lives as long as the app, and the same folder is scanned for the preview, for each tick, and for the deploy. */
const folders = new FolderCache();

function reply(message: WorkerReply, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

parentPort?.on('message', (request: WorkerRequest) => {
  switch (request.kind) {
    case 'scan':
      begin(request.id, scan(request));
      break;
    case 'pack':
      begin(request.id, pack(request));
      break;
    case 'block':
      calls.get(request.id)?.give(request.buffer);
      break;
    case 'cancel':
      calls.get(request.id)?.cancel();
      break;
  }
});

function begin(id: number, { call, work }: { readonly call: Call; readonly work: Promise<WorkerReply> }): void {
  calls.set(id, call);
  work
    .catch((error: unknown): WorkerReply => ({ kind: 'failed', id, error: toErrorShape(error) }))
    .then((last) => {
      calls.delete(id);
      reply(last);
    });
}

function scan({ id, scan: kind, path, options }: ScanRequest): { call: Call; work: Promise<WorkerReply> } {
  const controller = new AbortController();
  const onProgress = (progress: { readonly files: number; readonly bytes: number }): void => reply({ kind: 'progress', id, progress });
  const work = scans[kind](path, { ...options, folders, signal: controller.signal, onProgress }).then(
    (found): WorkerReply => ({ kind: 'scanned', id, scan: { ...found, kept: found.kept.toShared(), leftOut: toColumns(found.leftOut) } }),
  );
  return { call: { give: () => undefined, cancel: () => controller.abort() }, work };
}

function pack({ id, realRoot, kept, unreadable, extra }: PackRequest): { call: Call; work: Promise<WorkerReply> } {
  const tar = new SlicedTar({ realRoot, kept: FileTable.from(kept), unreadable }, extra);
  const free = new FreeBlocks();
  const fill = async (): Promise<WorkerReply> => {
    while (!tar.isComplete) {
      const block = await tar.next(await free.take());
      if (block !== null) reply({ kind: 'block', id, ...block }, [block.buffer]);
    }
    return { kind: 'packed', id };
  };
  const cancel = (): void => {
    tar.cancel();
    // For whom waits for a block: it is only looked at to learn that it is over.
    free.give(new ArrayBuffer(0));
  };
  return { call: { give: (buffer) => free.give(buffer), cancel }, work: fill() };
}

/** The blocks that may be filled. */
class FreeBlocks {
  readonly #blocks: ArrayBuffer[] = [];
  #waiting: ((buffer: ArrayBuffer) => void) | null = null;

  give(buffer: ArrayBuffer): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) waiting(buffer);
    else this.#blocks.push(buffer);
  }

  async take(): Promise<ArrayBuffer> {
    return this.#blocks.pop() ?? new Promise((resolve) => (this.#waiting = resolve));
  }
}
