/** Waits `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

export interface PollOptions {
  /** Milliseconds between the end of one try and the next. */
  readonly everyMs: number;
  /** Milliseconds after which it gives up. */
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks again until `probe` returns something other than undefined, and returns that; undefined when the time is up.
 * An error of `probe` ends it: what may fail in passing has to be caught by the probe.
 */
export async function poll<T>(probe: () => Promise<T | undefined> | T | undefined, options: PollOptions): Promise<T | undefined> {
  const deadline = Date.now() + options.withinMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (Date.now() + options.everyMs > deadline) return undefined;
    await sleep(options.everyMs, options.signal);
  }
}

/**
 * A signal that fires when any of the given ones does, or after `ms` (then with a TimeoutError). The deadline is a timer of its own, not
 * `AbortSignal.timeout`: inside `AbortSignal.any` Node 20 collects that one as garbage, and then it never fires.
 */
export function withDeadline(ms: number, ...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const deadline = new AbortController();
  setTimeout(() => deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms).unref();
  return AbortSignal.any([deadline.signal, ...signals.filter((signal) => signal !== undefined)]);
}
