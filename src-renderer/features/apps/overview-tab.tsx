import { CircleStop, History, Play, SquareTerminal } from 'lucide-react';
import type { ReactNode } from 'react';
import { type AppSummary, probeWords, type Release, type Replica, type ServerSummary } from '../../../src-main/contract/index.ts';
import { changeRunning, useAppPage } from '../../state/app-page.ts';
import { openTerminal, terminalOwner } from '../../state/terminals.ts';
import { navigate } from '../../state/view.ts';
import { exactTime, wholeDuration } from '../../ui/format.ts';
import {
  Button,
  EmptyState,
  IconButton,
  RelativeTime,
  Section,
  Spinner,
  StatusDot,
  StatusText,
  Table,
  Td,
  Th,
  Tr,
  useNow,
} from '../../ui/index.ts';
import { AppLog } from '../logs/app-log.tsx';
import { isFresh } from '../servers/server-words.ts';
import { logWaitsFor, releaseWords, replicaWords } from './app-words.ts';
import { ReadError } from './read-error.tsx';
import { Traffic } from './traffic.tsx';

interface OverviewTabProps {
  readonly server: ServerSummary;
  readonly app: AppSummary;
}

const logTail = 200;
const recentReleases = 5;

/** What a glance at an app should tell: its replicas, its newest lines, its last releases. */
export function OverviewTab({ server, app }: OverviewTabProps): ReactNode {
  const { detail, trafficBefore, releases, asking } = useAppPage();
  const connected = server.connection.phase === 'connected';
  const fresh = isFresh(server);
  const replicas = detail.value?.replicas ?? [];
  const { id } = server.profile;
  return (
    <div className="@container flex min-h-full flex-col">
      {app.state === 'stopped' && (
        <div className="mb-5 flex items-center gap-3 rounded-6 bg-stale-soft px-4 py-3">
          <CircleStop aria-hidden size={16} className="flex-none text-stale" />
          <p className="flex-1">Stopped: its visitors get an error page. Releases and settings are kept.</p>
          <Button variant="primary" icon={Play} busy={asking === 'start'} disabled={!connected} onClick={() => void changeRunning('start')}>
            Start
          </Button>
        </div>
      )}
      <Section
        title="Replicas"
        hint={
          fresh && detail.value !== null && app.state !== 'stopped' && app.replicas.wanted > 0
            ? `${app.replicas.healthy} of ${app.replicas.wanted} healthy`
            : undefined
        }
        actions={
          <Button size="sm" variant="ghost" onClick={() => navigate({ kind: 'app', server: id, app: app.name, tab: 'settings' })}>
            Change number
          </Button>
        }
      >
        <ReadError error={detail.error} />
        <Replicas server={server} app={app} replicas={replicas} known={detail.value !== null} loading={detail.loading} />
      </Section>
      {fresh && detail.value?.traffic && <Traffic before={trafficBefore} now={detail.value.traffic} />}
      <div className="grid min-h-72 flex-1 grid-cols-1 gap-5 @min-[820px]:grid-cols-[minmax(0,1fr)_300px]">
        <div className="flex min-h-72 flex-col">
          <AppLog
            server={id}
            app={app.name}
            replicas={replicas.map((replica) => replica.name)}
            waitsFor={logWaitsFor(server, app)}
            tail={logTail}
          />
        </div>
        <Section
          title="Releases"
          actions={
            <Button size="sm" variant="ghost" onClick={() => navigate({ kind: 'app', server: id, app: app.name, tab: 'releases' })}>
              All
            </Button>
          }
        >
          <ReadError error={releases.error} />
          {releases.value === null ? releases.loading && <Spinner label="Loading releases" /> : <Recent releases={releases.value} />}
        </Section>
      </div>
    </div>
  );
}

interface ReplicasProps extends OverviewTabProps {
  readonly replicas: readonly Replica[];
  readonly known: boolean;
  readonly loading: boolean;
}

function Replicas({ server, app, replicas, known, loading }: ReplicasProps): ReactNode {
  const now = useNow();
  const fresh = isFresh(server);
  if (replicas.length === 0) {
    if (!known) return loading ? <Spinner label="Loading replicas" /> : null;
    return <p className="py-1 text-text-3">{app.state === 'stopped' ? 'None runs while the app is stopped.' : 'None runs.'}</p>;
  }
  return (
    <Table label={`Replicas of ${app.name}`}>
      <thead>
        <tr>
          <Th>Replica</Th>
          <Th>State</Th>
          <Th>Server</Th>
          <Th>Up for</Th>
          <Th labelHidden>Terminal</Th>
        </tr>
      </thead>
      <tbody>
        {replicas.map((replica) => (
          <Tr key={replica.taskId}>
            <Td className="selectable font-mono text-12">
              {replica.name} <span className="text-text-3">r{replica.release}</span>
            </Td>
            <Td className="max-w-90 truncate" title={replica.message === '' ? undefined : replica.message}>
              {fresh ? (
                <StatusText status={replicaWords[replica.state].status}>{replicaWords[replica.state].word}</StatusText>
              ) : (
                <StatusText status="stale">Was {replicaWords[replica.state].word.toLowerCase()}</StatusText>
              )}
              {replica.message !== '' && <span className="ml-2 text-12 text-text-3">{replica.message}</span>}
            </Td>
            <Td quiet>{server.profile.name}</Td>
            <Td quiet className="tabular" title={replica.startedAt === null ? undefined : exactTime(replica.startedAt)}>
              {replica.startedAt === null || !fresh ? '–' : wholeDuration(now - replica.startedAt)}
            </Td>
            <Td className="w-8 text-right">
              <ShellButton server={server} app={app.name} replica={replica} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

interface ShellButtonProps {
  readonly server: ServerSummary;
  readonly app: string;
  readonly replica: Replica;
}

function ShellButton({ server, app, replica }: ShellButtonProps): ReactNode {
  const { id } = server.profile;
  const { containerId: container } = replica;
  return (
    <IconButton
      label={`Terminal in ${replica.name}`}
      icon={SquareTerminal}
      size="sm"
      disabled={container === null || server.connection.phase !== 'connected'}
      onClick={() => {
        if (container === null) return;
        openTerminal(terminalOwner(id, app), id, { kind: 'replica', replica: replica.name, container }, replica.name);
        navigate({ kind: 'app', server: id, app, tab: 'terminal' });
      }}
    />
  );
}

function Recent({ releases }: { readonly releases: readonly Release[] }): ReactNode {
  if (releases.length === 0) {
    return (
      <EmptyState icon={History} title="No release yet">
        The first deploy makes r1.
      </EmptyState>
    );
  }
  return (
    <ul>
      {releases.slice(0, recentReleases).map((release) => (
        <li key={release.record.number} className="flex gap-2.5 border-line border-b py-2 last:border-b-0">
          <span className="flex h-4.75 items-center">
            <StatusDot status={releaseWords[release.state].status} label={null} />
          </span>
          <div className="min-w-0">
            <p className="truncate text-text-3">
              <span className="font-semibold text-text">r{release.record.number}</span> {release.state === 'live' ? 'live since ' : ''}
              <RelativeTime at={release.record.createdAt} />
              {release.record.source && <span title={release.record.source.path}> · from {shortPath(release.record.source.path)}</span>}
            </p>
            <p className="selectable truncate text-12 text-text-2">{summary(release)}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** One line on how a release fared: what its switch showed, why it failed, or what can be done with it. */
function summary(release: Release): string {
  if (release.note !== '') return release.state === 'failed' ? `failed: ${release.note}` : release.note;
  if (release.probe !== null && release.state === 'live') return probeWords(release.probe);
  return release.state === 'kept' ? 'kept, ready to roll back' : releaseWords[release.state].word.toLowerCase();
}

/** The last two parts of a path: what tells it from the others. */
function shortPath(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '');
  return parts.length <= 2 ? path : `…/${parts.slice(-2).join('/')}`;
}
