import { createHash } from 'node:crypto';
import type { Route } from '../../contract/index.ts';
import type { CheckPace, EdgeApp, EdgeModel, Slot, SlotModel } from '../types.ts';
import { FIRST_CHECK, holdBackends, holdClock, holdGates, holdRules, holdServedBy, routeHoldRules } from './hold.ts';
import { backendName, slotAlias, slots } from './model.ts';
import { noReleasePage, unavailablePage, unknownHostPage } from './pages.ts';
import {
  addressLists,
  appLimits,
  backendSuffix,
  extraPorts,
  ownLines,
  ownOptions,
  ownRoutes,
  routeBackendRules,
  routeFrontend,
  routeSections,
} from './routes.ts';

/** Where the edge's container sees its files and its sockets. */
export const ETC = '/etc/edge';
export const RUN = '/run/edge';
export const HOSTS_MAP = `${ETC}/hosts.map`;
export const SLOTS_MAP = `${ETC}/slots.map`;
/** Host and path to the route that they are. */
export const ROUTES_MAP = `${ETC}/routes.map`;
/** Hosts whose plain requests are sent on to https, each with `redirect` or `hsts`. */
export const HTTPS_MAP = `${ETC}/https.map`;
/** Apps whose requests are being held, with the second since 1970 until which. */
export const HOLDS_MAP = `${ETC}/holds.map`;
/** Tokens of ACME challenges that are being answered, with their answers. Filled while a certificate is asked for, empty otherwise. */
export const ACME_MAP = `${ETC}/acme.map`;
export const CERTIFICATES = `${ETC}/certs`;
export const CERTIFICATES_LIST = `${ETC}/certs.list`;

/**
 * A request with this header and the edge's own secret in it is one of ours: it meets no rule of a route, and is answered with
 * {@link SERVED_BY}.
 */
export const PROBE = 'x-longshore-probe';
/** Names the backend that answered a probe. */
export const SERVED_BY = 'x-longshore-served-by';

/** One line: what {@link PROBE} has to say. */
export const PROBE_KEY = `${ETC}/probe.key`;
/** RFC 8555, section 8.3. */
const ACME_PATH = '/.well-known/acme-challenge/';
/** A year, as browsers' own lists ask for. */
const HSTS_SECONDS = 31_536_000;

/** Of a check that nobody set otherwise. */
const usualPace: CheckPace = { intervalSeconds: 1, timeoutSeconds: 5, failures: 3 };

/** Bounds how long an old worker lives on for its last clients; longer than any drain, or it would be cut short. */
const HARD_STOP_SECONDS = 3_660;
/**
 * An idle connection of a client is closed after this. A worker that was told to stop keeps idle ones open for so long, and routes one
 * more request on each by its old maps.
 */
export const KEEP_ALIVE_SECONDS = 30;

/**
 * The whole configuration as text; the same model always gives the same text. Host names are in the maps alone; what is written here are
 * names of apps (DNS labels), whole numbers and escaped health paths of a checked model.
 *
 * Settings that lost no request when they were measured: no `retry-on` (POSTs would be sent twice), connections to replicas never pooled
 * (a pooled one may lead to a container two releases old), DNS asked twice a second and missing replicas dropped at once, idle clients told
 * to close only with a response.
 */
export function renderConfig(model: Pick<EdgeModel, 'apps' | 'routes' | 'balancers'>): string {
  const routes = [...(model.routes ?? [])].sort(byNumber);
  const apps = [...model.apps].sort(byName);
  const body = [
    ...defaults(),
    ...routeSections(routes),
    ...frontend(apps, routes, model.balancers ?? []),
    ...ownBackends(),
    ...holdGates(apps.filter((app) => app.holds)),
    ...apps.flatMap((app) => appBackends(app, routes)),
  ];
  const [comment = '', section = '', ...settings] = head();
  const rest = [...settings, ...body];
  return `${[comment, section, `  description longshore-${fingerprintOfLines([comment, section, ...rest])}`, ...rest].join('\n')}\n`;
}

/** Whether a configuration is as some Longshore wrote it, this one or another: its fingerprint is that of all other lines. */
export function isAsWritten(config: string): boolean {
  const lines = config.replace(/\n$/, '').split('\n');
  const others = lines.filter((line) => !/^ {2}description longshore-[0-9a-f]{32}$/.test(line));
  return lines.length === others.length + 1 && fingerprintOf(config) === fingerprintOfLines(others);
}

/** Whether somebody else than a Longshore wrote it. */
export function isByHand(config: string): boolean {
  return config !== '' && !isAsWritten(config);
}

/** What `show info` of a HAProxy that runs this text gives as its description: so one sees whether the file was ever loaded. */
export function fingerprintOf(config: string): string | null {
  return /^ {2}description longshore-([0-9a-f]{32})$/m.exec(config)?.[1] ?? null;
}

function fingerprintOfLines(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 32);
}

/** A comment, the section, and its settings. */
function head(): string[] {
  return [
    '# Written by Longshore from the services on this server. The next change by Longshore replaces it, and keeps a copy of what was changed by hand.',
    'global',
    '  log stdout format raw local0 notice',
    // The folder keeps everybody but root and the group docker away from the sockets.
    `  stats socket ${RUN}/api.sock mode 666 level admin expose-fd listeners`,
    '  stats timeout 2m',
    // How many connections there may be follows from the limit on open files, which some systems set to a billion: gigabytes of tables.
    '  fd-hard-limit 50000',
    // Mozilla's intermediate profile, version 5.7: everything since Firefox 27, Android 4.4 and Safari 9.
    '  ssl-default-bind-options prefer-client-ciphers ssl-min-ver TLSv1.2 no-tls-tickets',
    '  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
    `  ssl-default-bind-ciphers ${['ECDSA', 'RSA'].map((key) => `ECDHE-${key}-AES128-GCM-SHA256:ECDHE-${key}-AES256-GCM-SHA384:ECDHE-${key}-CHACHA20-POLY1305`).join(':')}`,
    `  hard-stop-after ${HARD_STOP_SECONDS}s`,
    '  uid 99',
    '  gid 99',
  ];
}

/** Docker's DNS, asked twice a second and believed at once. */
export const dockerResolvers: readonly string[] = [
  'resolvers docker',
  '  nameserver docker 127.0.0.11:53',
  '  accepted_payload_size 8192',
  '  resolve_retries 3',
  '  timeout resolve 500ms',
  '  timeout retry 500ms',
  '  hold valid 500ms',
  '  hold obsolete 0s',
  '  hold nx 1s',
  // Docker answers a name that no task has with nothing at all, which HAProxy counts as "other".
  '  hold other 1s',
  '  hold refused 10s',
  '  hold timeout 30s',
];

function defaults(): string[] {
  return [
    'defaults',
    '  mode http',
    '  log global',
    '  option httplog',
    '  option dontlog-normal',
    '  option forwardfor',
    '  option idle-close-on-response',
    '  option redispatch 1',
    '  retries 3',
    '  timeout connect 1s',
    '  timeout client 60s',
    '  timeout server 120s',
    '  timeout http-request 10s',
    `  timeout http-keep-alive ${KEEP_ALIVE_SECONDS}s`,
    '  timeout queue 5s',
    // A websocket that is silent for an hour stays; see also the stop of old workers.
    '  timeout tunnel 2h',
    `  timeout check ${usualPace.timeoutSeconds}s`,
    ...[502, 503, 504].map((status) => `  http-error status ${status} content-type "text/html; charset=utf-8" string '${unavailablePage}'`),
    `  default-server check inter ${usualPace.intervalSeconds}s fastinter 250ms fall ${usualPace.failures} rise 1 pool-max-conn 0 resolvers docker resolve-prefer ipv4 init-addr libc,none`,
    ...dockerResolvers,
  ];
}

function frontend(apps: readonly EdgeApp[], routes: readonly Route[], balancers: readonly string[]): string[] {
  const holding = apps.filter((app) => app.holds);
  return [
    'frontend http',
    '  bind :80',
    // No certificate for a name is no answer: anything else would be one that browsers warn of. The list may be empty.
    `  bind :443 ssl strict-sni crt-list ${CERTIFICATES_LIST} alpn h2,http/1.1`,
    // From then on their visitor's address is `src`; others cannot say that they are somebody else.
    ...(balancers.length === 0
      ? []
      : [...addressLists('balancers', balancers), '  tcp-request connection expect-proxy layer4 if balancers']),
    // Only tokens that somebody asked a certificate with: all else under /.well-known is the apps'.
    `  http-request return status 200 content-type text/plain lf-string '%[path,field(4,/),map(${ACME_MAP})]' if { path_beg ${ACME_PATH} } { path,field(4,/),map(${ACME_MAP}) -m found }`,
    '  http-request set-var(txn.host) req.hdr(host),field(1,:),lower',
    `  http-request set-var(txn.probe) bool(true) if { req.hdr(${PROBE}) -m str -f ${PROBE_KEY} }`,
    `  http-request del-header ${PROBE}`,
    `  http-request set-var(txn.app) var(txn.host),map(${HOSTS_MAP})`,
    `  http-request set-var(txn.https) var(txn.host),map(${HTTPS_MAP})`,
    '  http-request redirect scheme https code 308 if !{ ssl_fc } { var(txn.https) -m found } !{ var(txn.probe) -m bool }',
    ...routeFrontend(routes, ROUTES_MAP),
    ...holdClock(holding, HOLDS_MAP),
    '  http-request set-header X-Forwarded-Proto http if !{ ssl_fc }',
    '  http-request set-header X-Forwarded-Proto https if { ssl_fc }',
    `  http-response set-header Strict-Transport-Security max-age=${HSTS_SECONDS} if { ssl_fc } { var(txn.https) -m str hsts }`,
    `  http-response set-header ${SERVED_BY} %[be_name] if { var(txn.probe) -m bool }`,
    ...holdServedBy(holding, SERVED_BY),
    ...routeHoldRules(holding, routes, SLOTS_MAP),
    ...routeBackendRules(routes, SLOTS_MAP),
    ...holdRules(holding, SLOTS_MAP),
    `  use_backend %[var(txn.app),map(${SLOTS_MAP},be_no_release)] if { var(txn.app) -m found }`,
    '  default_backend be_unknown_host',
  ];
}

function ownBackends(): string[] {
  const answer = (status: number, text: string): string =>
    `  http-request return status ${status} content-type "text/html; charset=utf-8" hdr cache-control no-store string '${text}'`;
  return ['backend be_unknown_host', answer(404, unknownHostPage), 'backend be_no_release', answer(503, noReleasePage)];
}

function appBackends(app: EdgeApp, routes: readonly Route[]): string[] {
  const limits = appLimits(app.name, routes);
  const routed = (slot: Slot): string[] => ownRoutes(app.name, routes).flatMap((route) => routeBackend(app, slot, route));
  return slots
    .flatMap((slot) => [
      ...slotBackend(app, slot, limits),
      ...extraPorts(app.name, routes).flatMap((port) => portBackend(app, slot, port, limits)),
      ...routed(slot),
    ])
    .concat(app.holds ? holdBackends(app, routes, limits) : []);
}

/** The same replicas at another port, of which is known only whether it takes connections. */
function portBackend(app: EdgeApp, slot: Slot, port: number, limits: readonly string[]): string[] {
  return [`backend ${backendName(app.name, slot, String(port))}`, ...limits, template(app, slot, port)];
}

/** The same replicas once more, for a route that wants something of its own; at another port as above. */
function routeBackend(app: EdgeApp, slot: Slot, route: Route): string[] {
  const model = app.slots[slot];
  const port = (route.target.kind === 'app' ? route.target.port : null) ?? model.port;
  const name = `backend ${backendName(app.name, slot, backendSuffix(route))}`;
  const options = ownOptions(route);
  if (port !== model.port) return [name, ...ownLines(route), template(app, slot, port, options)];
  return [
    name,
    ...ownLines(route),
    ...checkLines(model),
    template(app, slot, port, `${paceOf(model)}${app.holds ? FIRST_CHECK : ''}${options}`),
  ];
}

function slotBackend(app: EdgeApp, slot: Slot, limits: readonly string[]): string[] {
  const model = app.slots[slot];
  return [
    `backend ${backendName(app.name, slot)}`,
    ...limits,
    ...checkLines(model),
    template(app, slot, model.port, `${paceOf(model)}${app.holds ? FIRST_CHECK : ''}`),
  ];
}

function template(app: EdgeApp, slot: Slot, port: number, options = ''): string {
  return `  server-template ${slot} ${app.slots[slot].room} ${slotAlias(app.name, slot)}:${port}${options}`;
}

function checkLines({ health, pace = usualPace }: SlotModel): string[] {
  return [
    ...(pace.timeoutSeconds === usualPace.timeoutSeconds ? [] : [`  timeout check ${pace.timeoutSeconds}s`]),
    ...(health.kind === 'http'
      ? [
          '  option httpchk',
          // Closed in good order: a check that ends by a reset makes some servers print an error each second.
          '  http-check connect linger',
          // Frameworks that check the host name answer others with a status below 500, which is as healthy.
          `  http-check send meth GET uri '${escapedPath(health.path)}' ver HTTP/1.1 hdr host localhost hdr user-agent longshore-health`,
          '  http-check expect status 200-499',
        ]
      : []),
  ];
}

function paceOf({ pace = usualPace }: SlotModel): string {
  const isUsual = pace.intervalSeconds === usualPace.intervalSeconds && pace.failures === usualPace.failures;
  return isUsual ? '' : ` check inter ${pace.intervalSeconds}s fall ${pace.failures}`;
}

/** Everything but what stands for itself in a path and a query (RFC 3986) as %XX: HAProxy's strong quotes hold the rest. */
export function escapedPath(path: string): string {
  return [...Buffer.from(path, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /^[A-Za-z0-9/?&=:@!$()*+,;%._~-]$/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function byNumber(one: Route, other: Route): number {
  return Number(one.id.slice(1)) - Number(other.id.slice(1));
}

function byName(one: EdgeApp, other: EdgeApp): number {
  return one.name < other.name ? -1 : 1;
}
