/**
 * What the archive's worker and the thread that has it say to each other. Blocks of tar belong to one side at a time: they
 * are transferred, and the worker fills no more than it was given, so that what is in flight is bounded. Everything else is
 * copied, but for the columns of a file table, which both see.
 */
import type { ErrorShape } from '../contract/errors.ts';
import type { FileColumns } from './file-table.ts';
import type { LeftOutColumns } from './left-out-columns.ts';
import type { Scan, ScanOptions, ScanProgress } from './scan.ts';
import type { ExtraFile } from './tar-writer.ts';

/** Which function of the scan's is called. */
export type ScanKind = 'scanFolder' | 'scanFolderToChoose' | 'scanAnyFolder';

export interface ScanRequest {
  readonly kind: 'scan';
  readonly id: number;
  readonly scan: ScanKind;
  readonly path: string;
  readonly options: Omit<ScanOptions, 'signal' | 'onProgress'>;
}

export interface PackRequest {
  readonly kind: 'pack';
  readonly id: number;
  readonly realRoot: string;
  readonly kept: FileColumns;
  readonly unreadable: readonly string[];
  readonly extra: readonly ExtraFile[];
}

export type WorkerRequest =
  | ScanRequest
  | PackRequest
  /** A block to fill for that call. */
  | { readonly kind: 'block'; readonly id: number; readonly buffer: ArrayBuffer }
  | { readonly kind: 'cancel'; readonly id: number };

export type WorkerReply =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: ScanProgress }
  | { readonly kind: 'scanned'; readonly id: number; readonly scan: CrossingScan }
  | { readonly kind: 'block'; readonly id: number; readonly buffer: ArrayBuffer; readonly bytes: number; readonly files: number }
  | { readonly kind: 'packed'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorShape };

export type CrossingScan = Omit<Scan, 'kept' | 'leftOut'> & { readonly kept: FileColumns; readonly leftOut: LeftOutColumns };
