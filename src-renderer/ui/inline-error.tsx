import { CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ErrorShape } from '../../src-main/contract/index.ts';
import { CopyButton } from './copy-button.tsx';

interface InlineErrorProps {
  readonly error: ErrorShape;
  /** Buttons: what the user can do about it. */
  readonly actions?: ReactNode;
  /** Shows the detail from the start, where it is the point: the last lines of a log. */
  readonly openDetail?: boolean;
}

/** An error where it happened: what, what to do next, and what the server said for those who want it. */
export function InlineError({ error, actions, openDetail = false }: InlineErrorProps): ReactNode {
  return (
    <div role="alert" className="flex items-start gap-2.5 rounded-6 border border-fail/30 bg-fail-soft px-3 py-2.5">
      <CircleX aria-hidden size={16} className="mt-px flex-none text-fail" />
      <div className="min-w-0 flex-1">
        <p className="selectable font-[540] text-text wrap-anywhere">
          {error.code === 'bug' ? 'Something went wrong in Longshore itself.' : error.message}
        </p>
        {error.code === 'bug' && <p className="selectable text-text-2 wrap-anywhere">{error.message}</p>}
        {error.next && <p className="selectable text-text-2 wrap-anywhere">{error.next}</p>}
        {error.detail && (
          <details open={openDetail} className="mt-1.5">
            <summary className="w-fit rounded-4 text-12 text-text-2 hover:text-text">What was said</summary>
            <pre className="selectable mt-1.5 max-h-60 overflow-auto rounded-6 bg-code-bg px-3 py-2 text-12 text-code-text whitespace-pre-wrap wrap-anywhere">
              {error.detail}
            </pre>
          </details>
        )}
        {actions && <div className="mt-2 flex items-center gap-2">{actions}</div>}
      </div>
      {(error.detail || error.code === 'bug') && <CopyButton label="Copy the error" text={() => errorText(error)} iconOnly />}
    </div>
  );
}

/** All of an error as text, for the clipboard. */
function errorText(error: ErrorShape): string {
  return [`${error.message} (${error.code})`, error.next, error.detail].filter((part) => part !== undefined).join('\n\n');
}
