import { LayoutGrid, Plus, Search, Settings } from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { runAction, shortcutOf } from '../../actions/index.ts';
import { isRunning, runningJobOf, runningSetupOf, useJobs } from '../../state/jobs.ts';
import { useServers } from '../../state/servers.ts';
import { navigate, setOverlay, useView } from '../../state/view.ts';
import { Kbd, useNow } from '../../ui/index.ts';
import { JobsTray } from '../jobs/jobs-tray.tsx';
import { appSaid, serverSaid } from '../servers/server-words.ts';
import { BrandMark } from './brand-mark.tsx';
import { SidebarItem } from './sidebar-item.tsx';

/** Left of everything: where one can go, and how all of it fares. */
export function Sidebar(): ReactNode {
  const view = useView((state) => state.view);
  const { servers, loaded } = useServers();
  const jobsAnchor = useRef<HTMLDivElement>(null);
  return (
    <aside className="flex h-full min-h-0 w-58 flex-none flex-col border-line border-r bg-bg px-2 py-2.5">
      <div className="mb-2 flex h-7 flex-none items-center gap-2 px-2">
        <BrandMark />
        <span className="font-[640] tracking-[-0.01em]">Longshore</span>
      </div>
      <button
        type="button"
        onClick={() => setOverlay('palette', true)}
        className="mx-1 mb-3 flex h-7.5 flex-none items-center gap-2 rounded-6 border border-line bg-surface px-2 text-text-3 transition-colors hover:border-line-strong"
      >
        <Search aria-hidden size={16} className="flex-none" />
        <span className="flex-1 text-left">Go to or run</span>
        <Kbd keys={shortcutOf('palette.open') ?? ''} />
      </button>
      <nav aria-label="Main" className="flex min-h-0 flex-1 flex-col">
        <SidebarItem name="All servers" icon={LayoutGrid} current={view.kind === 'home'} onClick={() => navigate({ kind: 'home' })} />
        <div className="-mx-2 mt-1 min-h-0 flex-1 overflow-y-auto px-2">
          {servers.length > 0 && <h2 className="label-11 px-2 pt-2 pb-1">Servers</h2>}
          <ul>
            {servers.map((server) => (
              <ServerItems key={server.profile.id} server={server} />
            ))}
          </ul>
          {loaded && (
            <SidebarItem
              name="Add a server"
              icon={Plus}
              onClick={() => runAction('servers.add')}
              className={servers.length > 0 ? 'text-text-3!' : 'mt-1'}
            />
          )}
        </div>
        <div ref={jobsAnchor} className="mt-2 flex-none">
          <JobsItem anchor={jobsAnchor} />
          <SidebarItem name="Settings" icon={Settings} current={view.kind === 'settings'} onClick={() => navigate({ kind: 'settings' })} />
        </div>
      </nav>
    </aside>
  );
}

function ServerItems({ server }: { readonly server: ServerSummary }): ReactNode {
  const view = useView((state) => state.view);
  const jobs = useJobs((state) => state.jobs);
  const now = useNow();
  const { id, name } = server.profile;
  const said = serverSaid(server, now, runningSetupOf(jobs, id));
  return (
    <li>
      <SidebarItem
        name={name}
        status={said.status}
        hint={said.short}
        description={said.words}
        current={view.kind === 'server' && view.server === id}
        onClick={() => navigate({ kind: 'server', server: id, tab: 'overview' })}
      />
      {server.apps.length > 0 && (
        <ul aria-label={`Apps on ${name}`}>
          {server.apps.map((app) => {
            const appNow = appSaid(server, app, runningJobOf(jobs, id, app.name), now);
            return (
              <li key={app.name}>
                <SidebarItem
                  name={app.name}
                  indented
                  status={appNow.status}
                  hint={appNow.short}
                  description={appNow.words}
                  current={view.kind === 'app' && view.server === id && view.app === app.name}
                  onClick={() => navigate({ kind: 'app', server: id, app: app.name, tab: 'overview' })}
                />
              </li>
            );
          })}
        </ul>
      )}
    </li>
  );
}

function JobsItem({ anchor }: { readonly anchor: RefObject<HTMLDivElement | null> }): ReactNode {
  const running = useJobs((state) => state.jobs.filter(isRunning).length);
  return <JobsTray anchor={anchor} hint={running > 0 ? `${running} running` : undefined} />;
}
