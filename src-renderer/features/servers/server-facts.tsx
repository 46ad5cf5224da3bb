import type { ReactNode } from 'react';
import type { ServerFacts, ServerSummary } from '../../../src-main/contract/index.ts';
import { bytes, latency, percent, plural, wholeDuration } from '../../ui/format.ts';
import { UsageBar, useNow } from '../../ui/index.ts';
import { serverSaid, sshAddress } from './server-words.ts';

/** The four figures at the top of a server's page. */
export function ServerFigures({ server }: { readonly server: ServerSummary }): ReactNode {
  const now = useNow();
  const { connection, facts } = server;
  const connected = connection.phase === 'connected';
  return (
    <dl className="mb-6 grid grid-cols-4 gap-px overflow-hidden rounded-6 border border-line bg-line max-[1000px]:grid-cols-2">
      <Figure
        label="Connection"
        value={connected ? (connection.latencyMs === null ? 'Connected' : latency(connection.latencyMs)) : '–'}
        note={connected ? `held for ${wholeDuration(now - connection.since)}` : serverSaid(server, now).short}
      />
      <Figure
        label="Apps"
        value={String(server.apps.length)}
        note={`${plural(
          server.apps.reduce((sum, app) => sum + app.replicas.healthy, 0),
          'healthy replica',
        )}`}
      />
      <Figure label="Memory" value={facts ? bytes(facts.memoryBytes) : '–'} note={facts ? plural(facts.cpus, 'processor') : ''} />
      <Figure label="Disk free" value={facts ? bytes(facts.diskFreeBytes) : '–'} note={facts ? `of ${bytes(facts.diskTotalBytes)}` : ''}>
        {facts && <DiskBar facts={facts} />}
      </Figure>
    </dl>
  );
}

function DiskBar({ facts }: { readonly facts: ServerFacts }): ReactNode {
  const used = facts.diskTotalBytes - facts.diskFreeBytes;
  return (
    <UsageBar
      label="Disk used"
      used={used}
      total={facts.diskTotalBytes}
      words={`${percent(used, facts.diskTotalBytes)} used, ${bytes(facts.diskFreeBytes)} free`}
    />
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly children?: ReactNode;
}

function Figure({ label, value, note, children }: FigureProps): ReactNode {
  return (
    <div className="min-w-0 bg-surface px-3.5 py-2.5">
      <dt className="label-11">{label}</dt>
      <dd>
        <div className="flex items-baseline gap-2">
          <span className="tabular truncate font-semibold text-18 tracking-[-0.015em]">{value}</span>
          <span className="tabular truncate text-12 text-text-3">{note}</span>
        </div>
        {children && <div className="mt-1.5">{children}</div>}
      </dd>
    </div>
  );
}

/** What the server is, in words, for the foot of its page. */
export function ServerDetails({ server }: { readonly server: ServerSummary }): ReactNode {
  const { profile, facts } = server;
  const rows: readonly (readonly [string, string])[] = [
    ['SSH', sshAddress(server)],
    ['Login', loginWords(server)],
    ['Host key', profile.hostKey ? `${profile.hostKey.type} ${profile.hostKey.fingerprint}` : 'not accepted yet'],
    ...(facts
      ? ([
          ['Address', facts.address],
          ['System', `${facts.system}, kernel ${facts.kernel}`],
          ['Docker', facts.dockerVersion ?? 'not installed'],
        ] as const)
      : []),
  ];
  return (
    <dl className="grid grid-cols-[96px_1fr] gap-y-1.5">
      {rows.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-text-3">{term}</dt>
          <dd className="selectable min-w-0 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function loginWords({ profile: { authentication } }: ServerSummary): string {
  switch (authentication.kind) {
    case 'agent':
      return 'SSH agent';
    case 'key':
      return `Key file ${authentication.identityFile}`;
    case 'password':
      return 'Password';
  }
}
