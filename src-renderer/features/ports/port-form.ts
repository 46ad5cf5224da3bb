import { type AppSummary, type PortDraft, type PortProtocol, type PortView, portDraft } from '../../../src-main/contract/index.ts';

/** What stands in the dialog about a port, valid or not. What belongs to the other kind of target stays, should the user come back to it. */
export interface PortForm {
  readonly protocol: PortProtocol;
  /** Text while it is typed, as all numbers here. */
  readonly port: string;
  readonly kind: 'app' | 'address';
  readonly app: string | null;
  /** Empty for the app's own. */
  readonly appPort: string;
  readonly host: string;
  readonly hostPort: string;
  /** One address or block per line. */
  readonly allow: string;
  readonly proxyProtocol: boolean;
}

export type PortErrors = Readonly<Partial<Record<keyof PortForm, string>>>;
export type JudgedPort = { readonly ok: true; readonly draft: PortDraft } | { readonly ok: false; readonly errors: PortErrors };

/** A new port: to the app where there is one alone. */
export function emptyPort(apps: readonly AppSummary[]): PortForm {
  const [only] = apps;
  return {
    protocol: 'tcp',
    port: '',
    kind: apps.length === 0 ? 'address' : 'app',
    app: apps.length === 1 && only ? only.name : null,
    appPort: '',
    host: '',
    hostPort: '',
    allow: '',
    proxyProtocol: false,
  };
}

/** A port as it stands in the fields. */
export function portForm({ protocol, port, target, allow, proxyProtocol }: PortView): PortForm {
  return {
    ...emptyPort([]),
    protocol,
    port: String(port),
    ...(target.kind === 'app'
      ? { kind: 'app', app: target.app, appPort: String(target.port) }
      : { kind: 'address', host: target.host, hostPort: String(target.port) }),
    allow: allow.join('\n'),
    proxyProtocol,
  };
}

/** Where the schema speaks of numbers, and not to a user. */
const words: PortErrors = {
  port: 'A port is between 1 and 65535',
  app: 'Choose an app',
  appPort: 'A port is between 1 and 65535',
  host: 'A host looks like db.example.com or 10.0.0.5',
  hostPort: 'A port is between 1 and 65535',
};

/** What the form asks for, or what is wrong with it, field by field. */
export function judgePort(form: PortForm): JudgedPort {
  const allow = lines(form.allow);
  const parsed = portDraft.safeParse({
    protocol: form.protocol,
    port: number(form.port),
    target:
      form.kind === 'app'
        ? { kind: 'app', app: form.app, port: form.appPort.trim() === '' ? null : number(form.appPort) }
        : { kind: 'address', host: form.host.trim().toLowerCase(), port: number(form.hostPort) },
    allow,
    proxyProtocol: form.protocol === 'tcp' && form.proxyProtocol,
  });
  if (parsed.success) return { ok: true, draft: parsed.data };
  const errors: Partial<Record<keyof PortForm, string>> = {};
  for (const { path, message } of parsed.error.issues) {
    const key = keyOf(path, form.kind);
    const part = key === 'allow' && typeof path[1] === 'number' ? `${allow[path[1]] ?? ''}: ` : '';
    errors[key] ??= `${part}${words[key] ?? message}`;
  }
  return { ok: false, errors };
}

function keyOf([first, second]: readonly PropertyKey[], kind: PortForm['kind']): keyof PortForm {
  if (first !== 'target') return first === 'allow' || first === 'protocol' || first === 'proxyProtocol' ? first : 'port';
  if (kind === 'app') return second === 'port' ? 'appPort' : 'app';
  return second === 'port' ? 'hostPort' : 'host';
}

function number(text: string): number {
  return /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : Number.NaN;
}

function lines(text: string): string[] {
  return text.split(/[\s,;]+/).filter((line) => line !== '');
}
