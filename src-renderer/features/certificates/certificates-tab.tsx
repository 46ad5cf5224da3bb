/**
 * Certificates of a server as the window sees them: those that are served, the hosts that have one or none, and the service that renews.
 * Reads `state/certificates.ts` and asks for changes by the functions there; knows apps only as names that hosts lead to.
 */
import { ArrowRight, Plus, RotateCw, ShieldCheck, Upload } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { CertificatesOverview, ServerSummary } from '../../../src-main/contract/index.ts';
import {
  forgetCertificateFailure,
  openGetCertificate,
  openOwnCertificate,
  readCertificates,
  useCertificates,
  useCertificatesOf,
} from '../../state/certificates.ts';
import { isRunning, latestCertificateJob, useJobs } from '../../state/jobs.ts';
import { navigate } from '../../state/view.ts';
import { Button, EmptyState, IconButton, InlineError, Section, Spinner } from '../../ui/index.ts';
import { CertificateTable } from './certificate-table.tsx';
import { HostTable } from './host-table.tsx';
import { RenewerLine } from './renewer-line.tsx';

/** What is served by https, for how long, and what visitors by http get. */
export function CertificatesTab({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  const overview = useCertificatesOf(id);
  const { loading, error } = useCertificates((state) => state.overview);
  const failure = useCertificates((state) => state.failure);
  useReading(server);

  if (server.setup === 'needed') return <NotSetUp server={server} />;
  if (overview === null) {
    if (error) return <InlineError error={error} actions={<TryAgain server={id} />} />;
    if (server.connection.phase === 'connected') {
      return (
        <p className="flex items-center gap-2 text-text-2">
          <Spinner label={null} /> Reading the certificates of {name}
        </p>
      );
    }
    return (
      <EmptyState icon={ShieldCheck} title="Not connected">
        The certificates of {name} are read when it is connected.
      </EmptyState>
    );
  }
  return (
    <>
      <RunningJob server={id} />
      {failure && (
        <div className="mb-4">
          <InlineError
            error={failure}
            actions={
              <Button size="sm" variant="ghost" onClick={forgetCertificateFailure}>
                Dismiss
              </Button>
            }
          />
        </div>
      )}
      {error && (
        <div className="mb-4">
          <InlineError error={error} actions={<TryAgain server={id} />} />
        </div>
      )}
      <Served server={server} overview={overview} loading={loading} />
    </>
  );
}

/** Reads when shown, when the connection is back, and when another host leads to an app. */
function useReading(server: ServerSummary): void {
  const { id } = server.profile;
  const connected = server.connection.phase === 'connected';
  const hosts = server.apps.flatMap((app) => app.hosts).join(' ');
  useEffect(() => {
    if (connected && server.setup !== 'needed') void readCertificates(id);
  }, [id, connected, server.setup, hosts]);
}

interface ServedProps {
  readonly server: ServerSummary;
  readonly overview: CertificatesOverview;
  readonly loading: boolean;
}

function Served({ server, overview, loading }: ServedProps): ReactNode {
  const { id, name } = server.profile;
  const connected = server.connection.phase === 'connected';
  const whyNot = connected ? undefined : `${name} is not connected`;
  const { certificates, hosts, renewers } = overview;
  const none = certificates.length === 0;
  const buttons = (primary: boolean): ReactNode => (
    <>
      <Button size={primary ? 'md' : 'sm'} icon={Upload} disabled={!connected} title={whyNot} onClick={() => openOwnCertificate(id)}>
        Use your own…
      </Button>
      <Button
        size={primary ? 'md' : 'sm'}
        variant={primary ? 'primary' : 'secondary'}
        icon={Plus}
        disabled={!connected}
        title={whyNot}
        onClick={() => openGetCertificate(id)}
      >
        Get a certificate…
      </Button>
    </>
  );
  return (
    <>
      <Section
        title="Certificates"
        hint={none ? undefined : String(certificates.length)}
        actions={
          <>
            <IconButton
              label="Read again"
              icon={RotateCw}
              size="sm"
              disabled={!connected || loading}
              onClick={() => void readCertificates(id)}
            />
            {!none && buttons(false)}
          </>
        }
      >
        {none ? (
          <EmptyState icon={ShieldCheck} title="No certificates yet" action={buttons(true)}>
            With a certificate your apps answer by https. Let’s Encrypt gives one free of charge for any domain that leads to this server;
            it is renewed on the server, also while this computer is off.
          </EmptyState>
        ) : (
          <CertificateTable server={server} overview={overview} />
        )}
      </Section>
      {hosts.length > 0 && (
        <Section title="Hosts" hint={String(hosts.length)} description="Every host name that is served, and what its visitors get.">
          <HostTable server={server} overview={overview} />
        </Section>
      )}
      {(renewers.length > 0 || certificates.some(({ source }) => source === 'acme')) && (
        <Section
          title="Renewal"
          description="By certbot of the Electronic Frontier Foundation on the server, also while this computer is off. It looks twice a day, and renews what has a third of its time left."
        >
          <div className="flex flex-col gap-4">
            {renewers.map((renewer) => (
              <RenewerLine key={renewer.challenge} server={server} overview={overview} renewer={renewer} />
            ))}
            {renewers.length === 0 && <RenewerLine server={server} overview={overview} renewer={null} />}
          </div>
        </Section>
      )}
    </>
  );
}

function TryAgain({ server }: { readonly server: string }): ReactNode {
  return (
    <Button size="sm" onClick={() => void readCertificates(server)}>
      Try again
    </Button>
  );
}

function RunningJob({ server }: { readonly server: string }): ReactNode {
  const job = useJobs((state) => latestCertificateJob(state.jobs, server));
  if (job === undefined || !isRunning(job)) return null;
  return (
    <div role="status" className="mb-4 flex min-h-9.5 items-center gap-2 rounded-6 bg-work-soft px-3 py-1 text-12">
      <Spinner label={null} size={16} className="text-work" />
      <p className="min-w-0 flex-1 truncate">{job.title}</p>
      <Button size="sm" icon={ArrowRight} onClick={() => navigate({ kind: 'job', job: job.id })}>
        Show
      </Button>
    </div>
  );
}

function NotSetUp({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  return (
    <EmptyState
      icon={ShieldCheck}
      title={`${name} is not set up yet`}
      action={
        <Button variant="primary" onClick={() => navigate({ kind: 'server', server: id, tab: 'set-up' })}>
          Go to set-up
        </Button>
      }
    >
      The set-up starts the edge, which serves certificates to visitors.
    </EmptyState>
  );
}
