export interface BackoffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
  /** 0 to 1: how much of the delay is drawn by chance, so that many clients do not come back at once. */
  readonly jitter: number;
}

/** Milliseconds to wait before try `attempt` (from 1): doubles up to the longest, less a random part. `random` gives 0 to 1. */
export function backoffDelay(attempt: number, options: BackoffOptions, random: () => number = Math.random): number {
  const whole = Math.min(options.longestMs, options.firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole * (1 - options.jitter * random()));
}
