import { type ErrorShape, isCancellation, toErrorShape } from '../../src-main/contract/index.ts';

/** Something read from a server: what was read last stays while it is read again, and while that fails. */
export interface Loadable<T> {
  readonly value: T | null;
  readonly loading: boolean;
  readonly error: ErrorShape | null;
}

export const notLoaded: Loadable<never> = { value: null, loading: false, error: null };

/**
 * Reads it and tells each step: loading, then the value or the error. `isCurrent` says whether anyone still wants it, since an
 * answer for a page that was left must not reach the next one.
 */
export async function load<T>(
  before: Loadable<T>,
  read: () => Promise<T>,
  set: (loadable: Loadable<T>) => void,
  isCurrent: () => boolean,
): Promise<void> {
  set({ ...before, loading: true });
  try {
    const value = await read();
    if (isCurrent()) set({ value, loading: false, error: null });
  } catch (error) {
    if (isCurrent()) set({ value: before.value, loading: false, error: isCancellation(error) ? before.error : toErrorShape(error) });
  }
}
