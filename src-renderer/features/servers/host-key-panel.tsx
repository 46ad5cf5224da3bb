import { ShieldQuestion } from 'lucide-react';
import type { ReactNode } from 'react';
import type { HostKey, ServerSummary } from '../../../src-main/contract/index.ts';
import { acceptHostKey } from '../../state/servers.ts';
import { Button, InlineError } from '../../ui/index.ts';
import { Fingerprint, HowToCompare } from './fingerprint.tsx';
import { Panel } from './panel.tsx';
import { useAsking } from './use-asking.ts';

interface HostKeyPanelProps {
  readonly server: ServerSummary;
  readonly offered: HostKey;
  readonly onCancel: () => void;
}

/** A host key that this computer has not seen: shown and accepted by the user before any credential goes out. */
export function HostKeyPanel({ server, offered, onCancel }: HostKeyPanelProps): ReactNode {
  const { busy, error, ask } = useAsking();
  return (
    <Panel
      icon={ShieldQuestion}
      status="waiting"
      title={`Is this ${server.profile.host}?`}
      actions={
        <>
          <Button variant="ghost" onClick={onCancel}>
            Cancel
          </Button>
          <Button variant="primary" busy={busy} onClick={() => ask(() => acceptHostKey(server.profile.id, offered.fingerprint))}>
            Accept and connect
          </Button>
        </>
      }
    >
      <p className="text-text-2">
        The server showed a host key that this computer has not seen before. Nothing secret was sent yet. When the fingerprint is that of
        your server, accept it: from then on any other key is refused.
      </p>
      <Fingerprint label="Fingerprint" hostKey={offered} />
      <HowToCompare type={offered.type} />
      {error && <InlineError error={error} />}
    </Panel>
  );
}
