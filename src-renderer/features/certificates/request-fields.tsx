import { Globe, Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DnsProvider, ErrorShape } from '../../../src-main/contract/index.ts';
import { call } from '../../bridge/index.ts';
import { Button, IconButton, InlineError, notify, Select, type SelectOption, TextArea, TextField } from '../../ui/index.ts';
import { ProofFields } from './proof-fields.tsx';
import { type Authority, type RequestErrors, type RequestForm, withTyped } from './request-form.ts';

const authorities: readonly SelectOption<Authority>[] = [
  { value: 'letsencrypt', label: 'Let’s Encrypt', hint: 'free of charge' },
  { value: 'letsencrypt-staging', label: 'Let’s Encrypt staging', hint: 'for trying' },
  { value: 'other', label: 'Another ACME directory' },
];

const authorityHints: Readonly<Record<Authority, string>> = {
  letsencrypt: 'Known to every browser.',
  'letsencrypt-staging': 'To see whether it would work, without the limits of the real one. No browser trusts what it gives.',
  other: 'An authority of your company, or another one that speaks ACME.',
};

const keys: readonly SelectOption<RequestForm['key']>[] = [
  { value: 'ecdsa', label: 'ECDSA', hint: 'small and fast' },
  { value: 'rsa', label: 'RSA', hint: 'for very old clients' },
];

const terms = 'https://letsencrypt.org/repository/';

interface RequestFieldsProps {
  readonly formId: string;
  readonly form: RequestForm;
  readonly errors: RequestErrors;
  readonly error: ErrorShape | null;
  /** The server's address, or "this server" while it is not known. */
  readonly address: string;
  /** The DNS providers whose credentials are on the server. */
  readonly known: readonly DnsProvider[];
  readonly onChange: (part: Partial<RequestForm>) => void;
  readonly onErrors: (errors: RequestErrors) => void;
  readonly onSubmit: () => void;
}

/** For which names, of whom, and with what. */
export function RequestFields({
  formId,
  form,
  errors,
  error,
  address,
  known,
  onChange,
  onErrors,
  onSubmit,
}: RequestFieldsProps): ReactNode {
  return (
    <form
      id={formId}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Names form={form} error={errors.names ?? null} onChange={onChange} onErrors={onErrors} />
      <ProofFields form={form} errors={errors} address={address} known={known} onChange={onChange} />
      <Select
        label="Authority"
        value={form.authority}
        options={authorities}
        hint={authorityHints[form.authority]}
        onChange={(authority) => onChange({ authority })}
      />
      {form.authority === 'other' && (
        <>
          <TextField
            label="Address of its directory"
            mono
            value={form.url}
            onChange={(url) => onChange({ url })}
            error={errors.url}
            placeholder="https://ca.example.com/acme/directory"
          />
          <TextArea
            label="Its root certificate, as PEM"
            value={form.root}
            onChange={(root) => onChange({ root })}
            error={errors.root}
            hint="Only where the directory itself has a certificate of no well-known authority. Kept on the server, to renew."
            rows={3}
            placeholder="-----BEGIN CERTIFICATE-----"
          />
          <div className="grid grid-cols-2 items-start gap-4">
            <TextField
              label="Key ID of your account"
              mono
              value={form.keyId}
              onChange={(keyId) => onChange({ keyId })}
              error={errors.keyId}
              hint="Where it wants to know its customers (EAB); the first time only."
            />
            <TextField
              label="MAC key of your account"
              type="password"
              mono
              value={form.hmacKey}
              onChange={(hmacKey) => onChange({ hmacKey })}
              error={errors.hmacKey}
              hint="Kept nowhere: certbot makes an account by it."
            />
          </div>
        </>
      )}
      <div className="grid grid-cols-2 items-start gap-4">
        <TextField
          label="E-mail, if you like"
          type="email"
          value={form.email}
          onChange={(email) => onChange({ email })}
          error={errors.email}
          placeholder="you@example.com"
          hint="The authority may write to it."
        />
        <Select label="Key" value={form.key} options={keys} onChange={(key) => onChange({ key })} />
      </div>
      <p className="text-12 text-text-2">
        Certbot on the server asks for it, and renews it there from then on. By asking you agree to the{' '}
        {form.authority === 'other' ? (
          'terms of the authority.'
        ) : (
          <>
            <button
              type="button"
              className="rounded-4 text-accent hover:underline"
              onClick={() => void call('links.open', { url: terms }).catch(notify.error)}
            >
              terms of Let’s Encrypt
            </button>
            .
          </>
        )}
      </p>
      {error && <InlineError error={error} />}
    </form>
  );
}

interface NamesProps {
  readonly form: RequestForm;
  readonly error: string | null;
  readonly onChange: (part: Partial<RequestForm>) => void;
  readonly onErrors: (errors: RequestErrors) => void;
}

function Names({ form, error, onChange, onErrors }: NamesProps): ReactNode {
  const add = (): void => {
    const whole = withTyped(form);
    onChange(whole.form);
    if (whole.error !== null) onErrors({ names: whole.error });
  };
  return (
    <div>
      <p className="label-11 mb-1" aria-hidden>
        Names
      </p>
      {form.names.length > 0 && (
        <ul aria-label="Names" className="mb-2 border-line border-t">
          {form.names.map((name) => (
            <li key={name} className="flex h-8 items-center gap-2 border-line border-b">
              <Globe aria-hidden size={14} className="flex-none text-text-3" />
              <span className="selectable min-w-0 flex-1 truncate">{name}</span>
              <IconButton
                label={`Leave out ${name}`}
                icon={Trash2}
                size="sm"
                onClick={() => onChange({ names: form.names.filter((other) => other !== name) })}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-start gap-1.5">
        <TextField
          label="Add a name"
          labelHidden
          className="flex-1"
          placeholder="shop.example.com"
          value={form.typed}
          onChange={(typed) => onChange({ typed })}
          onKeyDown={(event) => {
            // Enter adds what is typed; only where nothing is does it send the form.
            if (event.key !== 'Enter' || form.typed.trim() === '') return;
            event.preventDefault();
            add();
          }}
          error={error}
        />
        <Button icon={Plus} disabled={form.typed.trim() === ''} onClick={add}>
          Add
        </Button>
      </div>
    </div>
  );
}
