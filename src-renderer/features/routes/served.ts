import { type AppSummary, type RouteView, routeInWords } from '../../../src-main/contract/index.ts';
import { guards, targetInWords } from './route-words.ts';

/** One line of what a server serves: a route, or a domain that leads to an app by the app's own settings. */
export type ServedRow =
  | { readonly kind: 'route'; readonly route: RouteView; readonly host: string; readonly path: string }
  | {
      readonly kind: 'domain';
      readonly app: string;
      readonly host: string;
      readonly path: '/';
      /** A route for all of this host comes before it: nobody gets here by the domain alone. */
      readonly covered: boolean;
    };

/** Everything that is served, by host, then path; a route before the domain that it covers. */
export function servedRows(routes: readonly RouteView[], apps: readonly AppSummary[]): readonly ServedRow[] {
  const rows: ServedRow[] = [
    ...routes.map((route): ServedRow => ({ kind: 'route', route, host: route.host, path: route.path })),
    ...apps.flatMap(({ name, hosts }) =>
      hosts.map(
        (host): ServedRow => ({
          kind: 'domain',
          app: name,
          host,
          path: '/',
          covered: routes.some((route) => route.host === host && route.path === '/'),
        }),
      ),
    ),
  ];
  return rows.sort((one, other) => compare(one.host, other.host) || compare(one.path, other.path) || compare(other.kind, one.kind));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The rows in which every word of a search occurs: in host, path, or where it leads. */
export function searched(rows: readonly ServedRow[], search: string): readonly ServedRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = [routeInWords(row), row.kind === 'route' ? targetInWords(row.route.target) : row.app].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What serves a request. */
export type ServedBy =
  | { readonly kind: 'route'; readonly route: RouteView }
  | { readonly kind: 'domain'; readonly app: string }
  | { readonly kind: 'nothing' };

/** What visitors of a route's host and path get once it is removed. */
export function servedWithout(route: RouteView, routes: readonly RouteView[], apps: readonly AppSummary[]): ServedBy {
  const others = routes.filter(({ id, path }) => id !== route.id && isBelow(route.path, path));
  const next = longest(others.filter(({ host }) => host === route.host));
  if (next) return { kind: 'route', route: next };
  const app = apps.find(({ hosts }) => hosts.includes(route.host));
  if (app) return { kind: 'domain', app: app.name };
  const wildcard = longest(others.filter(({ host }) => coversHost(host, route.host)));
  return wildcard ? { kind: 'route', route: wildcard } : { kind: 'nothing' };
}

function longest(routes: readonly RouteView[]): RouteView | undefined {
  return [...routes].sort((one, other) => other.path.length - one.path.length)[0];
}

/** Whether a path is in what a prefix is for, by whole segments. */
function isBelow(path: string, prefix: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);
}

function coversHost(wildcard: string, host: string): boolean {
  return wildcard.startsWith('*.') && !host.startsWith('*.') && host.slice(host.indexOf('.') + 1) === wildcard.slice(2);
}

/**
 * Names by which an app is reached past the rules of a route that leads to it: its other domains, as far as no guarded route stands at
 * the same place of theirs.
 */
export function openNames(
  route: Pick<RouteView, 'host' | 'path'>,
  app: string,
  routes: readonly RouteView[],
  apps: readonly AppSummary[],
): readonly string[] {
  const hosts = apps.find(({ name }) => name === app)?.hosts ?? [];
  return hosts.filter((host) => {
    if (host === route.host) return false;
    const there = longest(routes.filter((one) => one.host === host && isBelow(route.path, one.path)));
    if (there === undefined) return true;
    return there.target.kind === 'app' && there.target.app === app && !guards(there.rules);
  });
}
