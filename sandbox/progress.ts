/** Progress of the slow steps: what is being done, and how long it took. */
export type ProgressEvent =
  | { readonly kind: 'start'; readonly step: string }
  | { readonly kind: 'done'; readonly step: string; readonly seconds: number }
  | { readonly kind: 'failed'; readonly step: string; readonly seconds: number };

export type OnProgress = (event: ProgressEvent) => void;

/** Runs `work` as one named step and reports its start, its end and its time. */
export async function step<T>(onProgress: OnProgress | undefined, name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  onProgress?.({ kind: 'start', step: name });
  try {
    const result = await work();
    onProgress?.({ kind: 'done', step: name, seconds: seconds() });
    return result;
  } catch (error) {
    onProgress?.({ kind: 'failed', step: name, seconds: seconds() });
    throw error;
  }
}

/** One line of text for a person, or undefined where nothing is worth a line. */
export function progressLine(event: ProgressEvent): string {
  switch (event.kind) {
    case 'start':
      return `   ...   ${event.step}`;
    case 'done':
      return `${event.seconds.toFixed(1).padStart(6)} s  ${event.step}`;
    case 'failed':
      return `${event.seconds.toFixed(1).padStart(6)} s  FAILED: ${event.step}`;
  }
}
