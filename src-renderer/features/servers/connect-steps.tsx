import { CircleCheck, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { connectServer } from '../../state/servers.ts';
import { Button, InlineError, Spinner, useNow } from '../../ui/index.ts';
import { NeedPanel } from './need-panel.tsx';
import { Panel } from './panel.tsx';
import { retryWords, sshAddress } from './server-words.ts';
import { useAsking } from './use-asking.ts';

interface ConnectStepsProps {
  readonly server: ServerSummary;
  readonly onCancel: () => void;
  readonly onChangeDetails: () => void;
  /** Leaves it in the list, unreached. */
  readonly onKeep: () => void;
  readonly onDone: () => void;
}

/** A new server on its way to being connected, whatever it needs in between. */
export function ConnectSteps({ server, onCancel, onChangeDetails, onKeep, onDone }: ConnectStepsProps): ReactNode {
  const { connection } = server;
  const { ask, busy } = useAsking();
  const now = useNow();
  const retry = (): void => ask(() => connectServer(server.profile.id));
  switch (connection.phase) {
    case 'needs-you':
      return <NeedPanel server={server} state={connection} onCancel={onCancel} onChangeDetails={onChangeDetails} />;
    case 'connected':
      return <Connected server={server} onDone={onDone} />;
    case 'waiting':
      return (
        <Panel
          icon={Clock}
          status="waiting"
          title={`${server.profile.name} could not be reached`}
          actions={
            <>
              <Button variant="ghost" onClick={onKeep} className="-ml-3 mr-auto">
                Keep for later
              </Button>
              <Button variant="ghost" onClick={onCancel}>
                Cancel
              </Button>
              <Button onClick={onChangeDetails}>Change details</Button>
              <Button variant="primary" busy={busy} onClick={retry}>
                Retry now
              </Button>
            </>
          }
        >
          <InlineError error={connection.reason} />
          <p className="tabular text-text-2">Longshore tries again by itself: {retryWords(connection.retryAt, now)}.</p>
        </Panel>
      );
    case 'idle':
    case 'connecting':
      return (
        <div className="flex items-center gap-3 py-4">
          <Spinner label={null} size={18} className="text-work" />
          <p role="status" className="min-w-0 flex-1 text-text-2 wrap-anywhere">
            Connecting to {sshAddress(server)}
          </p>
          <Button variant="ghost" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      );
  }
}

function Connected({ server, onDone }: { readonly server: ServerSummary; readonly onDone: () => void }): ReactNode {
  const { name } = server.profile;
  const looking = server.setup === 'unknown';
  const ready = server.setup === 'ready';
  return (
    <Panel
      icon={CircleCheck}
      status="live"
      title={`Connected to ${name}`}
      actions={
        <Button variant="primary" autoFocus onClick={onDone}>
          {looking ? 'Continue' : ready ? `Show ${name}` : 'Go to set-up'}
        </Button>
      }
    >
      <p role="status" className="text-text-2">
        {looking && (
          <span className="inline-flex items-center gap-2">
            <Spinner label={null} /> Looking at what is there
          </span>
        )}
        {ready &&
          `It is set up already, with ${server.apps.length === 1 ? 'one app' : `${server.apps.length} apps`}. Everything is as its last owner left it.`}
        {server.setup === 'needed' &&
          `${server.facts?.system ?? 'It'} is reached. Next, the set-up installs what is missing and shows each step.`}
      </p>
    </Panel>
  );
}
