import { clsx } from 'clsx';
import { CircleAlert, Clock, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { connectServer, useServer } from '../../state/servers.ts';
import { navigate, useView } from '../../state/view.ts';
import { relativeTime } from '../../ui/format.ts';
import { Button, notify, Spinner, useNow } from '../../ui/index.ts';
import { needWords, retryWords } from '../servers/server-words.ts';

/** At the foot of the page of a server or an app, where it moves nothing when it comes and goes, while the connection is not there: why, what happens next, and what is shown meanwhile. */
export function ConnectionBanner(): ReactNode {
  const view = useView((state) => state.view);
  const server = useServer('server' in view ? view.server : null);
  if (!server) return null;
  // The server's own pages show what it needs in full.
  if (server.connection.phase === 'needs-you' && view.kind === 'server') return null;
  return <Banner server={server} />;
}

function Banner({ server }: { readonly server: ServerSummary }): ReactNode {
  const now = useNow();
  const { connection, profile, readAt } = server;
  const seen = readAt === null ? '' : ` What is shown was read ${relativeTime(readAt, now)}.`;
  const retry = (
    <Button size="sm" onClick={() => void connectServer(profile.id).catch(notify.error)}>
      {connection.phase === 'idle' ? 'Connect' : 'Retry now'}
    </Button>
  );
  switch (connection.phase) {
    case 'connected':
      return null;
    case 'connecting':
      return (
        <Strip icon={<Spinner label={null} size={16} />} tone="work">
          {connection.attempt > 1 ? `Connecting to ${profile.name} again.${seen}` : `Connecting to ${profile.name}.${seen}`}
        </Strip>
      );
    case 'idle':
      return (
        <Strip icon={<Unplug aria-hidden size={16} />} tone="stale" action={retry}>
          Not connected to {profile.name}.{seen}
        </Strip>
      );
    case 'waiting':
      return (
        <Strip icon={<Clock aria-hidden size={16} />} tone="warn" action={retry} announce={connection.reason.message}>
          <span title={connection.reason.next}>{connection.reason.message}</span>{' '}
          <span className="tabular">{capital(retryWords(connection.retryAt, now))}.</span>
          {seen}
        </Strip>
      );
    case 'needs-you':
      return (
        <Strip
          icon={<CircleAlert aria-hidden size={16} />}
          tone={connection.need.kind === 'host-key-changed' ? 'fail' : 'warn'}
          action={
            <Button size="sm" onClick={() => navigate({ kind: 'server', server: profile.id, tab: 'overview' })}>
              Show
            </Button>
          }
        >
          {profile.name}: {needWords(connection.need)}.{seen}
        </Strip>
      );
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const tones = {
  work: 'bg-work-soft text-work',
  warn: 'bg-warn-soft text-warn',
  fail: 'bg-fail-soft text-fail',
  stale: 'bg-stale-soft text-text-2',
} as const;

interface StripProps {
  readonly icon: ReactNode;
  readonly tone: keyof typeof tones;
  readonly action?: ReactNode;
  /** What screen readers are told once, in place of text that counts seconds. */
  readonly announce?: string;
  readonly children: ReactNode;
}

function Strip({ icon, tone, action, announce, children }: StripProps): ReactNode {
  return (
    <div className={clsx('flex min-h-9.5 flex-none items-center gap-2 border-line border-t px-5 py-1 text-12', tones[tone])}>
      <span className="flex flex-none">{icon}</span>
      <p role={announce ? undefined : 'status'} className="selectable min-w-0 flex-1 text-text">
        {children}
      </p>
      {announce && (
        <span role="status" className="sr-only">
          {announce}
        </span>
      )}
      {action}
    </div>
  );
}
