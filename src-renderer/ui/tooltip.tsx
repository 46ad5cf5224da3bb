import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

/** Once around the window: neighbours' tooltips follow one another without a new wait. */
export function TooltipProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return <Base.Provider delay={450}>{children}</Base.Provider>;
}

interface TooltipProps {
  readonly content: ReactNode;
  /** The element that it describes; it must be focusable, or keyboards never meet it. */
  readonly children: ReactElement<Record<string, unknown>>;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
}

/** Says more of an element on hover and focus. Never the only place of anything that must be known. */
export function Tooltip({ content, children, side = 'top' }: TooltipProps): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-60">
          <Base.Popup className="max-w-80 rounded-6 border border-line bg-raised px-2 py-1 text-12 text-text shadow-overlay transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            {content}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
