/**
 * The page of an app: its state and replicas, releases, logs, shells and settings. Reads `state/app-page.ts` and what main broadcasts
 * of servers and jobs; asks for changes by the functions there. Everything a server says is shown as text.
 */
import { ExternalLink, FolderUp, Lock, PackageX, RotateCcw, SquareTerminal } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppSummary, ServerSummary } from '../../../src-main/contract/index.ts';
import { deployAgain, forgetFailure, openInBrowser, useAppPage } from '../../state/app-page.ts';
import { runningJobOf, useJobs } from '../../state/jobs.ts';
import { useServer, useServers } from '../../state/servers.ts';
import { type AppTab, navigate } from '../../state/view.ts';
import { Button, EmptyState, InlineError, notify, Pill, Spinner, Tabs, useNow } from '../../ui/index.ts';
import { AppLog } from '../logs/app-log.tsx';
import { appSaid, isFresh } from '../servers/server-words.ts';
import { PageHead } from '../shell/page-head.tsx';
import { TerminalTabs } from '../terminal/terminal-tabs.tsx';
import { FailedStrip, JobStrip } from './app-strips.tsx';
import { logWaitsFor } from './app-words.ts';
import { askRollBack } from './ask-roll-back.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { rollBackTarget } from './release-diff.ts';
import { ReleasesTab } from './releases-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { useAppPageReading } from './use-app-page.ts';

interface AppPageProps {
  readonly server: string;
  readonly app: string;
  readonly tab: AppTab;
}

const logTail = 2000;

export function AppPage({ server: id, app: name, tab }: AppPageProps): ReactNode {
  useAppPageReading(id, name);
  const server = useServer(id);
  const loaded = useServers((state) => state.loaded);
  const app = server?.apps.find((one) => one.name === name);
  if (server === undefined || app === undefined) {
    const known = server === undefined ? loaded : isFresh(server);
    return known ? <Gone name={name} server={server} /> : <Spinner label="Loading the app" className="m-5" />;
  }
  return <Shown key={`${id}/${name}`} server={server} app={app} tab={tab} />;
}

function Gone({ name, server }: { readonly name: string; readonly server: ServerSummary | undefined }): ReactNode {
  return (
    <EmptyState
      icon={PackageX}
      title={`There is no app ${name}${server === undefined ? '' : ` on ${server.profile.name}`}`}
      action={<Button onClick={() => navigate({ kind: 'home' })}>All servers</Button>}
    >
      It was removed, here or from another computer.
    </EmptyState>
  );
}

interface ShownProps {
  readonly server: ServerSummary;
  readonly app: AppSummary;
  readonly tab: AppTab;
}

function Shown({ server, app, tab }: ShownProps): ReactNode {
  const { id, name: serverName } = server.profile;
  const now = useNow();
  const job = useJobs((state) => runningJobOf(state.jobs, id, app.name));
  const page = useAppPage();
  const connected = server.connection.phase === 'connected';
  const replicas = page.detail.value?.replicas ?? [];
  const said = appSaid(server, app, job, now);
  return (
    <>
      <PageHead
        title={app.name}
        status={said.status}
        pill={<Pill status={said.status}>{said.words}</Pill>}
        subtitle={<Address app={app} />}
        actions={<HeadActions server={server} app={app} busy={job !== undefined} />}
      />
      {job ? <JobStrip job={job} /> : <FailedStrip server={id} app={app.name} />}
      {page.failure && (
        <div className="flex-none px-5 pt-3">
          <InlineError
            error={page.failure.error}
            actions={
              <Button size="sm" variant="ghost" onClick={forgetFailure}>
                Dismiss
              </Button>
            }
          />
        </div>
      )}
      <Tabs
        label={`Parts of ${app.name}`}
        value={tab}
        onChange={(next: AppTab) => navigate({ kind: 'app', server: id, app: app.name, tab: next })}
        bare={tab === 'logs' || tab === 'terminal' || tab === 'settings'}
        tabs={[
          { value: 'overview', label: 'Overview' },
          { value: 'releases', label: 'Releases' },
          { value: 'logs', label: 'Logs' },
          { value: 'terminal', label: 'Terminal' },
          { value: 'settings', label: 'Settings' },
        ]}
      >
        {tab === 'overview' && <OverviewTab server={server} app={app} />}
        {tab === 'releases' && <ReleasesTab server={server} app={app} />}
        {tab === 'logs' && (
          <div className="flex min-h-0 flex-1 flex-col px-5 pt-1 pb-4">
            <AppLog
              server={id}
              app={app.name}
              replicas={replicas.map((replica) => replica.name)}
              waitsFor={logWaitsFor(server, app)}
              tail={logTail}
            />
          </div>
        )}
        {tab === 'terminal' && (
          <TerminalTabs
            server={id}
            serverName={serverName}
            app={app.name}
            replicas={replicas}
            known={page.detail.value !== null}
            connected={connected}
          />
        )}
        {tab === 'settings' && <SettingsTab server={server} app={app} />}
      </Tabs>
    </>
  );
}

/** The user's own name where there is one: the default one is the first. */
function Address({ app }: { readonly app: AppSummary }): ReactNode {
  const host = app.hosts.at(-1);
  if (host === undefined) return null;
  if (app.release === null) return <span className="text-text-3">{host}</span>;
  return (
    <button
      type="button"
      title={`Open ${host} in the browser`}
      onClick={() => void openInBrowser()}
      className="inline-flex min-w-0 max-w-full items-center gap-1.5 text-accent hover:underline"
    >
      {app.https.includes(host) && <Lock aria-label="Served by https" size={13} className="flex-none text-text-3" />}
      <span className="truncate">{host}</span>
      <ExternalLink aria-hidden size={14} className="flex-none text-text-3" />
    </button>
  );
}

interface HeadActionsProps {
  readonly server: ServerSummary;
  readonly app: AppSummary;
  readonly busy: boolean;
}

function HeadActions({ server, app, busy }: HeadActionsProps): ReactNode {
  const { id, name } = server.profile;
  const releases = useAppPage((state) => state.releases.value) ?? [];
  const asking = useAppPage((state) => state.asking);
  const connected = server.connection.phase === 'connected';
  const target = rollBackTarget(releases);
  const why = !connected ? `${name} is not connected` : busy ? 'Something is already under way for this app' : undefined;
  const folder = releases.find((release) => release.record.source !== null)?.record.source?.path;
  return (
    <>
      <Button
        variant="ghost"
        icon={ExternalLink}
        aria-label="Open"
        title="Open in the browser"
        busy={asking === 'open'}
        disabled={app.release === null}
        onClick={() => void openInBrowser()}
      >
        <Word>Open</Word>
      </Button>
      <Button
        variant="ghost"
        icon={RotateCcw}
        aria-label="Roll back"
        busy={asking === 'roll-back'}
        disabled={why !== undefined || target === undefined}
        title={why ?? (target === undefined ? 'There is no earlier release to go back to' : `Roll back to r${target.record.number}`)}
        onClick={() => target && void askRollBack(app.name, releases, target)}
      >
        <Word>Roll back</Word>
      </Button>
      <Button
        icon={SquareTerminal}
        aria-label="Terminal"
        title="Terminal"
        onClick={() => navigate({ kind: 'app', server: id, app: app.name, tab: 'terminal' })}
      >
        <Word>Terminal</Word>
      </Button>
      <Button
        variant="primary"
        icon={FolderUp}
        disabled={why !== undefined}
        title={why ?? (folder === undefined ? 'Choose a folder to deploy' : `Deploy ${folder} again`)}
        onClick={() => void deployAgain(folder).catch(notify.error)}
      >
        Deploy
      </Button>
    </>
  );
}

/** A word that gives way in a narrow window; the button keeps it as its name. */
function Word({ children }: { readonly children: string }): ReactNode {
  return <span className="max-[1100px]:hidden">{children}</span>;
}
