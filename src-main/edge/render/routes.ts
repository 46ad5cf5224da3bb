import type { HeaderChange, Route } from '../../contract/index.ts';
import { maintenancePage } from './pages.ts';

/**
 * Routes as HAProxy has them: a map from host and path to the route's id, and what each route does as rules on that id. Host and path are
 * data alone; the rest of what a user typed stands in strong quotes, in which HAProxy interprets nothing but the end.
 */

/** Deeper prefixes than this cannot be taken off; `pathPrefix` of the contract allows 100 segments at the very most. */
const DEEPEST = 100;
const ADDRESSES_A_LINE = 20;
/** Requests of each route, by its id: HAProxy counts by backend, which several routes may lead to. */
export const ROUTES_TABLE = 'counts_routes';
/** The time that {@link ROUTES_TABLE} looks back. */
export const COUNTED_SECONDS = 10;
/** What is worth compressing. Streams of events are left out: they would come in lumps. */
const TEXTS = [
  ...['html', 'plain', 'css', 'xml', 'csv', 'javascript', 'markdown'].map((kind) => `text/${kind}`),
  ...['javascript', 'json', 'ld+json', 'manifest+json', 'xml', 'rss+xml', 'atom+xml', 'wasm'].map((kind) => `application/${kind}`),
  'image/svg+xml',
];

/** Keys of the map: host, path, and a slash, so that a prefix ends with a whole segment. */
export function routeEntries(routes: readonly Route[]): Record<string, string> {
  return Object.fromEntries(routes.map(({ host, path, id }) => [`${host}${path === '/' ? '' : path}/`, id]));
}

/** Rules of the frontend, in the order in which they have to stand: who may not come in is told so before anything else. */
export function routeFrontend(routes: readonly Route[], map: string): string[] {
  if (routes.length === 0) return [];
  const noProbe = '!{ var(txn.probe) -m bool }';
  const unfound = '!{ var(txn.route) -m found }';
  const noDomain = '!{ var(txn.app) -m found }';
  return [
    // As an app would understand it: `//api` and `/%61pi` are /api, or a rule for /api would be one that is walked around.
    '  http-request set-var(txn.path) path,url_dec,regsub(//+,/,g)',
    '  http-request set-var(txn.key) var(txn.host),concat(,txn.path,/)',
    `  http-request set-var(txn.route) var(txn.key),map_beg(${map}) if ${noProbe}`,
    // A host of its own comes before a wildcard, and the domain of an app is one.
    `  http-request set-var(txn.key) var(txn.host),regsub(^[^.]+,*),concat(,txn.path,/) if ${unfound} ${noDomain}`,
    `  http-request set-var(txn.route) var(txn.key),map_beg(${map}) if ${unfound} ${noDomain} ${noProbe}`,
    // Before the rules, so that whom they refuse is counted as well.
    `  http-request track-sc1 var(txn.route) table ${ROUTES_TABLE} if { var(txn.route) -m found }`,
    // HAProxy's own count of failures (http_fail_rate, 2.6) leaves out what it answers itself: that nobody is there to answer. The fetch counts.
    '  http-after-response set-var(txn.failed) sc_inc_gpc0(1) if { var(txn.route) -m found } { status ge 500 }',
    "  http-request deny status 400 if { var(txn.route) -m found } { var(txn.path) -m reg '(^|/)\\.\\.?(/|$)' }",
    ...routes.flatMap(doorRules),
    ...routes.flatMap(targetRules),
    ...routes.flatMap(({ id, rules }) => rules.requestHeaders.map((change) => headerRule('http-request', id, change))),
    ...routes.flatMap(({ id, rules }) => rules.responseHeaders.map((change) => headerRule('http-response', id, change))),
    ...routes.flatMap(stripRule),
  ];
}

/** Which backend a route leads to, where that is not the app's own port. Before the frontend's general rule. */
export function routeBackendRules(routes: readonly Route[], slotsMap: string): string[] {
  return routes.flatMap(({ id, target, rules }) => {
    if (target.kind === 'address') return [`  use_backend ${addressBackendName(id)} if ${is(id)}`];
    if (target.kind !== 'app') return [];
    const which = backendSuffix({ id, target, rules });
    if (which === null) return [];
    return [`  use_backend %[var(txn.app),map(${slotsMap})]_${which} if ${is(id)} { var(txn.app),map(${slotsMap}) -m found }`];
  });
}

/** What stands behind the name of a slot's backend in the one that a route to an app leads to, after an underscore; null for the slot's own. */
export function backendSuffix({ id, target, rules }: Pick<Route, 'id' | 'target' | 'rules'>): string | null {
  if (target.kind !== 'app') return null;
  if (hasOwnBackends({ target, rules })) return ownSuffix({ id, target, rules });
  return target.port === null ? null : String(target.port);
}

/** Whether a route to an app needs backends of its own: what it asks for is said of a backend, and is nothing for the app's other names. */
export function hasOwnBackends({ target, rules }: Pick<Route, 'target' | 'rules'>): boolean {
  return target.kind === 'app' && (rules.sticky || rules.gzip || rules.sendProxy);
}

/** Sections beside the frontend: counts, users, tables of rates, and backends for what is no app. */
export function routeSections(routes: readonly Route[]): string[] {
  const counts = ['http_req', 'http_err', 'gpc0'].map((what) => `${what}_rate(${COUNTED_SECONDS}s)`).join(',');
  const table = `  stick-table type string len 16 size 2k expire 1h store ${counts}`;
  const counting = routes.length > 0 ? [`backend ${ROUTES_TABLE}`, table] : [];
  const own = routes.flatMap((route) => {
    const { id, target, rules } = route;
    return [
      ...(rules.users.length > 0
        ? [`userlist users_${id}`, ...rules.users.map(({ name, hash }) => `  user ${name} password ${hash}`)]
        : []),
      ...(rules.rate
        ? [
            `backend rate_${id}`,
            `  stick-table type ipv6 size 100k expire ${rules.rate.seconds}s store http_req_rate(${rules.rate.seconds}s)`,
          ]
        : []),
      ...(target.kind === 'address' ? addressBackend(route, target) : []),
    ];
  });
  return [...counting, ...own];
}

/** For the backends of an app: limits of the routes that lead there. */
export function appLimits(app: string, routes: readonly Route[]): string[] {
  return routes.flatMap((route) => (leadsTo(route, app) && !hasOwnBackends(route) ? limitsOf(route, ` if ${is(route.id)}`) : []));
}

/** The routes to an app that have backends of their own. */
export function ownRoutes(app: string, routes: readonly Route[]): Route[] {
  return routes.filter((route) => leadsTo(route, app) && hasOwnBackends(route));
}

/** What a backend of a route has beside its servers. */
export function ownLines({ id, target, rules }: Route): string[] {
  return [
    ...limitsOf({ rules }, ''),
    ...(rules.sticky && target.kind === 'app'
      ? // By the replica's address: in the backend of another release it names nobody, and a new one is given.
        [`  dynamic-cookie-key ${id}`, `  cookie longshore-${id} insert indirect nocache httponly attr SameSite=Lax dynamic`]
      : []),
    ...(rules.gzip ? ['  filter compression', '  compression algo gzip', `  compression type ${TEXTS.join(' ')}`] : []),
  ];
}

/** What the servers of a route have behind their address. */
export function ownOptions({ rules }: Pick<Route, 'rules'>): string {
  return rules.sendProxy ? ' send-proxy-v2' : '';
}

function leadsTo({ target }: Route, app: string): boolean {
  return target.kind === 'app' && target.app === app;
}

function limitsOf({ rules }: Pick<Route, 'rules'>, condition: string): string[] {
  return [
    ...(rules.answerSeconds === null ? [] : [`  http-request set-timeout server ${rules.answerSeconds}s${condition}`]),
    ...(rules.idleSeconds === null ? [] : [`  http-request set-timeout tunnel ${rules.idleSeconds}s${condition}`]),
  ];
}

/** Ports of an app beside its own that routes lead to. */
export function extraPorts(app: string, routes: readonly Route[]): number[] {
  const ports = routes.flatMap(({ target, rules }) =>
    !hasOwnBackends({ target, rules }) && target.kind === 'app' && target.app === app && target.port !== null ? [target.port] : [],
  );
  return [...new Set(ports)].sort((one, other) => one - other);
}

/** Begins with an `r` where all that is checked is as in the slot's own backend: see `weakest`, by which a release waits for both. */
function ownSuffix({ id, target, rules }: Pick<Route, 'id' | 'target' | 'rules'>): string {
  const isSame = target.kind === 'app' && target.port === null && !rules.sendProxy;
  return isSame ? id : `other_${id}`;
}

/** The backend of a route to another address. */
export function addressBackendName(id: string): string {
  return `be_route_${id}`;
}

function is(id: string): string {
  return `{ var(txn.route) -m str ${id} }`;
}

function doorRules({ id, rules }: Route): string[] {
  const { users, allow, deny, rate, mostBytes } = rules;
  return [
    ...addressLists(`allow_${id}`, allow),
    ...addressLists(`deny_${id}`, deny),
    ...(allow.length > 0 ? [`  http-request deny status 403 if ${is(id)} !allow_${id}`] : []),
    ...(deny.length > 0 ? [`  http-request deny status 403 if ${is(id)} deny_${id}`] : []),
    ...(rate
      ? [
          `  http-request track-sc0 src table rate_${id} if ${is(id)}`,
          `  http-request deny status 429 if ${is(id)} { sc_http_req_rate(0) gt ${rate.requests} }`,
        ]
      : []),
    ...(users.length > 0
      ? [
          `  http-request auth realm Restricted if ${is(id)} !{ http_auth(users_${id}) }`,
          `  http-request del-header Authorization if ${is(id)}`,
        ]
      : []),
    ...(mostBytes === null ? [] : [`  http-request deny status 413 if ${is(id)} { req.hdr_val(content-length) gt ${mostBytes} }`]),
  ];
}

/** An `acl` of that name; HAProxy takes 64 words on a line. */
export function addressLists(name: string, blocks: readonly string[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < blocks.length; at += ADDRESSES_A_LINE)
    lines.push(`  acl ${name} src ${blocks.slice(at, at + ADDRESSES_A_LINE).join(' ')}`);
  return lines;
}

function targetRules({ id, target }: Route): string[] {
  switch (target.kind) {
    case 'app':
      return [`  http-request set-var(txn.app) str(${target.app}) if ${is(id)}`];
    case 'address':
      return [];
    case 'redirect': {
      const to = format(target.keepPath ? target.to.replace(/\/+$/, '') : target.to);
      return [`  http-request redirect ${target.keepPath ? 'prefix' : 'location'} ${to} code ${target.code} if ${is(id)}`];
    }
    case 'maintenance':
      return [
        `  http-request return status 503 content-type "text/html; charset=utf-8" hdr retry-after 60 hdr cache-control no-store string '${maintenancePage(target.text)}' if ${is(id)}`,
      ];
  }
}

function headerRule(direction: 'http-request' | 'http-response', id: string, change: HeaderChange): string {
  return change.action === 'remove'
    ? `  ${direction} del-header ${change.name} if ${is(id)}`
    : `  ${direction} set-header ${change.name} ${format(change.value)} if ${is(id)}`;
}

/** Takes as many segments off as the prefix has, of the path as it was matched. */
function stripRule({ id, path, strip }: Route): string[] {
  const depth = path === '/' ? 0 : path.split('/').length - 1;
  if (!strip || depth === 0 || depth > DEEPEST) return [];
  return [`  http-request set-path /%[path,regsub(//+,/,g),field(${depth + 2},/,0)] if ${is(id)}`];
}

function addressBackend(route: Route, target: Extract<Route['target'], { kind: 'address' }>): string[] {
  const { scheme, host, port, verify } = target;
  const tls =
    scheme === 'https'
      ? ` ssl ${verify ? `verify required ca-file @system-ca verifyhost ${host}` : 'verify none'} sni str(${host}) alpn http/1.1`
      : '';
  const isAddress = /^[0-9.]+$/.test(host);
  return [
    `backend ${addressBackendName(route.id)}`,
    `  http-request set-header Host ${host}${(scheme === 'https') === (port === 443) && (scheme === 'http') === (port === 80) ? '' : `:${port}`}`,
    ...ownLines(route),
    // Not checked: a stranger's machine is not to be asked once a second. Its name is looked up again and again, wherever it moves.
    `  server there ${host}:${port} no-check${isAddress ? '' : ' init-addr none'}${tls}${ownOptions(route)}`,
  ];
}

/** A value in HAProxy's strong quotes, in a place where `%` begins a format. */
export function format(value: string): string {
  return `'${value.replaceAll('%', '%%').replaceAll("'", "'\\''")}'`;
}
