import type { ReactNode } from 'react';
import type { HostKey } from '../../../src-main/contract/index.ts';
import { CopyButton } from '../../ui/index.ts';

/** A host key's fingerprint, to be compared character by character. */
export function Fingerprint({ label, hostKey }: { readonly label: string; readonly hostKey: HostKey }): ReactNode {
  return (
    <div>
      <div className="label-11 mb-1">
        {label} ({hostKey.type})
      </div>
      <div className="flex items-center gap-1 rounded-6 border border-line bg-sunken py-1 pr-1 pl-2.5">
        <code className="selectable min-w-0 flex-1 text-12 wrap-anywhere">{hostKey.fingerprint}</code>
        <CopyButton label={`Copy: ${label}`} text={hostKey.fingerprint} iconOnly />
      </div>
    </div>
  );
}

/** The file of a host key on an OpenSSH server by its type (sshd_config(5), HostKey). */
export function hostKeyFile(type: string): string {
  const name = type.includes('ed25519') ? 'ed25519' : type.startsWith('ecdsa') ? 'ecdsa' : 'rsa';
  return `/etc/ssh/ssh_host_${name}_key.pub`;
}

/** How to see the same fingerprint on the server by a way that nobody between can change. */
export function HowToCompare({ type }: { readonly type: string }): ReactNode {
  const command = `ssh-keygen -lf ${hostKeyFile(type)}`;
  return (
    <div>
      <p className="mb-1 text-text-2">To compare, run this on the server, in the console that your provider shows in its web page:</p>
      <div className="flex items-center gap-1 rounded-6 bg-code-bg py-1 pr-1 pl-2.5">
        <code className="selectable min-w-0 flex-1 text-12 text-code-text wrap-anywhere">{command}</code>
        <span data-theme="dark">
          <CopyButton label="Copy the command" text={command} iconOnly />
        </span>
      </div>
    </div>
  );
}
