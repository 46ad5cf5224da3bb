import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { Toaster, toast } from 'sonner';
import { isCancellation, toErrorShape } from '../../src-main/contract/index.ts';

interface ToastOptions {
  readonly description?: string | undefined;
  readonly action?: { readonly label: string; readonly onClick: () => void } | undefined;
}

/** Once in the window; beside the page's root, where dialogs are, so that it lies above them. */
export function Toasts({ theme }: { readonly theme: 'light' | 'dark' }): ReactNode {
  return createPortal(
    <Toaster
      theme={theme}
      position="bottom-right"
      visibleToasts={4}
      gap={8}
      offset={16}
      style={{ fontFamily: 'inherit' }}
      containerAriaLabel="Notifications"
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: 'flex w-90 items-start gap-2.5 rounded-6 border border-line bg-raised px-3 py-2.5 text-13 text-text shadow-overlay',
          content: 'min-w-0 flex-1',
          title: 'font-[540] wrap-anywhere',
          description: 'text-12 text-text-2 wrap-anywhere',
          icon: 'mt-px flex flex-none',
          success: '[&_[data-icon]]:text-live',
          error: '[&_[data-icon]]:text-fail',
          actionButton: 'h-6.5 flex-none rounded-6 border border-line-strong px-2 text-12 font-[520] hover:bg-hover',
        },
      }}
    />,
    document.body,
  );
}

/** A word about what happened elsewhere. What belongs to a view is shown there, by InlineError. */
export const notify = {
  info: (title: string, options: ToastOptions = {}): void => {
    toast(title, { ...options });
  },
  success: (title: string, options: ToastOptions = {}): void => {
    toast.success(title, { ...options });
  },
  /** Takes anything thrown. Says nothing of a cancellation: whoever asked for it knows. */
  error: (error: unknown): void => {
    if (isCancellation(error)) return;
    const { code, message, next } = toErrorShape(error);
    toast.error(code === 'bug' ? 'Something went wrong in Longshore itself.' : message, {
      description: code === 'bug' ? message : next,
      duration: 8000,
    });
  },
};
