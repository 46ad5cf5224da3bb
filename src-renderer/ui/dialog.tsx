import { Dialog as Base } from '@base-ui/react/dialog';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { IconButton } from './icon-button.tsx';

export type DialogSize = 'sm' | 'md' | 'lg' | 'xl';

interface DialogProps {
  readonly open: boolean;
  /** Escape, the cross, or a press beside it. */
  readonly onClose: () => void;
  readonly title: string;
  /** Beside the title, quiet. */
  readonly subtitle?: ReactNode;
  /** At the right end of the head, before the cross. */
  readonly headEnd?: ReactNode;
  readonly size?: DialogSize;
  readonly children: ReactNode;
  /** Buttons, the primary one last. */
  readonly footer?: ReactNode;
  /** At the left end of the foot. */
  readonly footerStart?: ReactNode;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** False while it must not be left by accident: only a button of its own closes it. */
  readonly dismissible?: boolean;
  /** The body comes without padding and scrolls by itself. */
  readonly bare?: boolean;
}

const sizes: Readonly<Record<DialogSize, string>> = { sm: 'w-105', md: 'w-130', lg: 'w-180', xl: 'w-245' };

/** A modal: head with title, body, foot. It keeps the focus inside and gives it back. */
export function Dialog(props: DialogProps): ReactNode {
  const {
    open,
    onClose,
    title,
    subtitle,
    headEnd,
    size = 'md',
    children,
    footer,
    footerStart,
    initialFocus,
    dismissible = true,
    bare = false,
  } = props;
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()} disablePointerDismissal={!dismissible}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-backdrop transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          {...(initialFocus ? { initialFocus } : {})}
          className={clsx(
            'fixed left-1/2 z-50 flex max-w-[calc(100vw-48px)] -translate-x-1/2 flex-col overflow-hidden rounded-10 border border-line bg-surface shadow-overlay outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0',
            sizes[size],
            // A small one hangs from its top, so that its head stays where it is when its body grows.
            size === 'sm' || size === 'md' ? 'top-[13vh] max-h-[78vh]' : 'top-1/2 max-h-[calc(100vh-64px)] -translate-y-1/2',
          )}
        >
          <header className="flex min-h-13 flex-none items-center gap-2.5 border-line border-b py-2 pr-3 pl-5">
            <Base.Title className="font-semibold text-15 tracking-[-0.01em]">{title}</Base.Title>
            {subtitle && <span className="min-w-0 truncate text-12 text-text-3">{subtitle}</span>}
            <span className="flex-1" />
            {headEnd}
            {dismissible && <IconButton label="Close" icon={X} onClick={onClose} />}
          </header>
          <div className={clsx('min-h-0 flex-1', bare ? 'flex flex-col overflow-hidden' : 'overflow-y-auto p-5')}>{children}</div>
          {(footer || footerStart) && (
            <footer className="flex min-h-13.5 flex-none items-center gap-2 border-line border-t bg-bg px-5 py-3">
              {footerStart}
              <span className="flex-1" />
              {footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
