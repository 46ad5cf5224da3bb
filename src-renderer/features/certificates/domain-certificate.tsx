import { type ReactNode, useEffect } from 'react';
import { covers, type ServerSummary } from '../../../src-main/contract/index.ts';
import { openGetCertificate, readCertificates, useCertificatesOf } from '../../state/certificates.ts';
import { navigate } from '../../state/view.ts';
import { Button, StatusText, useNow } from '../../ui/index.ts';
import { certificateSaid, isDefaultHost, renewerOf } from './certificate-words.ts';

/** Reads the certificates of an app's server when its domains are shown, and when the connection is back. */
export function useDomainCertificates({ profile: { id }, connection, setup }: ServerSummary): void {
  const ready = connection.phase === 'connected' && setup === 'ready';
  useEffect(() => {
    if (ready) void readCertificates(id);
  }, [id, ready]);
}

interface DomainCertificateProps {
  readonly server: ServerSummary;
  readonly domain: string;
  /** Whether it leads to the app already, and is not only typed. */
  readonly saved: boolean;
}

/** Whether a domain has a certificate, in a few words, and the way to it or to one. Nothing while it is not known. */
export function DomainCertificate({ server, domain, saved }: DomainCertificateProps): ReactNode {
  const { id, name } = server.profile;
  const now = useNow(60_000);
  const overview = useCertificatesOf(id);
  if (overview === null) return null;
  const certificate = overview.certificates.find(({ names }) => covers(names, domain));
  if (certificate) {
    const said = certificateSaid(certificate, renewerOf(overview, certificate), now);
    return (
      <button
        type="button"
        title={`Certificates of ${name}`}
        aria-label={`Certificate for ${domain}: ${said.words}`}
        className="tabular min-w-0 rounded-4 text-12 text-text-2 hover:text-accent"
        onClick={() => navigate({ kind: 'server', server: id, tab: 'certificates' })}
      >
        <StatusText status={said.status}>{said.words}</StatusText>
      </button>
    );
  }
  if (isDefaultHost(domain)) return null;
  if (!saved) return <span className="text-12 text-text-3">a certificate once it is saved</span>;
  return (
    <>
      <span className="text-12 text-text-3">no certificate</span>
      <Button size="sm" variant="ghost" aria-label={`Get a certificate for ${domain}`} onClick={() => openGetCertificate(id, [domain])}>
        Get one…
      </Button>
    </>
  );
}
