import { FolderUp, ListChecks, Package } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { runAction } from '../../actions/index.ts';
import { disconnectServer } from '../../state/servers.ts';
import { navigate, openEditServer } from '../../state/view.ts';
import { Button, EmptyState, notify, Section, Spinner } from '../../ui/index.ts';
import { AppsTable } from './apps-table.tsx';
import { NeedPanel } from './need-panel.tsx';
import { ServerDetails, ServerFigures } from './server-facts.tsx';

/** A server at one look: what it needs of its user, its figures, its apps, what it is. */
export function ServerOverview({ server }: { readonly server: ServerSummary }): ReactNode {
  const { connection } = server;
  const { id } = server.profile;
  if (connection.phase === 'needs-you') {
    return (
      <div className="max-w-160">
        <NeedPanel
          server={server}
          state={connection}
          onCancel={() => void disconnectServer(id).catch(notify.error)}
          onChangeDetails={() => openEditServer(id)}
        />
        <div className="mt-8">
          <Section title="Details">
            <ServerDetails server={server} />
          </Section>
        </div>
      </div>
    );
  }
  return (
    <>
      <ServerFigures server={server} />
      <Section title="Apps" hint={server.apps.length > 0 ? String(server.apps.length) : undefined}>
        {server.apps.length > 0 ? <AppsTable server={server} /> : <NoApps server={server} />}
      </Section>
      <Section title="Details">
        <ServerDetails server={server} />
      </Section>
    </>
  );
}

function NoApps({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  if (server.setup === 'unknown') {
    return server.connection.phase === 'connected' ? (
      <p className="flex items-center gap-2 py-2 text-text-2">
        <Spinner label={null} /> Looking at {name}
      </p>
    ) : (
      <p className="py-2 text-text-2">Nothing is known of it yet.</p>
    );
  }
  if (server.setup === 'needed') {
    return (
      <EmptyState
        icon={ListChecks}
        title={`${name} is not set up yet`}
        action={
          <Button variant="primary" onClick={() => navigate({ kind: 'server', server: id, tab: 'set-up' })}>
            Go to set-up
          </Button>
        }
      >
        The set-up installs Docker and the edge where they are missing. It shows each step, and leaves alone what runs there.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Package}
      title="No apps yet"
      action={
        <Button variant="primary" icon={FolderUp} onClick={() => runAction('deploy.choose-folder')}>
          Deploy a folder
        </Button>
      }
    >
      Drop a project folder anywhere on this window. It is packed, built on {name} and live at its own address.
    </EmptyState>
  );
}
