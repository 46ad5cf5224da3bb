import type { ReactNode } from 'react';
import type { ConnectionState, ServerSummary } from '../../../src-main/contract/index.ts';
import { AuthenticationPanel } from './authentication-panel.tsx';
import { HostKeyChangedPanel } from './host-key-changed-panel.tsx';
import { HostKeyPanel } from './host-key-panel.tsx';
import { SecretPanel } from './secret-panel.tsx';

export type NeedsYou = Extract<ConnectionState, { phase: 'needs-you' }>;

interface NeedPanelProps {
  readonly server: ServerSummary;
  readonly state: NeedsYou;
  /** What "Cancel" does here: leave the server unconnected, or not add it at all. */
  readonly onCancel: () => void;
  readonly onChangeDetails: () => void;
}

/** What a connection waits for, asked where the user is: in the dialog that adds a server, or on the server's page. */
export function NeedPanel({ server, state, onCancel, onChangeDetails }: NeedPanelProps): ReactNode {
  const { need, reason } = state;
  switch (need.kind) {
    case 'accept-host-key':
      return <HostKeyPanel server={server} offered={need.offered} onCancel={onCancel} />;
    case 'host-key-changed':
      return <HostKeyChangedPanel server={server} pinned={need.pinned} offered={need.offered} onCancel={onCancel} />;
    case 'password':
      return (
        <SecretPanel key="password" server={server} kind="password" reason={reason} onCancel={onCancel} onChangeDetails={onChangeDetails} />
      );
    case 'passphrase':
      return (
        <SecretPanel
          key="passphrase"
          server={server}
          kind="passphrase"
          identityFile={need.identityFile}
          reason={reason}
          onCancel={onCancel}
          onChangeDetails={onChangeDetails}
        />
      );
    case 'authentication':
      return <AuthenticationPanel server={server} reason={reason} onCancel={onCancel} onChangeDetails={onChangeDetails} />;
  }
}
