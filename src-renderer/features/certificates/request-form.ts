import { type AcmeDirectory, type CertificateRequest, certificateRequest } from '../../../src-main/contract/index.ts';
import { tidyDomain } from '../app-settings/settings-form.ts';

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
  readonly email: string;
  readonly key: CertificateRequest['key'];
  readonly renew: boolean;
}

export type RequestField = 'names' | 'url' | 'root' | 'email';
export type RequestErrors = Readonly<Partial<Record<RequestField, string>>>;

export type JudgedRequest =
  | { readonly ok: true; readonly request: CertificateRequest }
  | { readonly ok: false; readonly errors: RequestErrors };

export function emptyRequest(names: readonly string[], renew: boolean, authority: Authority = 'letsencrypt'): RequestForm {
  return { names, typed: '', authority, url: '', root: '', email: '', key: 'ecdsa', renew };
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
  if (name.startsWith('*.')) {
    return `${name} needs an entry in its DNS, which Longshore cannot make yet: ask for the single names, or use a certificate of your own`;
  }
  const parsed = certificateRequest.shape.names.element.safeParse(name);
  return parsed.success ? null : `${name} is not a name like shop.example.com`;
}

/** What the form asks for, or what is wrong with it, field by field. What is still being typed counts. */
export function judgeRequest(form: RequestForm): JudgedRequest {
  const errors: Partial<Record<RequestField, string>> = {};
  const whole = withTyped(form);
  if (whole.error !== null) errors.names = whole.error;
  const root = form.root.trim();
  if (form.authority === 'other' && root !== '' && !/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(root)) {
    errors.root = 'A root is a certificate as PEM: it begins with -----BEGIN CERTIFICATE-----';
  }
  const parsed = certificateRequest.safeParse({
    names: whole.form.names,
    directory:
      form.authority === 'other' ? { kind: 'other', url: form.url.trim(), root: root === '' ? null : root } : { kind: form.authority },
    email: form.email.trim() === '' ? null : form.email.trim(),
    key: form.key,
    renew: form.renew,
  });
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = path[0] === 'directory' ? path[1] : path[0];
    if (field === 'names' || field === 'url' || field === 'root' || field === 'email') errors[field] ??= message;
  }
  return parsed.success && Object.keys(errors).length === 0 ? { ok: true, request: parsed.data } : { ok: false, errors };
}
