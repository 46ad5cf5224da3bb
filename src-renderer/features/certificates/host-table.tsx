import type { ReactNode } from 'react';
import type { CertificatesOverview, ServerSummary } from '../../../src-main/contract/index.ts';
import { openGetCertificate, useCertificates } from '../../state/certificates.ts';
import { navigate } from '../../state/view.ts';
import { Button, Select, type SelectOption, StatusText, Table, Td, Th, Tr, useNow } from '../../ui/index.ts';
import { askHttps } from './asks.tsx';
import { certificateSaid, isDefaultHost, renewerOf } from './certificate-words.ts';

type Host = CertificatesOverview['hosts'][number];
type Answer = 'http' | 'redirect' | 'hsts';

interface HostTableProps {
  readonly server: ServerSummary;
  readonly overview: CertificatesOverview;
}

const answers: readonly SelectOption<Answer>[] = [
  { value: 'http', label: 'Serve on http as well' },
  { value: 'redirect', label: 'Send to https' },
  { value: 'hsts', label: 'Send to https, remembered', hint: 'HSTS' },
];

/** Every host that leads to an app: its certificate, and how its plain requests are answered. */
export function HostTable({ server, overview }: HostTableProps): ReactNode {
  return (
    <Table label={`Hosts of ${server.profile.name}`} className="table-fixed">
      <thead>
        <tr>
          <Th>Host</Th>
          <Th className="w-[14%] max-[1100px]:w-20">App</Th>
          <Th className="w-[26%] max-[1100px]:w-52">Certificate</Th>
          <Th className="w-62 max-[1100px]:w-44">Plain requests</Th>
        </tr>
      </thead>
      <tbody>
        {overview.hosts.map((host) => (
          <HostRow key={host.host} server={server} overview={overview} host={host} />
        ))}
      </tbody>
    </Table>
  );
}

function HostRow({ server, overview, host }: HostTableProps & { readonly host: Host }): ReactNode {
  const { id } = server.profile;
  return (
    <Tr data-host={host.host}>
      <Td className="truncate">
        <span className="selectable" title={host.host}>
          {host.host}
        </span>
      </Td>
      <Td className="truncate">
        {host.app === null ? <span className="text-text-3">by a route</span> : <AppLink server={id} app={host.app} />}
      </Td>
      <Td className="truncate">
        <HostCertificate server={server} overview={overview} host={host} />
      </Td>
      <Td>
        <PlainRequests server={server} overview={overview} host={host} />
      </Td>
    </Tr>
  );
}

function AppLink({ server, app }: { readonly server: string; readonly app: string }): ReactNode {
  return (
    <button
      type="button"
      className="max-w-full truncate rounded-4 font-[530] hover:text-accent"
      onClick={() => navigate({ kind: 'app', server, app, tab: 'overview' })}
    >
      {app}
    </button>
  );
}

function HostCertificate({ server, overview, host }: HostTableProps & { readonly host: Host }): ReactNode {
  const now = useNow(60_000);
  const certificate = overview.certificates.find(({ name }) => name === host.certificate);
  if (certificate) {
    const { status, words } = certificateSaid(certificate, renewerOf(overview, certificate), now);
    return (
      <span title={words}>
        <StatusText status={status}>{words}</StatusText>
      </span>
    );
  }
  return (
    <span className="flex items-center gap-1">
      <span className="text-text-3">none</span>
      {!isDefaultHost(host.host) && (
        <Button
          size="sm"
          variant="ghost"
          aria-label={`Get a certificate for ${host.host}`}
          disabled={server.connection.phase !== 'connected'}
          onClick={() => openGetCertificate(server.profile.id, [host.host])}
        >
          Get one…
        </Button>
      )}
    </span>
  );
}

function PlainRequests({ server, overview, host }: HostTableProps & { readonly host: Host }): ReactNode {
  const asking = useCertificates((state) => state.asking);
  // Without a certificate nobody may be sent to https; one that is sent there all the same has to find a way back.
  if (host.certificate === null && host.https === null) return <span className="text-text-3">Served on http</span>;
  const possible = host.certificate === null ? answers.filter(({ value }) => value === 'http' || value === host.https) : answers;
  return (
    <Select<Answer>
      label={`Plain requests for ${host.host}`}
      labelHidden
      size="sm"
      className="w-full"
      value={host.https ?? 'http'}
      options={possible}
      disabled={server.connection.phase !== 'connected' || asking !== null}
      onChange={(answer) => void askHttps(server.profile.id, overview, host.host, answer === 'http' ? null : answer)}
    />
  );
}
