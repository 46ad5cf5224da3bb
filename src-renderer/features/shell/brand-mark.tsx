import type { ReactNode } from 'react';

/** The app's own sign: containers on a hull, on a wave. */
export function BrandMark({ size = 18 }: { readonly size?: number }): ReactNode {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 18 18" fill="none" className="flex-none">
      <path d="M8 2.5h3v3H8z" className="fill-text" />
      <path d="M4.5 6.25h3v3h-3zM8 6.25h3v3H8zM11.5 6.25h3v3h-3z" className="fill-text" />
      <path d="M1.5 10h15l-1.7 4.1a2 2 0 0 1-1.85 1.24h-7.9A2 2 0 0 1 3.2 14.1z" className="fill-accent" />
    </svg>
  );
}
