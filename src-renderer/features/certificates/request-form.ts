import {
  type AcmeDirectory,
  type Certificate,
  type CertificateChallenge,
  type CertificateRequest,
  certificateRequest,
  type DnsProvider,
} from '../../../src-main/contract/index.ts';
import { tidyDomain } from '../app-settings/settings-form.ts';
import { directoryOf, keyKind } from './certificate-words.ts';

export type Authority = AcmeDirectory['kind'];

/** What stands in the dialog that gets a certificate, valid or not. */
export interface RequestForm {
  readonly names: readonly string[];
  /** A name that is being typed. */
  readonly typed: string;
  readonly authority: Authority;
  /** Of another authority: the https address of its directory, and the PEM by which it is recognised. */
  readonly url: string;
  readonly root: string;
  /** What it gave its customer; both empty for nothing. */
  readonly keyId: string;
  readonly hmacKey: string;
  /** How the authority is shown that the names are the user's. */
  readonly challenge: CertificateChallenge['kind'];
  /** Null while none was chosen. */
  readonly provider: DnsProvider | null;
  /** Empty takes those that are on the server. */
  readonly credentials: string;
  /** Text while it is typed; empty for the usual time of the provider. */
  readonly propagation: string;
  readonly email: string;
  readonly key: CertificateRequest['key'];
  readonly renew: boolean;
}

export type RequestField = 'names' | 'url' | 'root' | 'keyId' | 'hmacKey' | 'provider' | 'credentials' | 'propagation' | 'email';
export type RequestErrors = Readonly<Partial<Record<RequestField, string>>>;

export type JudgedRequest =
  | { readonly ok: true; readonly request: CertificateRequest }
  | { readonly ok: false; readonly errors: RequestErrors };

const blank: RequestForm = {
  names: [],
  typed: '',
  authority: 'letsencrypt',
  url: '',
  root: '',
  keyId: '',
  hmacKey: '',
  challenge: 'http',
  provider: null,
  credentials: '',
  propagation: '',
  email: '',
  key: 'ecdsa',
  renew: false,
};

export function emptyRequest(names: readonly string[]): RequestForm {
  return { ...blank, names, ...(names.some(isWildcard) ? { challenge: 'dns' as const } : {}) };
}

/** The request for a certificate anew, as far as it is known who gave it and how. */
export function renewalRequest(certificate: Certificate): RequestForm {
  const { challenge } = certificate;
  return {
    ...emptyRequest(certificate.names),
    authority: directoryOf(certificate)?.kind ?? 'other',
    key: keyKind(certificate),
    renew: true,
    ...(challenge === null || challenge === 'http' ? {} : { challenge: 'dns' as const, provider: challenge }),
  };
}

export function isWildcard(name: string): boolean {
  return name.startsWith('*.');
}

/** Names out of what was typed or pasted: by spaces, commas or lines, without scheme and path, each once. */
export function typedNames(text: string): readonly string[] {
  const names = text
    .split(/[\s,;]+/)
    .map(tidyDomain)
    .filter((name) => name !== '');
  return [...new Set(names)];
}

/** Takes what is being typed into the list, where all of it can be asked for; else says why not. */
export function withTyped(form: RequestForm): { readonly form: RequestForm; readonly error: string | null } {
  const added = typedNames(form.typed).filter((name) => !form.names.includes(name));
  const error = added.map(nameError).find((one) => one !== null) ?? null;
  return error === null ? { form: { ...form, names: [...form.names, ...added], typed: '' }, error } : { form, error };
}

function nameError(name: string): string | null {
  const parsed = certificateRequest.shape.names.element.safeParse(name);
  return parsed.success ? null : `${name} is not a name like shop.example.com or *.example.com`;
}

/**
 * What the form asks for, or what is wrong with it, field by field. What is still being typed counts. `known` are the providers whose
 * credentials are on the server.
 */
export function judgeRequest(form: RequestForm, known: readonly DnsProvider[]): JudgedRequest {
  const errors: Partial<Record<RequestField, string>> = {};
  const whole = withTyped(form);
  const wildcard = whole.form.names.find(isWildcard);
  if (whole.error !== null) errors.names = whole.error;
  else if (wildcard !== undefined && form.challenge === 'http') {
    errors.names = `${wildcard} is given for an entry in its DNS alone: choose that as proof below, or ask for the single names`;
  }
  const root = form.root.trim();
  if (form.authority === 'other' && root !== '' && !/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(root)) {
    errors.root = 'A root is a certificate as PEM: it begins with -----BEGIN CERTIFICATE-----';
  }
  if (form.authority === 'other' && (form.keyId.trim() === '') !== (form.hmacKey.trim() === '')) {
    errors[form.keyId.trim() === '' ? 'keyId' : 'hmacKey'] = 'Key ID and MAC key belong together';
  }
  if (form.challenge === 'dns') {
    if (form.provider === null) errors.provider = 'Say who has the DNS of these names';
    else if (form.credentials.trim() === '' && !known.includes(form.provider)) errors.credentials = 'Give what the provider wants to see';
    if (!/^\s*\d*\s*$/.test(form.propagation)) errors.propagation = 'A whole number of seconds';
  }
  const parsed = certificateRequest.safeParse({
    names: whole.form.names,
    directory:
      form.authority === 'other'
        ? { kind: 'other', url: form.url.trim(), root: root === '' ? null : root, account: accountOfForm(form) }
        : { kind: form.authority },
    challenge: challengeOfForm(form),
    email: form.email.trim() === '' ? null : form.email.trim(),
    key: form.key,
    renew: form.renew,
  });
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = fieldOf(path);
    if (field !== null) errors[field] ??= message;
  }
  return parsed.success && Object.keys(errors).length === 0 ? { ok: true, request: parsed.data } : { ok: false, errors };
}

function accountOfForm({ keyId, hmacKey }: RequestForm): unknown {
  const account = { keyId: keyId.trim(), hmacKey: hmacKey.trim() };
  return account.keyId === '' && account.hmacKey === '' ? null : account;
}

function challengeOfForm({ challenge, provider, credentials, propagation }: RequestForm): unknown {
  if (challenge === 'http') return { kind: 'http' };
  return {
    kind: 'dns',
    provider,
    credentials: credentials.trim() === '' ? null : credentials,
    propagationSeconds: propagation.trim() === '' || provider === 'route53' ? null : Number(propagation),
  };
}

function fieldOf([first, second, third]: readonly PropertyKey[]): RequestField | null {
  const inside = second === 'account' ? third : second;
  const field = first === 'directory' || first === 'challenge' ? inside : first;
  switch (field) {
    case 'names':
    case 'url':
    case 'root':
    case 'keyId':
    case 'hmacKey':
    case 'provider':
    case 'credentials':
    case 'email':
      return field;
    case 'propagationSeconds':
      return 'propagation';
    default:
      return null;
  }
}
