import { type ReactNode, useRef, useState } from 'react';
import { create } from 'zustand';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './text-field.tsx';

interface ConfirmRequest {
  /** A question: "Remove shop?" */
  readonly title: string;
  /** What will happen, and what will not. */
  readonly body: ReactNode;
  /** The verb on the button: "Remove". */
  readonly action: string;
  /** What it destroys cannot be had back. */
  readonly danger?: boolean;
  /** For what hurts most: the button wakes when this was typed. Usually the thing's name. */
  readonly typeToConfirm?: string;
}

interface Pending extends ConfirmRequest {
  readonly answer: (yes: boolean) => void;
}

const usePending = create<{ readonly pending: Pending | null }>()(() => ({ pending: null }));

/** Asks, in proportion. Resolves with true when the user went on, with false when they did not. */
export function confirm(request: ConfirmRequest): Promise<boolean> {
  usePending.getState().pending?.answer(false);
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      usePending.setState({ pending: null });
      resolve(yes);
    };
    usePending.setState({ pending: { ...request, answer } });
  });
}

/** Whether a question waits for its answer. */
export function isConfirming(): boolean {
  return usePending.getState().pending !== null;
}

/** Once in the window: draws what {@link confirm} asks. */
export function ConfirmHost(): ReactNode {
  const pending = usePending((state) => state.pending);
  return pending && <ConfirmDialog key={pending.title} {...pending} />;
}

function ConfirmDialog({ title, body, action, danger = false, typeToConfirm, answer }: Pending): ReactNode {
  const [typed, setTyped] = useState('');
  const cancel = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const ready = typeToConfirm === undefined || typed.trim() === typeToConfirm;
  const formId = 'confirm-form';
  return (
    <Dialog
      open
      onClose={() => answer(false)}
      title={title}
      size="sm"
      // What destroys must not follow from one more press of Enter.
      initialFocus={typeToConfirm === undefined ? cancel : field}
      footer={
        <>
          <Button ref={cancel} variant="ghost" onClick={() => answer(false)}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant={danger ? 'danger' : 'primary'} disabled={!ready}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4 text-text-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) answer(true);
        }}
      >
        <div className="flex flex-col gap-2">{body}</div>
        {typeToConfirm !== undefined && (
          <TextField
            ref={field}
            label={`Type ${typeToConfirm} to confirm`}
            value={typed}
            onChange={setTyped}
            mono
            placeholder={typeToConfirm}
          />
        )}
      </form>
    </Dialog>
  );
}
