/**
 * A server's page. This folder is about servers as the window sees them: adding one, what its connection needs, its set-up and what
 * it holds. It knows apps only as rows that lead elsewhere.
 */
import { ArrowUpFromDot, Ellipsis, FolderUp, ListChecks, Pencil, PlugZap, RefreshCw, Trash2, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { runAction } from '../../actions/index.ts';
import { runningSetupOf, useJobs } from '../../state/jobs.ts';
import { useServer } from '../../state/servers.ts';
import { navigate, type ServerTab } from '../../state/view.ts';
import { Button, EmptyState, IconButton, Menu, Pill, Tabs, useNow } from '../../ui/index.ts';
import { CertificatesTab } from '../certificates/certificates-tab.tsx';
import { RoutesTab } from '../routes/routes-tab.tsx';
import { PageHead } from '../shell/page-head.tsx';
import { TerminalPane } from '../terminal/terminal-pane.tsx';
import { Containers } from './containers.tsx';
import { ServerOverview } from './server-overview.tsx';
import { serverSaid, sshAddress } from './server-words.ts';
import { SetupChecklist } from './setup-checklist.tsx';

interface ServerPageProps {
  readonly server: string;
  readonly tab: ServerTab;
}

export function ServerPage({ server: id, tab }: ServerPageProps): ReactNode {
  const server = useServer(id);
  const settingUp = useJobs((state) => runningSetupOf(state.jobs, id));
  if (!server) {
    return (
      <EmptyState
        title="That server is not known any more"
        action={<Button onClick={() => navigate({ kind: 'home' })}>All servers</Button>}
      >
        It was forgotten on this computer. Nothing on the server changed.
      </EmptyState>
    );
  }
  return (
    <>
      <ServerHead server={server} />
      <Tabs<ServerTab>
        label={`Pages of ${server.profile.name}`}
        value={tab}
        onChange={(next) => navigate({ kind: 'server', server: id, tab: next })}
        bare={tab === 'terminal'}
        tabs={[
          { value: 'overview', label: 'Overview' },
          { value: 'containers', label: 'Containers' },
          { value: 'routes', label: 'Routes' },
          { value: 'certificates', label: 'Certificates' },
          { value: 'terminal', label: 'Terminal' },
          { value: 'set-up', label: 'Set-up', ...(settingUp ? { hint: 'running' } : server.setup === 'needed' ? { hint: 'to do' } : {}) },
        ]}
      >
        <ServerTabPanel server={server} tab={tab} />
      </Tabs>
    </>
  );
}

function ServerTabPanel({ server, tab }: { readonly server: ServerSummary; readonly tab: ServerTab }): ReactNode {
  switch (tab) {
    case 'overview':
      return <ServerOverview server={server} />;
    case 'containers':
      return <Containers server={server} />;
    case 'routes':
      return <RoutesTab server={server} />;
    case 'certificates':
      return <CertificatesTab server={server} />;
    case 'terminal':
      return (
        <div className="flex min-h-0 flex-1 flex-col px-5 pb-4">
          <TerminalPane server={server.profile.id} target={{ kind: 'server' }} />
        </div>
      );
    case 'set-up':
      return <SetupChecklist server={server} />;
  }
}

function ServerHead({ server }: { readonly server: ServerSummary }): ReactNode {
  const settingUp = useJobs((state) => runningSetupOf(state.jobs, server.profile.id));
  const said = serverSaid(server, useNow(), settingUp);
  const { phase } = server.connection;
  return (
    <PageHead
      title={server.profile.name}
      status={said.status}
      pill={<Pill status={said.status}>{said.words}</Pill>}
      subtitle={sshAddress(server)}
      actions={
        <>
          <Menu
            trigger={<IconButton label={`More for ${server.profile.name}`} icon={Ellipsis} />}
            items={[
              {
                id: 'refresh',
                label: 'Read again',
                icon: RefreshCw,
                disabled: phase !== 'connected',
                onSelect: () => runAction('server.refresh'),
              },
              { id: 'edit', label: 'Change…', icon: Pencil, onSelect: () => runAction('server.edit') },
              { id: 'set-up', label: 'Set-up…', icon: ListChecks, onSelect: () => runAction('server.set-up') },
              {
                id: 'edge',
                label: 'Renew the edge…',
                icon: ArrowUpFromDot,
                disabled: phase !== 'connected' || server.setup !== 'ready',
                onSelect: () => runAction('edge.update'),
              },
              phase === 'idle' || phase === 'waiting'
                ? { id: 'connect', label: 'Connect now', icon: PlugZap, onSelect: () => runAction('server.connect') }
                : { id: 'disconnect', label: 'Disconnect', icon: Unplug, onSelect: () => runAction('server.disconnect') },
              null,
              { id: 'forget', label: 'Forget…', icon: Trash2, danger: true, onSelect: () => runAction('server.remove') },
            ]}
          />
          <Button
            variant={server.setup === 'ready' ? 'primary' : 'secondary'}
            icon={FolderUp}
            onClick={() => runAction('deploy.choose-folder')}
          >
            Deploy
          </Button>
        </>
      }
    />
  );
}
