import { ShieldAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { HostKey, ServerSummary } from '../../../src-main/contract/index.ts';
import { acceptHostKey } from '../../state/servers.ts';
import { Button, InlineError, TextField } from '../../ui/index.ts';
import { Fingerprint, HowToCompare } from './fingerprint.tsx';
import { Panel } from './panel.tsx';
import { useAsking } from './use-asking.ts';

interface HostKeyChangedPanelProps {
  readonly server: ServerSummary;
  readonly pinned: HostKey;
  readonly offered: HostKey;
  readonly onCancel: () => void;
}

/** Another host key than the pinned one: a hard stop. Only typing the host's name lets the new key in. */
export function HostKeyChangedPanel({ server, pinned, offered, onCancel }: HostKeyChangedPanelProps): ReactNode {
  const [typed, setTyped] = useState('');
  const { busy, error, ask } = useAsking();
  const { id, host, name } = server.profile;
  const ready = typed.trim() === host;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) ask(() => acceptHostKey(id, offered.fingerprint, typed.trim()));
      }}
    >
      <Panel
        icon={ShieldAlert}
        status="failed"
        title={`The host key of ${name} has changed`}
        actions={
          <>
            <Button variant="ghost" onClick={onCancel}>
              Stay disconnected
            </Button>
            <Button type="submit" variant="danger" busy={busy} disabled={!ready}>
              Accept the new key
            </Button>
          </>
        }
      >
        <p className="text-text-2">
          Longshore stopped before sending anything secret. Either the server was reinstalled, or something between here and there answers
          in its place. If you do not know of a reinstallation, do not accept: ask whoever runs the server first.
        </p>
        <Fingerprint label="Known fingerprint" hostKey={pinned} />
        <Fingerprint label="Offered now" hostKey={offered} />
        <HowToCompare type={offered.type} />
        <TextField label={`Type ${host} to accept the new key`} value={typed} onChange={setTyped} mono placeholder={host} />
        {error && <InlineError error={error} />}
      </Panel>
    </form>
  );
}
