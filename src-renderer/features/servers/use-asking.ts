import { useRef, useState } from 'react';
import { type ErrorShape, isCancellation, toErrorShape } from '../../../src-main/contract/index.ts';

interface Asking {
  readonly busy: boolean;
  readonly error: ErrorShape | null;
  readonly ask: (run: () => Promise<unknown>) => void;
}

/** One request at a time of a small form: whether it is under way, and why it failed. */
export function useAsking(): Asking {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const underWay = useRef(false);
  const ask = (run: () => Promise<unknown>): void => {
    if (underWay.current) return;
    underWay.current = true;
    setBusy(true);
    setError(null);
    run()
      .catch((reason: unknown) => {
        if (!isCancellation(reason)) setError(toErrorShape(reason));
      })
      .finally(() => {
        underWay.current = false;
        setBusy(false);
      });
  };
  return { busy, error, ask };
}
