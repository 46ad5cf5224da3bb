import { Ellipsis, RefreshCw, Trash2, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Certificate, CertificatesOverview, ServerSummary } from '../../../src-main/contract/index.ts';
import { openOwnCertificate, useCertificates } from '../../state/certificates.ts';
import { exactTime } from '../../ui/format.ts';
import { IconButton, Menu, type MenuItem, Spinner, StatusText, Table, Td, Th, Tr, useNow } from '../../ui/index.ts';
import { askRemove, askRenew } from './asks.tsx';
import { certificateSaid, dateOf, namesInShort, renewerOf, sourceWords } from './certificate-words.ts';

interface CertificateTableProps {
  readonly server: ServerSummary;
  readonly overview: CertificatesOverview;
}

/** The certificates of a server; what is wrong with one stands below it in words. */
export function CertificateTable({ server, overview }: CertificateTableProps): ReactNode {
  return (
    <Table label={`Certificates of ${server.profile.name}`} className="table-fixed">
      <thead>
        <tr>
          <Th>Names</Th>
          <Th className="w-58">State</Th>
          <Th className="w-24">Valid until</Th>
          <Th className="w-42 max-[1100px]:hidden">Issuer</Th>
          <Th className="w-27 max-[1100px]:hidden">Key</Th>
          <Th className="w-26">Source</Th>
          <Th labelHidden className="w-8">
            Actions
          </Th>
        </tr>
      </thead>
      <tbody>
        {overview.certificates.map((certificate) => (
          <CertificateRow key={certificate.name} server={server} overview={overview} certificate={certificate} />
        ))}
      </tbody>
    </Table>
  );
}

function CertificateRow({ server, overview, certificate }: CertificateTableProps & { readonly certificate: Certificate }): ReactNode {
  const now = useNow(60_000);
  const said = certificateSaid(certificate, renewerOf(overview, certificate), now);
  const { names, notAfter, issuer, key, source } = certificate;
  const cell = said.notes.length > 0 ? 'border-b-0!' : '';
  return (
    <>
      <Tr data-certificate={certificate.name}>
        <Td className={`${cell} truncate`}>
          <span className="selectable font-[530]" title={names.join('\n')}>
            {namesInShort(names)}
          </span>
          {/* Where the window is too narrow for columns of their own. */}
          <p className="hidden truncate pb-1 text-12 text-text-3 max-[1100px]:block" title={`${issuer}, ${key}`}>
            {issuer}, {key}
          </p>
        </Td>
        <Td className={`${cell} truncate tabular`} title={said.words}>
          <StatusText status={said.status}>{said.words}</StatusText>
        </Td>
        <Td quiet className={`${cell} tabular`} title={exactTime(notAfter)}>
          {dateOf(notAfter)}
        </Td>
        <Td quiet className={`${cell} truncate max-[1100px]:hidden`}>
          <span className="selectable" title={issuer}>
            {issuer}
          </span>
        </Td>
        <Td quiet className={`${cell} max-[1100px]:hidden`}>
          {key}
        </Td>
        <Td quiet className={`${cell} truncate`}>
          {sourceWords[source]}
        </Td>
        <Td className={`${cell} w-8 text-right`}>
          <RowMenu server={server} overview={overview} certificate={certificate} />
        </Td>
      </Tr>
      {said.notes.length > 0 && (
        <Tr>
          <Td colSpan={5} className="pb-2.5 whitespace-normal!">
            {said.notes.map((note) => (
              <p
                key={note}
                className={`selectable max-w-160 text-12 wrap-anywhere ${said.status === 'failed' ? 'text-fail' : 'text-text-2'}`}
              >
                {note}
              </p>
            ))}
          </Td>
          {/* Beside the columns that a narrow window lacks. */}
          <Td colSpan={2} className="max-[1100px]:hidden" />
        </Tr>
      )}
    </>
  );
}

function RowMenu({ server, overview, certificate }: CertificateTableProps & { readonly certificate: Certificate }): ReactNode {
  const { id } = server.profile;
  const asking = useCertificates((state) => state.asking);
  const disabled = server.connection.phase !== 'connected' || asking !== null;
  if (asking === certificate.name) return <Spinner label="Removing" />;
  const next: MenuItem =
    certificate.source === 'acme'
      ? { id: 'renew', label: 'Renew now…', icon: RefreshCw, disabled, onSelect: () => void askRenew(id, certificate) }
      : { id: 'replace', label: 'Give the next one…', icon: Upload, disabled, onSelect: () => openOwnCertificate(id) };
  return (
    <Menu
      trigger={<IconButton label={`More for ${namesInShort(certificate.names)}`} icon={Ellipsis} size="sm" />}
      items={[
        next,
        null,
        { id: 'remove', label: 'Remove…', icon: Trash2, danger: true, disabled, onSelect: () => void askRemove(id, overview, certificate) },
      ]}
    />
  );
}
