import type { Route } from '../../contract/index.ts';
import type { EdgeApp, Slot } from '../types.ts';
import { backendName, slotAlias, slots } from './model.ts';
import { backendSuffix, extraPorts, ownLines, ownOptions, ownRoutes } from './routes.ts';

/** Each try of a connection that was refused is followed by a pause of a second: so many seconds a request waits. */
export const HOLD_SECONDS = 60;

/** Only in the edge's own container. */
const GATES = '127.0.0.1:8405';
const LOOK_MS = 250;
/** So long, 3 s, the first check of a replica may take: one that starts on a busy server took most of a second. */
const LOOKS = 12;
/**
 * For the slots of such an app: within so long a server that has just got an address is checked, which is one look. Without it that is a
 * second.
 */
export const FIRST_CHECK = ` downinter ${LOOK_MS}ms`;

/** Stands after an app's name in the map of holds where a user paused the app. No app's name has a dot. */
export const PAUSE_MARK = '.paused';

/**
 * The backend where requests of an app wait: it has the replicas of both slots, and as its last resort a server that refuses every
 * connection, so that a request goes to the first replica that is healthy, in whichever slot. Nothing of a request is sent before that,
 * so that none is sent twice. `suffix` for one that a route leads to.
 */
export function holdBackendName(app: string, suffix: string | null): string {
  return suffix === null ? `be_${app}_hold` : `be_${app}_hold_${suffix}`;
}

/** Whether the name is that of a hold backend of `app`. */
export function isHoldBackend(name: string, app: string): boolean {
  return name === holdBackendName(app, null) || name.startsWith(`${holdBackendName(app, null)}_`);
}

/** What is left of a hold and of a pause, in seconds by the edge's own clock: one that nobody ends, for the computer that wanted it is gone, ends by itself. */
export function holdClock(holding: readonly EdgeApp[], holdsMap: string): string[] {
  if (holding.length === 0) return [];
  const left = (key: string): string => `${key},map_str_int(${holdsMap},0),sub(txn.now)`;
  return [
    '  http-request set-var(txn.now) date',
    `  http-request set-var(txn.held) ${left('var(txn.app)')}`,
    `  http-request set-var(txn.paused) ${left(`var(txn.app),concat(${PAUSE_MARK})`)}`,
  ];
}

/** Names the slot whose replica answered one that waited, as for all others. */
export function holdServedBy(holding: readonly EdgeApp[], header: string): string[] {
  if (holding.length === 0) return [];
  return [
    `  http-response set-header ${header} %[be_name,field(1,_,2)]_%[srv_name,bytes(0,1)] if { var(txn.probe) -m bool } { be_name -m sub _hold }`,
  ];
}

/** For the other backends that routes lead to; before the rules of those. */
export function routeHoldRules(holding: readonly EdgeApp[], routes: readonly Route[], slotsMap: string): string[] {
  return holding.flatMap(({ name }) =>
    routes.flatMap((route) => {
      const suffix = backendSuffix(route);
      if (route.target.kind !== 'app' || route.target.app !== name || suffix === null) return [];
      return rules(name, suffix, `{ var(txn.route) -m str ${route.id} }`, slotsMap);
    }),
  );
}

/** For an app's own port, once the rules of routes have sent everything else elsewhere. */
export function holdRules(holding: readonly EdgeApp[], slotsMap: string): string[] {
  return holding.flatMap(({ name }) => rules(name, null, `{ var(txn.app) -m str ${name} }`, slotsMap));
}

/**
 * While there is a hold, and where the slot that the map names has nobody while the other one has: then the map is late, since the computer that
 * was to change it is gone.
 */
function rules(app: string, suffix: string | null, isIt: string, slotsMap: string): string[] {
  const mapped = `var(txn.app),map(${slotsMap})`;
  const name = (slot: Slot): string => backendName(app, slot, suffix);
  const other = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');
  return [
    `  use_backend ${holdBackendName(app, suffix)} if ${isIt} { var(txn.held) -m int gt 0 } { ${mapped} -m found }`,
    // Our own requests look whether the app answers, and are not those that are to wait.
    `  use_backend ${holdBackendName(app, suffix)} if ${isIt} { var(txn.paused) -m int gt 0 } { ${mapped} -m found } !{ var(txn.probe) -m bool }`,
    ...slots.map(
      (slot) =>
        `  use_backend ${holdBackendName(app, suffix)} if ${isIt} { ${mapped} -m str ${backendName(app, slot)} } { nbsrv(${name(slot)}) eq 0 } { nbsrv(${name(other(slot))}) gt 0 }`,
    ),
  ];
}

/**
 * A server whose name has just got an address is UP for HAProxy until its first check has failed, and who waits would be given to a release that
 * is not ready. So the servers there are up only once their slot has been for a dozen looks in a row, of which this answers each.
 */
export function holdGates(holding: readonly EdgeApp[]): string[] {
  if (holding.length === 0) return [];
  return [
    'frontend hold_gates',
    `  bind ${GATES}`,
    ...holding.flatMap(({ name }) =>
      slots.map((slot) => {
        const backend = backendName(name, slot);
        return `  http-request return status 200 if { path /${backend} } { nbsrv(${backend}) gt 0 }`;
      }),
    ),
    '  http-request return status 503',
  ];
}

export function holdBackends(app: EdgeApp, routes: readonly Route[], limits: readonly string[]): string[] {
  const gate = (slot: Slot): string => `be_${app.name}_gate_${slot}`;
  const shared = [null, ...extraPorts(app.name, routes)].map((port) => ({
    suffix: port === null ? null : String(port),
    port,
    lines: limits,
    options: '',
  }));
  const own = ownRoutes(app.name, routes).map((route) => ({
    suffix: backendSuffix(route),
    port: route.target.kind === 'app' ? route.target.port : null,
    lines: ownLines(route),
    options: ownOptions(route),
  }));
  return [
    ...slots.flatMap((slot) => [
      `backend ${gate(slot)}`,
      '  option httpchk',
      `  http-check send meth GET uri /${backendName(app.name, slot)}`,
      `  server open ${GATES} inter ${LOOK_MS}ms fall 1 rise ${LOOKS}`,
    ]),
    ...[...shared, ...own].flatMap(({ suffix, port, lines, options }) => [
      `backend ${holdBackendName(app.name, suffix)}`,
      ...lines,
      `  retries ${HOLD_SECONDS}`,
      // Nobody has one of the names by rights: a reload is not to wait for the outer DNS to say so.
      ...slots.map(
        (slot) =>
          `  server-template ${slot} ${app.slots[slot].room} ${slotAlias(app.name, slot)}:${port ?? app.slots[slot].port} no-check track ${gate(slot)}/open init-addr none${options}`,
      ),
      // Not checked: it would be down, and requests would be refused at once.
      '  server hold 127.0.0.1:9 backup no-check',
    ]),
  ];
}
