import { type ReactNode, useEffect, useState } from 'react';
import type { Certificate, CertificatesOverview, DnsProvider, ServerSummary } from '../../../src-main/contract/index.ts';
import {
  closeCertificateDialog,
  obtainCertificate,
  readCertificates,
  useCertificates,
  useCertificatesOf,
} from '../../state/certificates.ts';
import { Button, Dialog, Spinner } from '../../ui/index.ts';
import { useAsking } from '../servers/use-asking.ts';
import { isDefaultHost, namesWithout } from './certificate-words.ts';
import { RequestFields } from './request-fields.tsx';
import { emptyRequest, judgeRequest, type RequestErrors, type RequestForm, renewalRequest } from './request-form.ts';

const formId = 'get-certificate';

interface GetCertificateDialogProps {
  readonly server: ServerSummary;
  /** Null proposes the domains that have none. */
  readonly names: readonly string[] | null;
  readonly renewed: Certificate | null;
}

/** Asks an authority for a certificate; what follows is shown on the page of the job. */
export function GetCertificateDialog({ server, names, renewed }: GetCertificateDialogProps): ReactNode {
  const proposed = useProposedNames(server, names);
  const title = renewed ? 'Renew a certificate' : 'Get a certificate';
  if (proposed === null) {
    return (
      <Dialog open onClose={closeCertificateDialog} title={title} subtitle={`on ${server.profile.name}`}>
        <p className="flex items-center gap-2 text-text-2">
          <Spinner label={null} /> Looking at which domains have one
        </p>
      </Dialog>
    );
  }
  return <Filled server={server} title={title} names={proposed} renewed={renewed} />;
}

/** Null while it is being looked at. Where it cannot be read, all domains of the apps are proposed. */
function useProposedNames(server: ServerSummary, given: readonly string[] | null): readonly string[] | null {
  const { id } = server.profile;
  const known = useCertificatesOf(id);
  const failed = useCertificates((state) => state.server === id && state.overview.error !== null);
  const needed = given === null && known === null;
  useEffect(() => {
    if (needed) void readCertificates(id);
  }, [id, needed]);
  if (given !== null) return given;
  if (known !== null) return namesWithout(known);
  return failed ? server.apps.flatMap((app) => app.hosts).filter((host) => !isDefaultHost(host)) : null;
}

interface FilledProps {
  readonly server: ServerSummary;
  readonly title: string;
  readonly names: readonly string[];
  readonly renewed: Certificate | null;
}

function Filled({ server, title, names, renewed }: FilledProps): ReactNode {
  const [form, setForm] = useState(() => (renewed ? renewalRequest(renewed) : emptyRequest(names)));
  const known = knownProviders(useCertificatesOf(server.profile.id));
  const [errors, setErrors] = useState<RequestErrors>({});
  const { busy, error, ask } = useAsking();
  const change = (part: Partial<RequestForm>): void => {
    setForm((before) => ({ ...before, ...part }));
    setErrors({});
  };
  const submit = (): void => {
    const judged = judgeRequest(form, known);
    if (!judged.ok) {
      setErrors(judged.errors);
      return;
    }
    ask(async () => {
      await obtainCertificate(server.profile.id, judged.request);
      closeCertificateDialog();
    });
  };
  return (
    <Dialog
      open
      onClose={closeCertificateDialog}
      title={title}
      subtitle={`on ${server.profile.name}`}
      footer={
        <>
          <Button variant="ghost" onClick={closeCertificateDialog}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            {renewed ? 'Renew' : 'Get certificate'}
          </Button>
        </>
      }
    >
      <RequestFields
        formId={formId}
        form={form}
        errors={errors}
        error={error}
        address={server.facts?.address ?? 'this server'}
        known={known}
        onChange={change}
        onErrors={setErrors}
        onSubmit={submit}
      />
    </Dialog>
  );
}

/** Those whose credentials are on the server: each has a service there that renews by them. */
function knownProviders(overview: CertificatesOverview | null): readonly DnsProvider[] {
  return (overview?.renewers ?? []).flatMap(({ challenge }) => (challenge === 'http' ? [] : [challenge]));
}
