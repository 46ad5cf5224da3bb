import { z } from 'zod';
import { certificateHost } from './certificate.ts';
import { appName, hostName, portNumber } from './common.ts';

/** Of a route on its server: it stays when the route is edited. */
export const routeId = z.string().regex(/^r[1-9][0-9]{0,8}$/);

/** What a path begins with, by whole segments: `/api` is for `/api` and `/api/x`, not for `/apix`. `/` is for everything. */
export const pathPrefix = z
  .string()
  .max(200)
  .regex(
    /^(\/|(\/[A-Za-z0-9._~!$&()*+,;=:@-]+)+)$/,
    'A path looks like /api or /files/public: it begins with / and does not end with one, and has no spaces',
  )
  .refine((path) => !/\/\.\.?(\/|$)/.test(path), 'A path has no . or .. in it');

/** An address or a block of them: `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`. */
export const addressBlock = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'An address looks like 203.0.113.7 or 10.0.0.0/8');

/** What names of header fields are made of in practice; RFC 9110, section 5.6.2 allows some more signs, among them `#`. */
export const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9_-]+$/, 'A header name has letters, digits, hyphens and underscores');

export const headerChange = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('set'),
    name: headerName,
    value: z
      .string()
      .max(500)
      .regex(/^[\x20-\x7e]*$/, 'A header value has visible characters and spaces only'),
  }),
  z.object({ action: z.literal('remove'), name: headerName }),
]);
export type HeaderChange = z.infer<typeof headerChange>;

export const routeTarget = z.discriminatedUnion('kind', [
  /** An app, at its own port unless another is given. */
  z.object({ kind: z.literal('app'), app: appName, port: portNumber.nullable() }),
  /** Somewhere else, as the server reaches it. */
  z
    .object({
      kind: z.literal('address'),
      scheme: z.enum(['http', 'https']),
      host: z.union([hostName, z.ipv4()], 'A host or an IPv4 address'),
      port: portNumber,
      /** For https: whether its certificate has to be one that is known for its name. */
      verify: z.boolean(),
    })
    .refine(({ scheme, host, verify }) => scheme === 'http' || !verify || !/^[0-9.]+$/.test(host), {
      error: 'A certificate is checked for a name: give the host by its name, or take any certificate',
      path: ['host'],
    }),
  /** Sends the visitor on. With `keepPath` path and query go along. */
  z
    .object({
      kind: z.literal('redirect'),
      to: z
        .url({ protocol: /^https?$/, error: 'A redirect leads to an http or https address' })
        .max(500)
        .regex(/^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]+$/, 'An address has no spaces and no quotes'),
      code: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]),
      keepPath: z.boolean(),
    })
    .refine(({ to, keepPath }) => !keepPath || !/[?#]/.test(to), {
      error: 'Path and query of the visitor can only go along with an address that has no ? or # itself',
      path: ['to'],
    }),
  /** Answers 503 with a page that says so. */
  z.object({ kind: z.literal('maintenance'), text: z.string().max(500) }),
]);
export type RouteTarget = z.infer<typeof routeTarget>;

/** A user of a route, with the password as a hash of crypt(3), `$6$…`. */
export const routeUser = z.object({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'A user name has letters, digits, dots, hyphens and @'),
  hash: z.string().regex(/^\$6\$(rounds=\d{4,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/),
});

export const routeRules = z.object({
  requestHeaders: z.array(headerChange).max(30),
  responseHeaders: z.array(headerChange).max(30),
  /** Who may come in; empty for everybody. */
  users: z.array(routeUser).max(50),
  /** Only from there; empty for everywhere. */
  allow: z.array(addressBlock).max(200),
  deny: z.array(addressBlock).max(200),
  /** So many requests from one address in so many seconds; more are answered 429. */
  rate: z.object({ requests: z.number().int().min(1).max(1_000_000), seconds: z.number().int().min(1).max(3_600) }).nullable(),
  /** Requests that announce more than so many bytes are answered 413. */
  mostBytes: z.number().int().min(0).max(1_000_000_000_000).nullable(),
  /** How long an answer may take; null for the edge's own limit. */
  answerSeconds: z.number().int().min(1).max(86_400).nullable(),
  /**
   * How long a websocket or another upgraded connection may be silent; null for the edge's own limit, two hours. A reload of the edge ends one
   * after an hour all the same. Older routes have none.
   */
  idleSeconds: z.number().int().min(1).max(604_800).nullable().default(null),
  /** A visitor stays with the replica that answered first, by a cookie; a replica that is gone is no loss. Of apps alone. */
  sticky: z.boolean().default(false),
  /** Text is compressed on its way to visitors who take it so. */
  gzip: z.boolean().default(false),
  /** Whoever answers is told the visitor's address by the PROXY protocol, version 2, which it has to understand. */
  sendProxy: z.boolean().default(false),
});
export type RouteRules = z.infer<typeof routeRules>;

export const noRules: Omit<RouteRules, 'users'> & { users: never[] } = {
  requestHeaders: [],
  responseHeaders: [],
  users: [],
  allow: [],
  deny: [],
  rate: null,
  mostBytes: null,
  answerSeconds: null,
  idleSeconds: null,
  sticky: false,
  gzip: false,
  sendProxy: false,
};

/** Which requests go where. Of several that fit, an exact host comes before a wildcard, then the longest path. */
export const route = z.object({
  id: routeId,
  host: certificateHost,
  path: pathPrefix,
  /** The target sees the rest of the path only. */
  strip: z.boolean(),
  target: routeTarget,
  rules: routeRules,
});
export type Route = z.infer<typeof route>;

/** A user as given: with a password, or with none to keep the one that there is. */
export const userDraft = z.object({ name: routeUser.shape.name, password: z.string().min(1).max(200).nullable() });

/** A route as a user gives it: passwords are hashed before they leave this computer. */
export const routeDraft = route
  .omit({ id: true, rules: true })
  .extend({ rules: routeRules.omit({ users: true }).extend({ users: z.array(userDraft).max(50) }) });
export type RouteDraft = z.infer<typeof routeDraft>;

/** A route as it is shown: the hashes stay on the server. */
export const routeView = route.omit({ rules: true }).extend({
  rules: routeRules.omit({ users: true }).extend({ users: z.array(routeUser.omit({ hash: true })) }),
});
export type RouteView = z.infer<typeof routeView>;

/**
 * Addresses of what stands before the server and tells by the PROXY protocol who its visitors are. Who comes from elsewhere is taken for whom he is.
 */
export const balancers = z.array(addressBlock).max(200);

export const routesView = z.object({
  /** Grows with each change. */
  version: z.number().int(),
  routes: z.array(routeView),
  balancers,
  /** Who changed them last, and when by that computer's clock; empty and 0 for nobody. */
  by: z.string(),
  at: z.number(),
  /** What is or was at the edge that is not ours, as a sentence; null for nothing. */
  note: z.string().nullable(),
});
export type RoutesView = z.infer<typeof routesView>;

/** What HAProxy counted of a route over its last ten seconds. A reload of its configuration begins anew. */
export const routeTraffic = z.object({
  id: routeId,
  perSecond: z.number(),
  requests: z.number().int(),
  /** Answered with 4xx, by the rules of the route among others. */
  refused: z.number().int(),
  /** Answered with 5xx, by the edge itself where nobody else answers. */
  failed: z.number().int(),
  /** Milliseconds until an answer begins, over the last 1,024 requests; null where nobody but the edge answers, and where there was none. */
  answerMs: z.number().nullable(),
  /** Whether that is of all that comes to the app, by whatever name: HAProxy has no other. */
  ofApp: z.boolean(),
});
export type RouteTraffic = z.infer<typeof routeTraffic>;

export const routeChange = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add'), route: routeDraft }),
  z.object({ do: z.literal('edit'), id: routeId, route: routeDraft }),
  z.object({ do: z.literal('remove'), id: routeId }),
  /** All of them; empty for none. */
  z.object({ do: z.literal('balancers'), balancers }),
]);
export type RouteChange = z.infer<typeof routeChange>;

/** `shop.example.com/api`. */
export function routeInWords({ host, path }: Pick<Route, 'host' | 'path'>): string {
  return path === '/' ? host : `${host}${path}`;
}
