import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { editDeployForm } from '../../state/deploy-sheet.ts';
import { connectServer, setUpServer } from '../../state/servers.ts';
import { closeDeploySheet, navigate, setOverlay } from '../../state/view.ts';
import { bytes } from '../../ui/format.ts';
import { Button, notify, Select, StatusDot, useNow } from '../../ui/index.ts';
import { serverSaid } from '../servers/server-words.ts';
import { type ServerProblem, serverOf } from './deploy-form.ts';

interface ServerChoiceProps {
  readonly servers: readonly ServerSummary[];
  readonly chosen: string | null;
  readonly problem: ServerProblem;
}

/** Which server it goes to, how that one is, and the way out when it cannot take it. */
export function ServerChoice({ servers, chosen, problem }: ServerChoiceProps): ReactNode {
  const now = useNow();
  const server = serverOf(servers, chosen);
  if (problem === 'none-added') {
    return (
      <div>
        <p className="label-11 mb-1">Server</p>
        <WayOut
          text="There is no server yet to deploy to."
          action="Add a server"
          onPress={() => {
            closeDeploySheet();
            setOverlay('addServer', true);
          }}
        />
      </div>
    );
  }
  return (
    <div>
      <Select
        label="Server"
        value={chosen}
        onChange={(next) => editDeployForm({ server: next })}
        error={problem === 'none-chosen' ? 'Choose a server' : null}
        options={servers.map((one) => {
          const said = serverSaid(one, now);
          return {
            value: one.profile.id,
            label: one.profile.name,
            hint: [said.short, one.facts && `${bytes(one.facts.diskFreeBytes)} free`].filter(Boolean).join(' · '),
            icon: <StatusDot status={said.status} label={said.words} />,
          };
        })}
      />
      {problem === 'not-connected' && server && <NotConnected server={server} />}
      {problem === 'not-set-up' && server && (
        <WayOut
          text={`${server.profile.name} is not set up for apps yet.`}
          action="Set it up"
          onPress={() => {
            closeDeploySheet();
            void setUpServer(server.profile.id).catch(notify.error);
          }}
        />
      )}
    </div>
  );
}

function NotConnected({ server }: { readonly server: ServerSummary }): ReactNode {
  const { connection, profile } = server;
  if (connection.phase === 'needs-you') {
    return (
      <WayOut
        text={connection.reason.message}
        action="Show"
        onPress={() => {
          closeDeploySheet();
          navigate({ kind: 'server', server: profile.id, tab: 'overview' });
        }}
      />
    );
  }
  if (connection.phase === 'connecting')
    return <p className="mt-1 text-12 text-text-2">Connecting to {profile.name}. Deploy wakes when it is there.</p>;
  const text = connection.phase === 'waiting' ? connection.reason.message : `${profile.name} is not connected.`;
  return <WayOut text={text} action="Connect" onPress={() => void connectServer(profile.id).catch(notify.error)} />;
}

interface WayOutProps {
  readonly text: string;
  readonly action: string;
  readonly onPress: () => void;
}

function WayOut({ text, action, onPress }: WayOutProps): ReactNode {
  return (
    <div role="alert" className="mt-1.5 flex items-center gap-2 rounded-6 bg-warn-soft px-3 py-2">
      <p className="min-w-0 flex-1 text-12 text-text wrap-anywhere">{text}</p>
      <Button size="sm" onClick={onPress}>
        {action}
      </Button>
    </div>
  );
}
