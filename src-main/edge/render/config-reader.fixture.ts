import type { HeaderChange, Route, RouteRules } from '../../contract/index.ts';
import { noRules } from '../../contract/index.ts';
import { renderConfig } from './config.ts';

/**
 * Reads a rendered configuration back as HAProxy would (its documentation, section 2.2, "Quoting and escaping"), knowing nothing of how it
 * was written. A line that is neither in the configuration without apps and routes nor understood here is an error: what a user typed
 * would have become a directive.
 */

export interface ReadBackend {
  health: string | null;
  /** How long a check may take, where that is said. */
  patience: string;
  servers: string;
  sticky: boolean;
  gzip: boolean;
}

/** When a request goes where it may have to wait. */
export interface ReadHold {
  readonly backend: string;
  /** An app's name, or the id of a route. */
  readonly of: string;
  /** While there is a hold, or where this backend has nobody and that one has. */
  readonly when: 'held' | 'paused' | { readonly named: string; readonly empty: string; readonly there: string };
}

export interface ReadConfig {
  /** From where the PROXY protocol is expected. */
  readonly balancers: readonly string[];
  readonly holds: readonly ReadHold[];
  /** Who answers for which slot that it is up. */
  readonly gates: readonly string[];
  /** By the name of the backend. */
  readonly backends: Readonly<Record<string, ReadBackend>>;
  readonly routes: readonly Omit<Route, 'host' | 'path'>[];
}

/** Words of a line: strong quotes hold everything as it is, outside of quotes a backslash holds the next character. */
export function words(line: string): string[] {
  const found: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) throw new Error(`An open quote: ${line}`);
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      const end = line.indexOf('"', at + 1);
      if (end < 0) throw new Error(`An open quote: ${line}`);
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '\\') {
      at += 1;
      word = (word ?? '') + (line[at] ?? '');
    } else if (character === '#') {
      break;
    } else if (character === ' ') {
      if (word !== null) found.push(word);
      word = null;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== null) found.push(word);
  return found;
}

interface Found {
  target: Route['target'] | null;
  strip: boolean;
  readonly rules: { -readonly [K in keyof RouteRules]: RouteRules[K] };
}

const fixed = new Set(renderConfig({ apps: [] }).split('\n'));
const general = [
  /^ {2}description longshore-[0-9a-f]{32}$/,
  /^ {2}http-request set-var\(txn\.(path|key|route)\) /,
  /^ {2}http-request track-sc1 var\(txn\.route\) table counts_routes if \{ var\(txn\.route\) -m found \}$/,
  /^ {2}http-after-response set-var\(txn\.failed\) sc_inc_gpc0\(1\) if \{ var\(txn\.route\) -m found \} \{ status ge 500 \}$/,
  /^ {2}http-request deny status 400 if /,
  /^ {2}http-request set-var\(txn\.now\) date$/,
  /^ {2}http-request set-var\(txn\.held\) var\(txn\.app\),map_str_int\(\/etc\/edge\/holds\.map,0\),sub\(txn\.now\)$/,
  /^ {2}http-request set-var\(txn\.paused\) var\(txn\.app\),concat\(\.paused\),map_str_int\(\/etc\/edge\/holds\.map,0\),sub\(txn\.now\)$/,
  /^ {2}http-response set-header x-longshore-served-by %\[be_name,field\(1,_,2\)\]_%\[srv_name,bytes\(0,1\)\] if \{ var\(txn\.probe\) -m bool \} \{ be_name -m sub _hold \}$/,
];

/** Of all routes, whatever they are. */
const countsSection = 'backend counts_routes';
const countsTable = '  stick-table type string len 16 size 2k expire 1h store http_req_rate(10s),http_err_rate(10s),gpc0_rate(10s)';

/** `ids` are those that the route's map has. */
export function readConfig(text: string, ids: readonly string[]): ReadConfig {
  const routes = new Map<string, Found>(
    ids.map((id) => [
      id,
      { target: null, strip: false, rules: { ...noRules, requestHeaders: [], responseHeaders: [], users: [], allow: [], deny: [] } },
    ]),
  );
  const backends: Record<string, ReadBackend> = {};
  const rates: Record<string, { id: string; seconds: number }> = {};
  const holds: ReadHold[] = [];
  const balancers: string[] = [];
  let expected = false;
  const gates: string[] = [];
  let section: readonly string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const said = words(line);
    if (!line.startsWith(' ')) {
      section = said;
      if (fixed.has(line)) continue;
      if (said[0] === 'backend' && /^be_/.test(said[1] ?? '') && said.length === 2)
        backends[said[1] ?? ''] = { health: null, patience: '', servers: '', sticky: false, gzip: false };
      else if (line !== 'frontend hold_gates' && line !== countsSection && !/^(userlist users|backend rate)_r\d+$/.test(line))
        throw new Error(`An unknown section: ${line}`);
      continue;
    }
    if (fixed.has(line) || general.some((pattern) => pattern.test(line))) continue;
    if (section.join(' ') === countsSection && line === countsTable) continue;
    if (section.join(' ') === 'frontend hold_gates') {
      gates.push(line.trim());
      continue;
    }
    if (section.join(' ') === 'frontend http' && said.slice(0, 3).join(' ') === 'acl balancers src') {
      balancers.push(...said.slice(3));
      continue;
    }
    if (line === '  tcp-request connection expect-proxy layer4 if balancers' && balancers.length > 0 && !expected) {
      expected = true;
      continue;
    }
    const hold = section[0] === 'frontend' ? readHold(line) : null;
    if (hold) {
      holds.push(hold);
      continue;
    }
    if (!take(section, said, routes, backends, rates)) throw new Error(`An unknown line in ${section.join(' ')}: ${line}`);
  }
  return {
    balancers: expected ? balancers : [],
    holds,
    gates,
    backends,
    routes: [...routes].map(([id, { target, strip, rules }]) => {
      if (!target) throw new Error(`Route ${id} leads nowhere`);
      return { id, target, strip, rules };
    }),
  };
}

function readHold(line: string): ReadHold | null {
  const [, backend = '', app, route, rest = ''] =
    /^ {2}use_backend (be_[a-z0-9-]+_hold(?:_\d+|_(?:other_)?r\d+)?) if \{ var\(txn\.(?:app\) -m str ([a-z0-9-]+)|route\) -m str (r\d+)) \} (.*)$/.exec(
      line,
    ) ?? [];
  const of = app ?? route;
  if (!of) return null;
  const mapped = '{ var(txn.app),map(/etc/edge/slots.map) -m ';
  if (rest === `{ var(txn.held) -m int gt 0 } ${mapped}found }`) return { backend, of, when: 'held' };
  if (rest === `{ var(txn.paused) -m int gt 0 } ${mapped}found } !{ var(txn.probe) -m bool }`) return { backend, of, when: 'paused' };
  const [, named = '', empty = '', there = ''] =
    /^str (\S+) \} \{ nbsrv\((\S+)\) eq 0 \} \{ nbsrv\((\S+)\) gt 0 \}$/.exec(rest.replace(mapped, '')) ?? [];
  return rest.startsWith(mapped) && there !== '' ? { backend, of, when: { named, empty, there } } : null;
}

function take(
  section: readonly string[],
  said: readonly string[],
  routes: ReadonlyMap<string, Found>,
  backends: Record<string, ReadBackend>,
  rates: Record<string, { id: string; seconds: number }>,
): boolean {
  const [kind, name = ''] = section;
  const sectionId = /_(r\d+)$/.exec(name)?.[1] ?? '';
  const text = said.join(' ');
  if (kind === 'userlist') {
    const route = routes.get(sectionId);
    if (!route || said.length !== 4 || said[0] !== 'user' || said[2] !== 'password') return false;
    route.rules.users = [...route.rules.users, { name: said[1] ?? '', hash: said[3] ?? '' }];
    return true;
  }
  if (kind === 'backend' && name.startsWith('rate_')) {
    const seconds = /^stick-table type ipv6 size 100k expire (\d+)s store http_req_rate\((\d+)s\)$/.exec(text);
    if (!seconds || seconds[1] !== seconds[2]) return false;
    rates[sectionId] = { id: sectionId, seconds: Number(seconds[1]) };
    return true;
  }
  if (kind === 'backend') return takeBackend(name, said, routes, backends);
  if (kind !== 'frontend') return false;
  return takeRule(said, routes, rates);
}

function takeBackend(
  name: string,
  said: readonly string[],
  routes: ReadonlyMap<string, Found>,
  backends: Record<string, ReadBackend>,
): boolean {
  const backend = backends[name];
  if (!backend) return false;
  const text = said.join(' ');
  const ownId = /^be_[a-z0-9-]+_(?:[ab]|hold)_(?:other_)?(r\d+)$/.exec(name)?.[1] ?? '';
  const own = routes.get(ownId);
  const external = routes.get(/^be_route_(r\d+)$/.exec(name)?.[1] ?? '');
  if (said[0] === 'http-check' && said[1] === 'send') {
    backend.health = said[said.indexOf('uri') + 1] ?? '';
    return true;
  }
  if (text === 'option httpchk' || text === 'http-check connect linger' || text === 'http-check expect status 200-499') return true;
  if (/_gate_[ab]$/.test(name) && said[0] === 'server' && said[1] === 'open') {
    backend.servers = text;
    return true;
  }
  if (
    said[0] === 'server-template' &&
    /^server-template [ab] \d+ \S+:\d+( check inter \d+s fall \d+)?( downinter 250ms)?( send-proxy-v2)?$/.test(text)
  ) {
    backend.servers = said.slice(2).join(' ');
    if (own) own.rules.sendProxy = text.endsWith(' send-proxy-v2');
    return true;
  }
  if (own && text === `dynamic-cookie-key ${ownId}`) return true;
  if (own && text === `cookie longshore-${ownId} insert indirect nocache httponly attr SameSite=Lax dynamic`) {
    own.rules.sticky = true;
    backend.sticky = true;
    return true;
  }
  const compressed = own ?? external;
  if (text === 'filter compression' || /^compression type( (text|application|image)\/[a-z+]+)+$/.test(text))
    return compressed !== undefined;
  if (compressed && text === 'compression algo gzip') {
    compressed.rules.gzip = true;
    backend.gzip = true;
    return true;
  }
  if (/^timeout check \d+s$/.test(text)) {
    backend.patience = text;
    return true;
  }
  if (/_hold(_\d+|_(other_)?r\d+)?$/.test(name)) {
    if (
      said[0] === 'server-template' &&
      /^ no-check track be_[a-z0-9-]+_gate_[ab]\/open init-addr none( send-proxy-v2)?$/.test(` ${said.slice(4).join(' ')}`)
    ) {
      backend.servers = [backend.servers, [...said.slice(1, 7), ...said.slice(9)].join(' ')].filter((part) => part !== '').join(', ');
      return true;
    }
    if (text === 'retries 60' || text === 'server hold 127.0.0.1:9 backup no-check') {
      backend.servers = [backend.servers, text].filter((part) => part !== '').join(', ');
      return true;
    }
  }
  const limit = /^http-request set-timeout (server|tunnel) (\d+)s(?: if \{ var\(txn\.route\) -m str (r\d+) \})?$/.exec(text);
  if (limit) {
    // Said without a condition only where nobody else comes.
    const route = limit[3] === undefined ? (external ?? own) : routes.get(limit[3]);
    if (!route) return false;
    route.rules[limit[1] === 'server' ? 'answerSeconds' : 'idleSeconds'] = Number(limit[2]);
    return true;
  }
  if (external && said[0] === 'http-request' && said[1] === 'set-header' && said[2] === 'Host' && said.length === 4) return true;
  if (external && said[0] === 'server' && said[1] === 'there') {
    const [host = '', port = ''] = (said[2] ?? '').split(':');
    const secure = said.includes('ssl');
    external.rules.sendProxy = said.at(-1) === 'send-proxy-v2';
    external.target = {
      kind: 'address',
      scheme: secure ? 'https' : 'http',
      host,
      port: Number(port),
      verify: secure && said.includes('required'),
    };
    return true;
  }
  return false;
}

/** `if { var(txn.route) -m str ID }`, and what else has to hold. */
function condition(
  said: readonly string[],
): { readonly id: string; readonly before: readonly string[]; readonly rest: readonly string[] } | null {
  const at = said.lastIndexOf('if');
  const test = said.slice(at, at + 7).join(' ');
  const id = /^if \{ var\(txn\.route\) -m str (r\d+) \}$/.exec(test)?.[1];
  return id ? { id, before: said.slice(0, at), rest: said.slice(at + 7) } : null;
}

function takeRule(
  said: readonly string[],
  routes: ReadonlyMap<string, Found>,
  rates: Record<string, { id: string; seconds: number }>,
): boolean {
  if (said[0] === 'acl') {
    const [, list, id] = /^(allow|deny)_(r\d+)$/.exec(said[1] ?? '') ?? [];
    const route = routes.get(id ?? '');
    if (!route || said[2] !== 'src' || (list !== 'allow' && list !== 'deny')) return false;
    route.rules[list] = [...route.rules[list], ...said.slice(3)];
    return true;
  }
  const found = condition(said);
  const route = found && routes.get(found.id);
  if (!found || !route) return false;
  const { before, rest } = found;
  const text = before.join(' ');
  const more = rest.join(' ');
  const { rules } = route;
  if (before[0] === 'use_backend') return takeUse(before[1] ?? '', found.id, more, route);
  if (text === 'http-request deny status 403') return more === `!allow_${found.id}` ? rules.allow.length > 0 : more === `deny_${found.id}`;
  if (text === `http-request track-sc0 src table rate_${found.id}`) return more === '';
  if (text === 'http-request deny status 429') {
    const most = /^\{ sc_http_req_rate\(0\) gt (\d+) \}$/.exec(more)?.[1];
    const rate = rates[found.id];
    if (!most || !rate) return false;
    rules.rate = { requests: Number(most), seconds: rate.seconds };
    return true;
  }
  if (text === 'http-request deny status 413') {
    const most = /^\{ req\.hdr_val\(content-length\) gt (\d+) \}$/.exec(more)?.[1];
    if (!most) return false;
    rules.mostBytes = Number(most);
    return true;
  }
  if (text === 'http-request auth realm Restricted') return more === `!{ http_auth(users_${found.id}) }` && rules.users.length > 0;
  if (text === 'http-request del-header Authorization' && more === '' && rules.users.length > 0) {
    const changes = rules.requestHeaders;
    // Once by the users; any other time it is the user's own.
    if (!('authorizationTaken' in route)) return Object.assign(route, { authorizationTaken: true }) !== null;
    rules.requestHeaders = [...changes, { action: 'remove', name: 'Authorization' }];
    return true;
  }
  if (more !== '') return false;
  const app = /^http-request set-var\(txn\.app\) str\(([a-z0-9-]+)\)$/.exec(text)?.[1];
  if (app) {
    route.target = { kind: 'app', app, port: null };
    return true;
  }
  if (/^http-request set-path \/%\[path,regsub\(\/\/\+,\/,g\),field\(\d+,\/,0\)\]$/.test(text)) {
    route.strip = true;
    return true;
  }
  return takeAnswer(before, route) || takeHeader(before, route);
}

function takeUse(backend: string, id: string, more: string, route: Found): boolean {
  if (backend === `be_route_${id}`) return more === '';
  // Its port is that of the servers there.
  if (new RegExp(`^%\\[var\\(txn\\.app\\),map\\(\\S+\\)\\]_(other_)?${id}$`).test(backend)) return route.target?.kind === 'app';
  const port = /^%\[var\(txn\.app\),map\(\S+\)\]_(\d+)$/.exec(backend)?.[1];
  if (!port || route.target?.kind !== 'app') return false;
  route.target = { ...route.target, port: Number(port) };
  return true;
}

function takeAnswer(before: readonly string[], route: Found): boolean {
  if (before[0] !== 'http-request') return false;
  if (before[1] === 'redirect' && before.length === 6 && before[4] === 'code') {
    const code = Number(before[5]);
    if (code !== 301 && code !== 302 && code !== 307 && code !== 308) return false;
    route.target = { kind: 'redirect', to: plain(before[3] ?? ''), code, keepPath: before[2] === 'prefix' };
    return true;
  }
  if (before[1] === 'return' && before.at(-2) === 'string') {
    const text = /<p>(.*)<\/p><\/html>$/.exec(before.at(-1) ?? '')?.[1];
    if (text === undefined) return false;
    route.target = { kind: 'maintenance', text: text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))) };
    return true;
  }
  return false;
}

function takeHeader(before: readonly string[], route: Found): boolean {
  const [direction, action, name = '', value = ''] = before;
  if (direction !== 'http-request' && direction !== 'http-response') return false;
  const change: HeaderChange | null =
    action === 'set-header' && before.length === 4
      ? { action: 'set', name, value: plain(value) }
      : action === 'set-header' && before.length === 3
        ? { action: 'set', name, value: '' }
        : action === 'del-header' && before.length === 3
          ? { action: 'remove', name }
          : null;
  if (!change) return false;
  if (direction === 'http-request') route.rules.requestHeaders = [...route.rules.requestHeaders, change];
  else route.rules.responseHeaders = [...route.rules.responseHeaders, change];
  return true;
}

/** A format without any: `%%` is a per cent sign, and a single one would begin something. */
function plain(format: string): string {
  if (/(^|[^%])(%%)*%([^%]|$)/.test(format)) throw new Error(`A format: ${format}`);
  return format.replaceAll('%%', '%');
}
