import type { ReactNode } from 'react';
import { exactTime, relativeTime } from './format.ts';
import { useNow } from './use-now.ts';

/** `2 min ago`, with the exact moment on hover. Renews itself. */
export function RelativeTime({ at, prefix = '' }: { readonly at: number; readonly prefix?: string }): ReactNode {
  const now = useNow(5000);
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {prefix}
      {relativeTime(at, now)}
    </time>
  );
}
