import type { ReactNode } from 'react';
import { type CertificateChallenge, type DnsProvider, dnsProvider, dnsProviders } from '../../../src-main/contract/index.ts';
import { Select, type SelectOption, TextArea, TextField } from '../../ui/index.ts';
import type { RequestErrors, RequestForm } from './request-form.ts';

type Challenge = CertificateChallenge['kind'];

const challenges: readonly SelectOption<Challenge>[] = [
  { value: 'http', label: 'An answer at port 80 of the server' },
  { value: 'dns', label: 'An entry in their DNS', hint: 'also for *.example.com' },
];

const providers: readonly SelectOption<DnsProvider>[] = dnsProvider.options
  .map((value) => ({ value, label: dnsProviders[value].title }))
  .sort((one, other) => one.label.localeCompare(other.label, 'en'));

interface ProofFieldsProps {
  readonly form: RequestForm;
  readonly errors: RequestErrors;
  /** The server's address, or "this server". */
  readonly address: string;
  /** The providers whose credentials are on the server. */
  readonly known: readonly DnsProvider[];
  readonly onChange: (part: Partial<RequestForm>) => void;
}

/** How the authority is shown that the names are the user's. */
export function ProofFields({ form, errors, address, known, onChange }: ProofFieldsProps): ReactNode {
  return (
    <>
      <Select
        label="Proof that the names are yours"
        value={form.challenge}
        options={challenges}
        onChange={(challenge) => onChange({ challenge })}
        hint={
          form.challenge === 'http'
            ? `Each name has to lead to ${address} by DNS: the authority looks, and refuses all for one that does not.`
            : 'The names may lead anywhere. Certbot makes the entry, and takes it away afterwards.'
        }
      />
      {form.challenge === 'dns' && <Provider form={form} errors={errors} known={known} onChange={onChange} />}
    </>
  );
}

function Provider({ form, errors, known, onChange }: Omit<ProofFieldsProps, 'address'>): ReactNode {
  const facts = form.provider && dnsProviders[form.provider];
  const isKnown = form.provider !== null && known.includes(form.provider);
  return (
    <>
      <div className="grid grid-cols-[1fr_180px] items-start gap-4">
        <Select
          label="Who has their DNS"
          value={form.provider}
          options={providers}
          placeholder="Choose a provider"
          error={errors.provider}
          onChange={(provider) => onChange({ provider })}
        />
        <TextField
          label="Wait for the entry"
          inputMode="numeric"
          value={form.propagation}
          onChange={(propagation) => onChange({ propagation })}
          disabled={form.provider === 'route53'}
          error={errors.propagation}
          placeholder={facts?.propagationSeconds == null ? 'as needed' : String(facts.propagationSeconds)}
          after="seconds"
        />
      </div>
      {facts !== null && (
        <TextArea
          label={`Credentials for ${facts.title}`}
          rows={4}
          hidden
          value={form.credentials}
          onChange={(credentials) => onChange({ credentials })}
          error={errors.credentials}
          placeholder={facts.sample}
          hint={
            isKnown
              ? 'Empty takes those that are on the server. New ones replace them once they have worked.'
              : 'In this form. They go to the server over SSH and stay there, to renew; not on this computer.'
          }
        />
      )}
    </>
  );
}
