import type { AppSummary, HeaderChange, RouteDraft, RouteTarget, RouteView } from '../../../src-main/contract/index.ts';
import { tidyDomain } from '../app-settings/settings-form.ts';

export type TargetKind = RouteTarget['kind'];
export type RedirectCode = '301' | '302' | '307' | '308';
export type SizeUnit = 'B' | 'kB' | 'MB' | 'GB';

/** A line of a list; `id` stays while it is typed in, so that it keeps its focus. */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  /** Empty keeps the one that there is. */
  readonly password: string;
}

export interface HeaderRow {
  readonly id: string;
  readonly action: HeaderChange['action'];
  readonly name: string;
  readonly value: string;
}

/** What stands in the dialog about a route, valid or not. What belongs to another kind of target stays, should the user come back to it. */
export interface RouteForm {
  readonly host: string;
  readonly path: string;
  readonly strip: boolean;
  readonly kind: TargetKind;
  readonly app: string | null;
  /** Text while it is typed, as all numbers here; empty for the app's own. */
  readonly port: string;
  readonly scheme: 'http' | 'https';
  readonly addressHost: string;
  /** Empty for the usual one of the scheme. */
  readonly addressPort: string;
  readonly verify: boolean;
  readonly to: string;
  readonly code: RedirectCode;
  readonly keepPath: boolean;
  readonly text: string;
  readonly users: readonly UserRow[];
  /** One address or block per line. */
  readonly allow: string;
  readonly deny: string;
  readonly rateRequests: string;
  readonly rateSeconds: string;
  readonly most: string;
  readonly mostUnit: SizeUnit;
  readonly answer: string;
  readonly idle: string;
  readonly sticky: boolean;
  readonly gzip: boolean;
  readonly sendProxy: boolean;
  readonly requestHeaders: readonly HeaderRow[];
  readonly responseHeaders: readonly HeaderRow[];
}

const blank: RouteForm = {
  host: '',
  path: '',
  strip: false,
  kind: 'app',
  app: null,
  port: '',
  scheme: 'http',
  addressHost: '',
  addressPort: '',
  verify: true,
  to: '',
  code: '308',
  keepPath: true,
  text: '',
  users: [],
  allow: '',
  deny: '',
  rateRequests: '',
  rateSeconds: '60',
  most: '',
  mostUnit: 'MB',
  answer: '',
  idle: '',
  sticky: false,
  gzip: false,
  sendProxy: false,
  requestHeaders: [],
  responseHeaders: [],
};

export const unitBytes: Readonly<Record<SizeUnit, number>> = { B: 1, kB: 1_000, MB: 1_000_000, GB: 1_000_000_000 };

/** A new route: to the app where there is one alone, to nothing yet where there is none. */
export function emptyRoute(apps: readonly AppSummary[]): RouteForm {
  if (apps.length === 0) return { ...blank, kind: 'redirect' };
  const [only] = apps;
  return { ...blank, app: apps.length === 1 && only ? only.name : null };
}

let lastRow = 0;
function rowId(): string {
  lastRow += 1;
  return `row-${lastRow}`;
}

export function userRow(name = ''): UserRow {
  return { id: rowId(), name, password: '' };
}

export function headerRow(change: HeaderChange = { action: 'set', name: '', value: '' }): HeaderRow {
  return { id: rowId(), value: '', ...change };
}

/** A route as it stands in the fields. */
export function routeForm({ host, path, strip, target, rules }: RouteView): RouteForm {
  const { rate, mostBytes, answerSeconds, idleSeconds, sticky, gzip, sendProxy } = rules;
  return {
    ...blank,
    host,
    path: path === '/' ? '' : path,
    strip,
    ...targetFields(target),
    users: rules.users.map(({ name }) => userRow(name)),
    allow: rules.allow.join('\n'),
    deny: rules.deny.join('\n'),
    ...(rate ? { rateRequests: String(rate.requests), rateSeconds: String(rate.seconds) } : {}),
    ...(mostBytes === null ? {} : sizeFields(mostBytes)),
    answer: answerSeconds === null ? '' : String(answerSeconds),
    idle: idleSeconds === null ? '' : String(idleSeconds),
    sticky,
    gzip,
    sendProxy,
    requestHeaders: rules.requestHeaders.map(headerRow),
    responseHeaders: rules.responseHeaders.map(headerRow),
  };
}

function targetFields(target: RouteTarget): Partial<RouteForm> {
  switch (target.kind) {
    case 'app':
      return { kind: 'app', app: target.app, port: target.port === null ? '' : String(target.port) };
    case 'address': {
      const { scheme, host, port, verify } = target;
      return { kind: 'address', scheme, addressHost: host, addressPort: String(port), verify };
    }
    case 'redirect':
      return { kind: 'redirect', to: target.to, code: `${target.code}`, keepPath: target.keepPath };
    case 'maintenance':
      return { kind: 'maintenance', text: target.text };
  }
}

/** Bytes in the largest unit that says them whole. */
function sizeFields(value: number): Pick<RouteForm, 'most' | 'mostUnit'> {
  const units = ['GB', 'MB', 'kB'] as const;
  const mostUnit = value === 0 ? 'B' : (units.find((unit) => value % unitBytes[unit] === 0) ?? 'B');
  return { most: String(value / unitBytes[mostUnit]), mostUnit };
}

/** Whether requests go on to somebody who answers them: only then do headers, the time of an answer and the path taken off mean anything. */
export function forwards(kind: TargetKind): kind is 'app' | 'address' {
  return kind === 'app' || kind === 'address';
}

/** As it is meant: `/` for nothing, and no slash at the end. */
export function tidyPath(text: string): string {
  const path = text.trim().replace(/\/+$/, '');
  return path === '' ? '/' : path;
}

export function tidyHost(text: string): string {
  return tidyDomain(text);
}

/** An address that was pasted whole, `https://10.0.0.5:8443/`, in its fields. */
export function splitAddress(text: string): Partial<Pick<RouteForm, 'scheme' | 'addressHost' | 'addressPort'>> {
  const found = /^\s*(?:(https?):\/\/)?([^\s/:]+)(?::(\d+))?\/?\s*$/i.exec(text);
  if (found === null) return {};
  const [, scheme, host = '', port] = found;
  return {
    addressHost: host.toLowerCase(),
    ...(scheme === undefined ? {} : { scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http' }),
    ...(port === undefined ? {} : { addressPort: port }),
  };
}

/** The lines of a list, without the empty ones. Commas are taken for ends of lines. */
export function lines(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Rows in which nothing was typed are none. */
export function filledUsers(rows: readonly UserRow[]): readonly UserRow[] {
  return rows.filter(({ name, password }) => name.trim() !== '' || password !== '');
}

export function filledHeaders(rows: readonly HeaderRow[]): readonly HeaderRow[] {
  return rows.filter(({ name, value }) => name.trim() !== '' || value !== '');
}

/** What the form says so far of who may come in, for the notes beside the fields; numbers that are none count as given. */
export function roughRules(form: RouteForm): RouteDraft['rules'] {
  const number = (text: string): number | null => {
    if (text.trim() === '') return null;
    return Number.isFinite(Number(text)) ? Number(text) : 1;
  };
  const requests = number(form.rateRequests);
  const on = forwards(form.kind);
  const headers = (rows: readonly HeaderRow[]): HeaderChange[] =>
    on ? filledHeaders(rows).map(({ name }) => ({ action: 'remove', name })) : [];
  const most = number(form.most);
  return {
    users: filledUsers(form.users).map(({ name }) => ({ name, password: null })),
    allow: lines(form.allow),
    deny: lines(form.deny),
    rate: requests === null ? null : { requests, seconds: number(form.rateSeconds) ?? 60 },
    mostBytes: most === null ? null : most * unitBytes[form.mostUnit],
    answerSeconds: on ? number(form.answer) : null,
    idleSeconds: on ? number(form.idle) : null,
    sticky: form.kind === 'app' && form.sticky,
    gzip: on && form.gzip,
    sendProxy: on && form.sendProxy,
    requestHeaders: headers(form.requestHeaders),
    responseHeaders: headers(form.responseHeaders),
  };
}
