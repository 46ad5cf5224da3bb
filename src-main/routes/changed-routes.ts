import { encrypt } from 'unixcrypt';
import { z } from 'zod';
import { ExpectedError, type Route, type RouteChange, type RouteDraft, route, routeInWords } from '../contract/index.ts';

/** What a change is checked against: the apps of the server, and which host names are whose. */
export interface Surroundings {
  readonly apps: ReadonlySet<string>;
  /** Host name to the app that has it as a domain, its default name among them. */
  readonly domains: Readonly<Record<string, string>>;
}

export interface RoutesAndBalancers {
  readonly routes: readonly Route[];
  readonly balancers: readonly string[];
}

const mostRoutes = 1_000;

/**
 * The routes after a change. `version` is that of the new table, which gives a new route its id, so that no id ever means two things.
 * Throws `not-found`, `domain-taken` and `name-taken`.
 */
function changedRoutes(
  routes: readonly Route[],
  change: Exclude<RouteChange, { do: 'balancers' }>,
  version: number,
  around: Surroundings,
): Route[] {
  if (change.do === 'remove') {
    const left = routes.filter(({ id }) => id !== change.id);
    if (left.length === routes.length) throw noRoute(change.id);
    return left;
  }
  const before = change.do === 'edit' ? routes.find(({ id }) => id === change.id) : undefined;
  if (change.do === 'edit' && !before) throw noRoute(change.id);
  const id = before?.id ?? `r${version}`;
  const others = before ? routes.filter((route) => route !== before) : routes;
  check(change.route, others, around);
  const made = checked({ ...change.route, id, rules: { ...change.route.rules, users: hashed(change.route, before) } });
  if (before) return routes.map((each) => (each === before ? made : each));
  if (routes.length >= mostRoutes) {
    throw new ExpectedError('invalid-input', `There are ${mostRoutes} routes already`, { next: 'Remove those that are not needed.' });
  }
  return [...routes, made];
}

/** Once more before it is written: a table with one that is none could not be read by anybody. */
function checked(made: Route): Route {
  const parsed = route.safeParse(made);
  if (parsed.success) return parsed.data;
  throw new ExpectedError('invalid-input', `The route for ${routeInWords(made)} is not one`, { detail: z.prettifyError(parsed.error) });
}

function check(draft: RouteDraft, others: readonly Route[], { apps, domains }: Surroundings): void {
  const { host, path, target } = draft;
  const taken = others.find((each) => each.host === host && each.path === path);
  if (taken) {
    throw new ExpectedError('name-taken', `${routeInWords(draft)} has a route already`, {
      next: `Change or remove the route ${taken.id}.`,
    });
  }
  if (target.kind === 'app' && !apps.has(target.app)) {
    throw new ExpectedError('not-found', `There is no app ${target.app} on this server`, { next: 'Deploy it first.' });
  }
  const owner = domains[host];
  // A part of an app's site may well be somewhere else, by the user's own will; all of it would be another site under its name.
  if (owner !== undefined && path === '/' && target.kind !== 'maintenance' && !(target.kind === 'app' && target.app === owner)) {
    throw new ExpectedError('domain-taken', `${host} already leads to the app ${owner}`, {
      next: `Remove the domain from ${owner} first, or give the route a path.`,
    });
  }
  if (target.kind === 'redirect' && leadsToItself(draft, target.to)) {
    throw new ExpectedError('invalid-input', `${routeInWords(draft)} would be sent to itself for ever`, { next: 'Give another address.' });
  }
}

function leadsToItself({ host, path }: RouteDraft, to: string): boolean {
  const url = new URL(to);
  const own = host === url.hostname || (host.startsWith('*.') && url.hostname.slice(url.hostname.indexOf('.') + 1) === host.slice(2));
  return own && (path === '/' || `${url.pathname}/`.startsWith(`${path}/`));
}

function hashed({ rules }: RouteDraft, before: Route | undefined): Route['rules']['users'] {
  const names = new Set<string>();
  return rules.users.map(({ name, password }) => {
    if (names.has(name)) throw new ExpectedError('invalid-input', `There are two users ${name}`, { next: 'Each has a name of its own.' });
    names.add(name);
    if (password !== null) return { name, hash: encrypt(password) };
    const known = before?.rules.users.find((user) => user.name === name);
    if (known) return known;
    throw new ExpectedError('invalid-input', `The user ${name} has no password yet`, { next: 'Give one.' });
  });
}

/** What a change makes of a table, as above. */
export function changedTable(
  { routes, balancers }: RoutesAndBalancers,
  change: RouteChange,
  version: number,
  around: Surroundings,
): RoutesAndBalancers {
  if (change.do === 'balancers') return { routes, balancers: [...new Set(change.balancers)] };
  return { routes: changedRoutes(routes, change, version, around), balancers };
}

function noRoute(id: string): ExpectedError {
  return new ExpectedError('not-found', `There is no route ${id} on this server`, { next: 'Somebody may have removed it: look again.' });
}
