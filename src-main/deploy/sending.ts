import type { PackResult, Scan } from '../archive/index.ts';
import type { BuildContext } from '../builds/index.ts';
import { bytesInWords, CancelledError, counted, isCancellation } from '../contract/index.ts';
import type { BuildOptions } from '../docker/types.ts';
import type { StageContext } from '../jobs/types.ts';
import type { Run } from './run.ts';

/** What the ways of sending a folder have in common. */
export interface Sending {
  readonly scan: Scan;
  readonly context: BuildContext;
  readonly tag: string;
}

export interface Built {
  readonly imageId: string;
  readonly pack: PackResult;
}

export interface BuildLine {
  readonly text: string;
  readonly step: { readonly number: number; readonly of: number } | null;
}

/** A block for the head of each entry, and half a one that is padded. */
const bytesAnEntry = 768;

/** About what the tar of a folder will have. */
export function tarBytes({ bytes, files, directories }: Pick<Scan, 'bytes' | 'files' | 'directories'>): number {
  return bytes + (files + directories) * bytesAnEntry;
}

/**
 * Shows how much of the folder an upload has taken, and in words how much of that is on the wire. The share is of the tar before
 * compression, for what will be sent of it is only known at the end. An attempt after a break takes it from its beginning again.
 */
export class UploadShown {
  readonly #total: number;
  #stage: StageContext | null = null;
  #taken = 0;
  #sent = 0;

  constructor(scan: Pick<Scan, 'bytes' | 'files' | 'directories'>) {
    this.#total = tarBytes(scan);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Shows it from now on: it may have begun before its stage did. */
  on(stage: StageContext): void {
    this.#stage = stage;
    this.#show();
  }

  packed({ rawBytes }: { readonly rawBytes: number }): void {
    this.#taken = rawBytes;
    this.#show();
  }

  /** `bytes` on the wire so far. */
  sentSoFar(bytes: number): void {
    this.#sent = bytes;
    this.#show();
  }

  /** No longer: the stage has words of its own for what it did. */
  end(): void {
    this.#stage?.progress(null);
    this.#stage = null;
  }

  #show(): void {
    // The estimate may be a little too small.
    this.#stage?.progress({ done: Math.min(this.#taken, this.#total), total: this.#total, unit: 'bytes' });
    this.#stage?.detail(`${bytesInWords(this.#sent)} sent`);
  }
}

export function showPacked(stage: StageContext, { files, rawBytes }: PackResult): void {
  stage.progress(null);
  stage.detail(`${counted(files, 'file')}, ${bytesInWords(rawBytes)}`);
}

/** How the context is built, whichever way it came. */
export function buildOptions({ context, tag }: Sending, signal: AbortSignal, onLine: (line: BuildLine) => void): BuildOptions {
  return {
    tag,
    dockerfile: context.dockerfile,
    // A label with the release's number would make a new image, and a new layer, of a folder in which nothing changed.
    labels: {},
    signal,
    onLine: (text, step) => onLine({ text, step }),
  };
}

export function showLine(stage: StageContext, { text, step }: BuildLine): void {
  stage.log(text);
  if (!step) return;
  stage.progress({ done: step.number - 1, total: step.of, unit: 'steps' });
  stage.detail(`step ${step.number} of ${step.of}`);
}

export function showImage(stage: StageContext, imageId: string): void {
  stage.progress(null);
  stage.detail(`image ${imageId.replace('sha256:', '').slice(0, 12)}`);
}

/** Waits for stages that overlap. Whoever fails first stops the others; all have come to their end before the failure is told. */
export async function allOf(run: Run, ends: readonly Promise<unknown>[], stop: AbortController): Promise<void> {
  for (const end of ends) end.catch(() => stop.abort(new CancelledError()));
  const settled = await Promise.allSettled(ends);
  run.job.signal.throwIfAborted();
  const failures = settled.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((error) => !isCancellation(error)) ?? failures[0];
}
