import type { PackResult, Scan } from '../archive/index.ts';
import type { BuildContext } from '../builds/index.ts';
import { CancelledError, isCancellation } from '../contract/index.ts';
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
