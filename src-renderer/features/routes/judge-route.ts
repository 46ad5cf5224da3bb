import { type RouteDraft, routeDraft } from '../../../src-main/contract/index.ts';
import {
  filledHeaders,
  filledUsers,
  forwards,
  type HeaderRow,
  lines,
  type RouteForm,
  type TargetKind,
  tidyHost,
  tidyPath,
  type UserRow,
  unitBytes,
} from './route-form.ts';
import { usualPorts } from './route-words.ts';

/** A field of the form, or one of a row: `row-3 name`. */
type ErrorKey = keyof RouteForm | `${string} ${'name' | 'value' | 'password'}`;
export type RouteErrors = Readonly<Partial<Record<ErrorKey, string>>>;

export type JudgedRoute =
  | { readonly ok: true; readonly draft: RouteDraft }
  /** `inRules`: one of them is in the part that is folded. */
  | { readonly ok: false; readonly errors: RouteErrors; readonly inRules: boolean };

/** Where the schema speaks of numbers, and not to a user. */
const words: Readonly<Partial<Record<string, string>>> = {
  host: 'A host looks like shop.example.com or *.example.com',
  app: 'Choose an app',
  port: 'A port is between 1 and 65535',
  addressPort: 'A port is between 1 and 65535',
  rateRequests: 'A whole number from 1 to 1,000,000',
  rateSeconds: 'Whole seconds from 1 to 3,600',
  most: 'A size of at most 1,000 GB',
  answer: 'Whole seconds from 1 to 86,400',
};

interface Listed {
  readonly users: readonly UserRow[];
  readonly requestHeaders: readonly HeaderRow[];
  readonly responseHeaders: readonly HeaderRow[];
}

/** What the form asks for, or what is wrong with it, field by field. `known` are the users whose passwords are on the server. */
export function judgeRoute(form: RouteForm, known: readonly string[]): JudgedRoute {
  const on = forwards(form.kind);
  const listed: Listed = {
    users: filledUsers(form.users),
    requestHeaders: on ? filledHeaders(form.requestHeaders) : [],
    responseHeaders: on ? filledHeaders(form.responseHeaders) : [],
  };
  const errors: Partial<Record<ErrorKey, string>> = { ...targetErrors(form) };
  const ofUsers = userErrors(listed.users, known);
  Object.assign(errors, ofUsers);
  let inRules = Object.keys(ofUsers).length > 0;

  const candidate = candidateOf(form, listed);
  const parsed = routeDraft.safeParse(candidate);
  for (const issue of parsed.error?.issues ?? []) {
    const key = keyOf(issue.path, form.kind, listed);
    const said =
      words[key] ?? (issue.code === 'too_big' && issue.origin === 'string' ? `At most ${issue.maximum} characters` : issue.message);
    errors[key] ??= `${namedPart(issue.path, candidate)}${said}`;
    inRules ||= issue.path[0] === 'rules';
  }
  return parsed.success && Object.keys(errors).length === 0 ? { ok: true, draft: parsed.data } : { ok: false, errors, inRules };
}

/** What no schema of one field says. */
function targetErrors({ kind, scheme, addressHost, verify, to, keepPath }: RouteForm): Partial<Record<ErrorKey, string>> {
  if (kind === 'address' && scheme === 'https' && verify && /^[0-9.]+$/.test(addressHost.trim())) {
    return { addressHost: 'A certificate is known for a name: give the host’s name, or take the check off below' };
  }
  if (kind === 'redirect' && keepPath && /[?#]/.test(to)) {
    return { to: 'The visitor’s path cannot follow a ? or a #: take them off, or do not keep the path' };
  }
  return {};
}

function userErrors(users: readonly UserRow[], known: readonly string[]): Partial<Record<ErrorKey, string>> {
  const errors: Partial<Record<ErrorKey, string>> = {};
  const names = new Set<string>();
  for (const { id, name, password } of users) {
    const tidy = name.trim();
    if (tidy !== '' && names.has(tidy)) errors[`${id} name`] = `There are two users ${tidy}`;
    names.add(tidy);
    if (password === '' && !known.includes(tidy)) errors[`${id} password`] = 'Give a password';
  }
  return errors;
}

function candidateOf(form: RouteForm, { users, requestHeaders, responseHeaders }: Listed) {
  const path = tidyPath(form.path);
  const on = forwards(form.kind);
  const noRate = form.rateRequests.trim() === '';
  const header = ({ action, name, value }: HeaderRow): unknown =>
    action === 'set' ? { action, name: name.trim(), value } : { action, name: name.trim() };
  return {
    host: tidyHost(form.host),
    path,
    strip: on && path !== '/' && form.strip,
    target: targetOf(form),
    rules: {
      users: users.map(({ name, password }) => ({ name: name.trim(), password: password === '' ? null : password })),
      allow: lines(form.allow),
      deny: lines(form.deny),
      rate: noRate ? null : { requests: whole(form.rateRequests), seconds: whole(form.rateSeconds) },
      mostBytes: form.most.trim() === '' ? null : size(form),
      answerSeconds: !on || form.answer.trim() === '' ? null : whole(form.answer),
      idleSeconds: !on || form.idle.trim() === '' ? null : whole(form.idle),
      sticky: form.kind === 'app' && form.sticky,
      gzip: on && form.gzip,
      sendProxy: on && form.sendProxy,
      requestHeaders: requestHeaders.map(header),
      responseHeaders: responseHeaders.map(header),
    },
  };
}

function targetOf(form: RouteForm): unknown {
  const { kind } = form;
  switch (kind) {
    case 'app':
      return { kind, app: form.app, port: form.port.trim() === '' ? null : whole(form.port) };
    case 'address': {
      const { scheme, verify } = form;
      const port = form.addressPort.trim() === '' ? usualPorts[scheme] : whole(form.addressPort);
      return { kind, scheme, host: form.addressHost.trim().toLowerCase(), port, verify: scheme === 'https' && verify };
    }
    case 'redirect':
      return { kind, to: form.to.trim(), code: Number(form.code), keepPath: form.keepPath };
    case 'maintenance':
      return { kind, text: form.text.trim() };
  }
}

function whole(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
}

function size({ most, mostUnit }: RouteForm): number {
  return /^\s*\d+(\.\d+)?\s*$/.test(most) ? Math.round(Number(most) * unitBytes[mostUnit]) : Number.NaN;
}

const targetKeys: Readonly<Record<string, ErrorKey>> = {
  app: 'app',
  port: 'port',
  host: 'addressHost',
  to: 'to',
  text: 'text',
};

const ruleKeys: Readonly<Record<string, ErrorKey>> = {
  allow: 'allow',
  deny: 'deny',
  mostBytes: 'most',
  answerSeconds: 'answer',
  idleSeconds: 'idle',
  users: 'users',
  requestHeaders: 'requestHeaders',
  responseHeaders: 'responseHeaders',
};

/** The field of the form in which an issue of the draft stands. */
function keyOf([first, second, third, fourth]: readonly PropertyKey[], kind: TargetKind, listed: Listed): ErrorKey {
  if (first === 'path') return 'path';
  if (first === 'target' && second === 'port' && kind === 'address') return 'addressPort';
  if (first === 'target') return targetKeys[String(second)] ?? 'kind';
  if (first !== 'rules') return 'host';
  if (second === 'rate') return third === 'seconds' ? 'rateSeconds' : 'rateRequests';
  if (second === 'users' || second === 'requestHeaders' || second === 'responseHeaders') {
    const row = listed[second][Number(third)];
    if (row) return `${row.id} ${fourth === 'value' ? 'value' : fourth === 'password' ? 'password' : 'name'}`;
  }
  return ruleKeys[String(second)] ?? 'host';
}

/** Of a list in one field: which of its lines it is. */
function namedPart([first, second, third]: readonly PropertyKey[], { rules }: ReturnType<typeof candidateOf>): string {
  if (first !== 'rules' || (second !== 'allow' && second !== 'deny') || third === undefined) return '';
  return `${rules[second][Number(third)]}: `;
}
