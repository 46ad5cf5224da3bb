import { type CallArgs, calls, type ServerProfile } from '../../../src-main/contract/index.ts';
import { parseSshAddress, proposedName } from './ssh-address.ts';

export type AuthenticationKind = 'agent' | 'key' | 'password';

/** The form as it is typed. */
export interface ServerForm {
  /** One line, or the three fields. */
  readonly mode: 'address' | 'fields';
  readonly address: string;
  readonly user: string;
  readonly host: string;
  readonly port: number | null;
  /** Empty while the proposed one is taken. */
  readonly name: string;
  readonly authentication: AuthenticationKind;
  readonly identityFile: string;
}

export const emptyForm: ServerForm = {
  mode: 'address',
  address: '',
  user: 'root',
  host: '',
  port: 22,
  name: '',
  authentication: 'agent',
  identityFile: '~/.ssh/id_ed25519',
};

export type FormField = 'address' | 'user' | 'host' | 'port' | 'name' | 'identityFile';
export type FormErrors = Readonly<Partial<Record<FormField, string>>>;

export type JudgedForm =
  | { readonly ok: true; readonly server: CallArgs<'servers.add'> }
  | { readonly ok: false; readonly errors: FormErrors };

/** The server that the form describes, or what is wrong with it, field by field. `taken` are the names of the other servers. */
export function judgeForm(form: ServerForm, taken: readonly string[]): JudgedForm {
  const errors: Partial<Record<FormField, string>> = {};
  const target = readTarget(form, errors);
  const name = form.name.trim() === '' ? proposedName(target.host, taken) : form.name.trim();
  if (taken.some((one) => one.toLowerCase() === name.toLowerCase())) errors.name = `There is a server named ${name} already`;
  if (form.authentication === 'key' && form.identityFile.trim() === '') errors.identityFile = 'Enter the path of the private key';

  const server = {
    name,
    ...target,
    authentication:
      form.authentication === 'key' ? { kind: 'key' as const, identityFile: form.identityFile.trim() } : { kind: form.authentication },
  };
  const parsed = calls['servers.add'].args.safeParse(server);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = path.at(-1);
    if (field === 'name' || field === 'identityFile') errors[field] ??= message;
    else if (field === 'user' || field === 'host' || field === 'port') errors[form.mode === 'address' ? 'address' : field] ??= message;
  }
  return parsed.success && Object.keys(errors).length === 0 ? { ok: true, server: parsed.data } : { ok: false, errors };
}

interface Target {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

function readTarget(form: ServerForm, errors: Partial<Record<FormField, string>>): Target {
  if (form.mode === 'fields') {
    const host = form.host.trim();
    const parsed = parseSshAddress(host.includes(':') ? `[${host}]` : host);
    if (!parsed.ok) errors.host = host === '' ? 'Enter a host name or an address' : parsed.message;
    if (form.user.trim() === '') errors.user = 'Enter a user name';
    if (form.port === null) errors.port = 'Enter a port';
    return { user: form.user.trim(), host, port: form.port ?? 22 };
  }
  const parsed = parseSshAddress(form.address);
  if (!parsed.ok) {
    errors.address = parsed.message;
    return { user: 'root', host: '-', port: 22 };
  }
  const { user, host, port } = parsed.address;
  return { user: user ?? 'root', host, port: port ?? 22 };
}

/** The form as the other mode shows the same server. */
export function switchMode(form: ServerForm): ServerForm {
  if (form.mode === 'address') {
    const parsed = parseSshAddress(form.address);
    if (!parsed.ok) return { ...form, mode: 'fields' };
    const { user, host, port } = parsed.address;
    return { ...form, mode: 'fields', user: user ?? 'root', host, port: port ?? 22 };
  }
  return { ...form, mode: 'address', address: form.host.trim() === '' ? '' : shownAddress(form.user, form.host.trim(), form.port ?? 22) };
}

/** The form of a server that is known, to change it. */
export function formOf({ name, user, host, port, authentication }: ServerProfile): ServerForm {
  return {
    ...emptyForm,
    address: shownAddress(user, host, port),
    user,
    host,
    port,
    name,
    authentication: authentication.kind,
    ...(authentication.kind === 'key' ? { identityFile: authentication.identityFile } : {}),
  };
}

/** What saving the form does besides the change itself; null when nothing, or while the form is not complete. */
export function consequence(form: ServerForm, profile: ServerProfile): string | null {
  const judged = judgeForm(form, []);
  if (!judged.ok) return null;
  const { user, host, port, authentication } = judged.server;
  if (host.toLowerCase() !== profile.host.toLowerCase() || port !== profile.port) {
    return 'This may be another machine: its host key is asked for anew, and a password kept for the former one is forgotten.';
  }
  if (user !== profile.user) return `The connection is made anew, and a password kept for ${profile.user} is forgotten.`;
  return JSON.stringify(authentication) === JSON.stringify(profile.authentication) ? null : 'The connection is made anew.';
}

export function shownAddress(user: string, host: string, port: number): string {
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return `${user}@${shownHost}${port === 22 ? '' : `:${port}`}`;
}
