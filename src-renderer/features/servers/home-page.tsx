import { FolderUp, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { runAction } from '../../actions/index.ts';
import { runningJobOf, runningSetupOf, useJobs } from '../../state/jobs.ts';
import { loadServers, useServers } from '../../state/servers.ts';
import { navigate } from '../../state/view.ts';
import { bytes, percent, plural } from '../../ui/format.ts';
import { Button, InlineError, Spinner, StatusDot, StatusText, Table, Td, Th, Tr, UsageBar, useNow } from '../../ui/index.ts';
import { FirstSteps } from '../onboarding/first-steps.tsx';
import { PageHead } from '../shell/page-head.tsx';
import { appSaid, notWell, serverSaid, shortSystem, sshAddress } from './server-words.ts';

/** All servers, or the way to the first one. */
export function HomePage(): ReactNode {
  const { servers, loaded, error } = useServers();
  if (!loaded) {
    return (
      <div className="flex h-full items-center justify-center text-text-3">
        <Spinner label="Reading the servers" size={18} />
      </div>
    );
  }
  if (error && servers.length === 0) {
    return (
      <div className="max-w-160 p-5">
        <InlineError
          error={error}
          actions={
            <Button size="sm" onClick={() => void loadServers()}>
              Try again
            </Button>
          }
        />
      </div>
    );
  }
  const begun = servers.some((server) => server.apps.length > 0);
  if (servers.length <= 1 && !begun) return <FirstSteps server={servers[0]} />;
  return <AllServers servers={servers} />;
}

function AllServers({ servers }: { readonly servers: readonly ServerSummary[] }): ReactNode {
  const apps = servers.reduce((sum, server) => sum + server.apps.length, 0);
  return (
    <>
      <PageHead
        title="All servers"
        subtitle={`${plural(servers.length, 'server')}, ${plural(apps, 'app')}`}
        actions={
          <>
            <Button variant="ghost" icon={Plus} onClick={() => runAction('servers.add')}>
              Add a server
            </Button>
            <Button variant="primary" icon={FolderUp} onClick={() => runAction('deploy.choose-folder')}>
              Deploy a folder
            </Button>
          </>
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3">
        <Table label="Servers" className="table-fixed">
          <thead>
            <tr>
              <Th className="w-[22%] max-[1100px]:w-[20%]">Server</Th>
              <Th className="w-[24%] max-[1100px]:w-[33%]">State</Th>
              <Th className="w-[15%] max-[1100px]:w-[22%]">Apps</Th>
              <Th className="w-[14%] max-[1100px]:hidden">System</Th>
              <Th numeric className="w-[8%] max-[1100px]:hidden">
                Memory
              </Th>
              <Th className="pl-5">Disk</Th>
            </tr>
          </thead>
          <tbody>
            {servers.map((server) => (
              <ServerRow key={server.profile.id} server={server} />
            ))}
          </tbody>
        </Table>
        <p className="mt-6 text-12 text-text-3">Drop a project folder anywhere on this window to deploy it.</p>
      </div>
    </>
  );
}

function ServerRow({ server }: { readonly server: ServerSummary }): ReactNode {
  const now = useNow();
  const settingUp = useJobs((state) => runningSetupOf(state.jobs, server.profile.id));
  const said = serverSaid(server, now, settingUp);
  const { id, name } = server.profile;
  const { facts } = server;
  const open = (): void => navigate({ kind: 'server', server: id, tab: 'overview' });
  return (
    <Tr onOpen={open}>
      <Td className="truncate">
        <button type="button" className="rounded-4 font-[530] hover:text-accent" onClick={open}>
          {name}
        </button>
        <span className="selectable ml-2 text-12 text-text-3 max-[1100px]:hidden">{sshAddress(server)}</span>
      </Td>
      <Td title={said.words} className="truncate">
        <StatusText status={said.status}>
          <span className="tabular">{said.words}</span>
        </StatusText>
      </Td>
      <Td>
        <AppDots server={server} />
      </Td>
      <Td quiet title={facts?.system} className="truncate max-[1100px]:hidden">
        {facts ? shortSystem(facts.system) : '–'}
      </Td>
      <Td numeric quiet className="max-[1100px]:hidden">
        {facts ? bytes(facts.memoryBytes) : '–'}
      </Td>
      <Td className="pl-5">
        {facts ? (
          <div className="flex items-center gap-2.5">
            <div className="w-14 flex-none">
              <UsageBar
                label={`Disk used on ${name}`}
                used={facts.diskTotalBytes - facts.diskFreeBytes}
                total={facts.diskTotalBytes}
                words={`${percent(facts.diskTotalBytes - facts.diskFreeBytes, facts.diskTotalBytes)} used`}
              />
            </div>
            <span className="tabular text-text-2">{bytes(facts.diskFreeBytes)} free</span>
          </div>
        ) : (
          <span className="text-text-2">–</span>
        )}
      </Td>
    </Tr>
  );
}

const mostDots = 8;

/** How many apps, a mark for each, and in words how many are not well: where something is wrong it is seen from here. */
function AppDots({ server }: { readonly server: ServerSummary }): ReactNode {
  const jobs = useJobs((state) => state.jobs);
  const now = useNow(5000);
  if (server.apps.length === 0) return <span className="text-text-3">{server.setup === 'ready' ? 'none yet' : '–'}</span>;
  const all = server.apps.map((app) => ({
    name: app.name,
    said: appSaid(server, app, runningJobOf(jobs, server.profile.id, app.name), now),
  }));
  return (
    <span className="flex items-center gap-2">
      <span className="tabular">{server.apps.length}</span>
      <span aria-hidden className="flex gap-1">
        {all.slice(0, mostDots).map(({ name, said }) => (
          <span key={name} title={`${name}: ${said.words}`} className="flex">
            <StatusDot status={said.status} label={null} />
          </span>
        ))}
      </span>
      <span className="text-12 text-text-3">{notWell(all.map(({ said }) => said.status))}</span>
    </span>
  );
}
