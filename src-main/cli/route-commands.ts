import { text } from 'node:stream/consumers';
import {
  balancers,
  ExpectedError,
  type RouteChange,
  type RoutesView,
  type RouteTraffic,
  type RouteView,
  routeId,
  routeInWords,
} from '../contract/index.ts';
import { parseArgument } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { showDifference } from './edge-difference.ts';
import { onlyServer, type ServerFlag } from './find.ts';
import { table } from './output.ts';
import { readTextFile } from './read-text-file.ts';
import { type RouteFlags, routeFrom } from './route-draft.ts';

export interface DryRunFlag {
  /** Shows what the change would do at the edge, and does not make it. */
  readonly dryRun?: boolean;
}

export async function listRoutes(context: CommandContext, flags: ServerFlag & { readonly stats?: boolean }): Promise<undefined> {
  const { routes } = context.services;
  const session = await onlyServer(context, flags);
  const view = await routes.list(session, context.signal);
  show(context, session.profile.name, view, flags.stats ? await routes.traffic(session, context.signal) : undefined);
  return undefined;
}

export async function addRoute(context: CommandContext, where: string, flags: RouteFlags & ServerFlag & DryRunFlag): Promise<undefined> {
  const route = routeFrom(where, flags, await usersOf(flags));
  return change(context, flags, { do: 'add', route });
}

/** All of the route as given: what is not given is none. */
export async function editRoute(
  context: CommandContext,
  id: string,
  where: string,
  flags: RouteFlags & ServerFlag & DryRunFlag,
): Promise<undefined> {
  const route = routeFrom(where, flags, await usersOf(flags));
  return change(context, flags, { do: 'edit', id: parseArgument(routeId, id, 'ID'), route });
}

export async function removeRoute(context: CommandContext, id: string, flags: ServerFlag & DryRunFlag): Promise<undefined> {
  return change(context, flags, { do: 'remove', id: parseArgument(routeId, id, 'ID') });
}

/** `longshore edge diff`: what a change by Longshore would write at the edge, where that is something else than what is there. */
export async function edgeDiff(context: CommandContext, flags: ServerFlag): Promise<undefined> {
  const session = await onlyServer(context, flags);
  showDifference(context, session.profile.name, await context.services.routes.difference(session, null, context.signal));
  return undefined;
}

/** Says all addresses from which the PROXY protocol is expected; none with `--none`; lists them when nothing is given. */
export async function setBalancers(
  context: CommandContext,
  addresses: readonly string[],
  flags: ServerFlag & DryRunFlag & { readonly none?: boolean },
): Promise<undefined> {
  if (flags.none && addresses.length > 0) {
    throw new ExpectedError('invalid-input', '--none and addresses exclude each other', { next: 'Give one or the other.' });
  }
  if (!flags.none && addresses.length === 0) {
    const session = await onlyServer(context, flags);
    const { balancers: known } = await context.services.routes.list(session, context.signal);
    const words = known.length === 0 ? `Nothing stands before ${session.profile.name}.` : known.join('\n');
    context.output.result({ server: session.profile.name, balancers: known }, words);
    return undefined;
  }
  return change(context, flags, { do: 'balancers', balancers: parseArgument(balancers, addresses, 'ADDRESS') });
}

async function change(context: CommandContext, flags: ServerFlag & DryRunFlag, what: RouteChange): Promise<undefined> {
  const { routes } = context.services;
  const session = await onlyServer(context, flags);
  const { name } = session.profile;
  if (flags.dryRun) showDifference(context, name, await routes.difference(session, what, context.signal));
  else show(context, name, await routes.change(session, what));
  return undefined;
}

async function usersOf({ users }: RouteFlags): Promise<string> {
  if (users === undefined) return '';
  return users === '-' ? await text(process.stdin) : await readTextFile(users);
}

function show({ output }: CommandContext, server: string, view: RoutesView, traffic?: readonly RouteTraffic[]): void {
  const rows = view.routes.map((route) => [
    route.id,
    routeInWords(route),
    targetInWords(route),
    ...(traffic ? trafficInWords(traffic.find(({ id }) => id === route.id)) : []),
    rulesInWords(route),
  ]);
  if (view.balancers.length > 0) output.note(`Visitors' addresses are taken by the PROXY protocol from ${view.balancers.join(', ')}.`);
  if (view.note !== null) output.note(view.note);
  const none = `No route on ${server} beside the domains of its apps.`;
  output.result({ server, ...view, ...(traffic ? { traffic } : {}) }, rows.length === 0 ? none : table(rows));
}

/** One column each: requests a second, how many failed, how soon an answer begins. */
function trafficInWords(traffic: RouteTraffic | undefined): string[] {
  if (!traffic) return ['unknown', 'unknown', 'unknown'];
  const { perSecond, requests, failed, answerMs, ofApp } = traffic;
  const time = answerMs === null ? 'time unknown' : `${answerMs} ms${ofApp ? ' (of the app)' : ''}`;
  return [`${perSecond} a second`, requests === 0 ? 'none failed' : `${Math.round((100 * failed) / requests)} % failed`, time];
}

function targetInWords({ target, strip }: RouteView): string {
  const without = strip ? ', path taken off' : '';
  switch (target.kind) {
    case 'app':
      return `app ${target.app}${target.port === null ? '' : `, port ${target.port}`}${without}`;
    case 'address':
      return `${target.scheme}://${target.host}:${target.port}${target.scheme === 'https' && !target.verify ? ', any certificate' : ''}${without}`;
    case 'redirect':
      return `${target.code} to ${target.to}${target.keepPath ? ', with its path' : ''}`;
    case 'maintenance':
      return 'maintenance';
  }
}

function rulesInWords({ rules }: RouteView): string {
  const { users, allow, deny, rate, mostBytes, answerSeconds, idleSeconds, sticky, gzip, sendProxy, requestHeaders, responseHeaders } =
    rules;
  const headers = requestHeaders.length + responseHeaders.length;
  return [
    users.length > 0 ? `users ${users.map(({ name }) => name).join(', ')}` : '',
    allow.length > 0 ? `only from ${allow.join(', ')}` : '',
    deny.length > 0 ? `not from ${deny.join(', ')}` : '',
    rate ? `${rate.requests} in ${rate.seconds} s` : '',
    mostBytes === null ? '' : `at most ${mostBytes} bytes`,
    answerSeconds === null ? '' : `answers within ${answerSeconds} s`,
    idleSeconds === null ? '' : `silent for ${idleSeconds} s at most`,
    sticky ? 'sticky' : '',
    gzip ? 'gzip' : '',
    sendProxy ? 'PROXY protocol' : '',
    headers > 0 ? `${headers} header ${headers === 1 ? 'change' : 'changes'}` : '',
  ]
    .filter((text) => text !== '')
    .join('; ');
}
