import { Check, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { call } from '../bridge/index.ts';
import { Button, type ButtonSize, type ButtonVariant } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { notify } from './toasts.tsx';

interface CopyButtonProps {
  readonly text: string | (() => string);
  /** What is copied: "Copy the fingerprint". Also the words on it unless it is an icon alone. */
  readonly label: string;
  readonly iconOnly?: boolean;
  readonly size?: ButtonSize;
  readonly variant?: ButtonVariant;
}

const shownMs = 1500;

/** Puts text on the clipboard, which the page itself may not touch, and says that it did. */
export function CopyButton({ text, label, iconOnly = false, size = 'sm', variant = 'ghost' }: CopyButtonProps): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    call('clipboard.write', { text: typeof text === 'string' ? text : text() }).then(() => setCopied(true), notify.error);
  };
  const icon = copied ? Check : Copy;
  if (iconOnly) return <IconButton label={copied ? 'Copied' : label} icon={icon} size={size} onClick={copy} />;
  return (
    <Button variant={variant} size={size} icon={icon} onClick={copy}>
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </Button>
  );
}
