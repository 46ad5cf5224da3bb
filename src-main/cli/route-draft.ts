import { ExpectedError, type HeaderChange, type RouteDraft, type RouteTarget, routeDraft } from '../contract/index.ts';
import { parseArgument } from './arguments.ts';

export interface RouteFlags {
  readonly to?: string;
  readonly code?: string;
  readonly keepPath?: boolean;
  readonly insecure?: boolean;
  readonly strip?: boolean;
  readonly user?: readonly string[];
  /** A file of lines `NAME:PASSWORD`, or `-`. */
  readonly users?: string;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly rate?: string;
  readonly mostBytes?: string;
  readonly answerSeconds?: string;
  readonly idleSeconds?: string;
  readonly sticky?: boolean;
  readonly gzip?: boolean;
  readonly sendProxy?: boolean;
  readonly header?: readonly string[];
  readonly responseHeader?: readonly string[];
}

/**
 * A route from what was given for it: `HOST[/PATH]` and where it leads. `users` are lines `NAME:PASSWORD`,
 * for passwords are nothing for a command line, which everybody on the machine can see; those of `--user` keep the one that there is. A header `NAME: VALUE`, or `NAME` alone to remove it. Throws `invalid-input`.
 */
export function routeFrom(where: string, flags: RouteFlags, users = ''): RouteDraft {
  const slash = where.indexOf('/');
  const host = (slash < 0 ? where : where.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? '/' : where.slice(slash).replace(/(?!^)\/+$/, '');
  return parseArgument(
    routeDraft,
    {
      host,
      path,
      strip: flags.strip ?? false,
      target: targetFrom(flags),
      rules: {
        requestHeaders: (flags.header ?? []).map(headerFrom),
        responseHeaders: (flags.responseHeader ?? []).map(headerFrom),
        users: [...(flags.user ?? []).map((name) => ({ name, password: null })), ...usersFrom(users)],
        allow: flags.allow ?? [],
        deny: flags.deny ?? [],
        rate: flags.rate === undefined ? null : rateFrom(flags.rate),
        mostBytes: flags.mostBytes === undefined ? null : numberFrom(flags.mostBytes, '--most-bytes'),
        answerSeconds: flags.answerSeconds === undefined ? null : numberFrom(flags.answerSeconds, '--answer-seconds'),
        idleSeconds: flags.idleSeconds === undefined ? null : numberFrom(flags.idleSeconds, '--idle-seconds'),
        sticky: flags.sticky ?? false,
        gzip: flags.gzip ?? false,
        sendProxy: flags.sendProxy ?? false,
      },
    },
    'the route',
  );
}

/** `app:NAME[:PORT]`, `http://HOST[:PORT]` or https, `redirect:URL`, `maintenance[:WORDS]`. */
function targetFrom({ to, code, keepPath, insecure }: RouteFlags): RouteTarget {
  const given = to ?? '';
  const app = /^app:([^:]+)(?::(\d+))?$/.exec(given);
  if (app) return { kind: 'app', app: app[1] ?? '', port: app[2] === undefined ? null : Number(app[2]) };
  const address = /^(https?):\/\/([^/:]+)(?::(\d+))?\/?$/.exec(given);
  if (address) {
    const scheme = address[1] === 'https' ? 'https' : 'http';
    const port = address[3] === undefined ? (scheme === 'https' ? 443 : 80) : Number(address[3]);
    return { kind: 'address', scheme, host: (address[2] ?? '').toLowerCase(), port, verify: scheme === 'https' && !insecure };
  }
  if (given.startsWith('redirect:')) {
    const status = Number(code ?? 308);
    if (status !== 301 && status !== 302 && status !== 307 && status !== 308) throw invalid('--code is 301, 302, 307 or 308.');
    return { kind: 'redirect', to: given.slice('redirect:'.length), code: status, keepPath: keepPath ?? false };
  }
  if (given === 'maintenance' || given.startsWith('maintenance:')) return { kind: 'maintenance', text: given.slice('maintenance:'.length) };
  throw invalid(`“${given}” is nowhere a route can lead to.`);
}

function headerFrom(text: string): HeaderChange {
  const colon = text.indexOf(':');
  return colon < 0
    ? { action: 'remove', name: text.trim() }
    : { action: 'set', name: text.slice(0, colon).trim(), value: text.slice(colon + 1).trim() };
}

function usersFrom(text: string): RouteDraft['rules']['users'] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line, at) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw invalid(`Line ${at + 1} of --users is not NAME:PASSWORD.`);
      return { name: line.slice(0, colon), password: line.slice(colon + 1) };
    });
}

function rateFrom(text: string): { readonly requests: number; readonly seconds: number } {
  const [, requests, seconds] = /^(\d+)\/(\d+)s?$/.exec(text) ?? [];
  if (requests === undefined || seconds === undefined) throw invalid('--rate is so many requests in so many seconds: 60/10.');
  return { requests: Number(requests), seconds: Number(seconds) };
}

function numberFrom(text: string, flag: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalid(`${flag} is a whole number.`);
}

function invalid(message: string): ExpectedError {
  return new ExpectedError('invalid-input', message, { next: 'longshore routes add --help says what there is.' });
}
