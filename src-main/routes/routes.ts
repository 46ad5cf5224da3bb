import {
  applyEdge,
  edgeModelOf,
  hostsOf,
  labelNames,
  type RouteTable,
  readApps,
  routesKind,
  routeTable,
  routeTableData,
  routeTableLabels,
  routeTableName,
  routeTableVersions,
  type ServerApps,
} from '../apps/index.ts';
import { type EdgeDifference, ExpectedError, type RouteChange, type RoutesView, type RouteTraffic } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { changedTable, type Surroundings } from './changed-routes.ts';

/** Former tables are kept, to look up what was changed when. */
const keptVersions = 20;
const attempts = 5;

/** The routes of a server, without what guards their passwords. */
export async function listRoutes({ connection, docker, edge }: ServerSession, signal?: AbortSignal): Promise<RoutesView> {
  await connection.ready(signal);
  const [table, note] = await Promise.all([
    readTable(docker),
    edge.readLive().then(
      ({ byHand }) => (byHand ? editedByHand : null),
      (error: unknown) => {
        // The routes are Swarm's: an edge that lost its files does not hide them.
        if (error instanceof ExpectedError && error.code === 'not-set-up') return error.message;
        throw error;
      },
    ),
  ]);
  return viewOf(table, note);
}

/** What the edge counts of each route now, in the order of the table. */
export async function routeTraffic({ connection, docker, edge }: ServerSession, signal?: AbortSignal): Promise<readonly RouteTraffic[]> {
  await connection.ready(signal);
  return edge.routeTraffic((await readTable(docker)).routes, signal);
}

const editedByHand =
  'The edge’s configuration was changed by hand. The next change by Longshore replaces it and keeps a copy beside it; what differs can be looked at before.';

/**
 * What differs between the edge and what would be written there now, or after a change of the routes. Nothing is written: a change is
 * checked as it would be by {@link changeRoutes}, and throws what it is refused for.
 */
export async function edgeDifference(session: ServerSession, change: RouteChange | null, signal?: AbortSignal): Promise<EdgeDifference> {
  await session.connection.ready(signal);
  const all = await readApps(session);
  if (change === null) return session.edge.difference(edgeModelOf(all), signal);
  const table = await readTable(session.docker);
  const changed = changedTable(table, change, table.version + 1, surroundingsIn(all));
  return session.edge.difference(edgeModelOf({ ...all, ...changed }), signal);
}

/**
 * Changes the routes of a server and tells its edge. Two laptops that change them at once both do, one after the other. Where HAProxy
 * refuses, nothing stays changed. Throws what the change is refused for.
 */
export async function changeRoutes(session: ServerSession, change: RouteChange, by: string, signal?: AbortSignal): Promise<RoutesView> {
  const { connection, docker } = session;
  await connection.ready(signal);
  const around = surroundingsIn(await readApps(session));
  for (let attempt = 1; ; attempt += 1) {
    const before = await readTable(docker);
    const version = before.version + 1;
    const table: RouteTable = { version, ...changedTable(before, change, version, around), by, at: Date.now() };
    try {
      await docker.createConfig({ name: routeTableName(version), labels: routeTableLabels, data: routeTableData(table) });
    } catch (error) {
      // Somebody else made that version: what they changed is taken in.
      if (error instanceof ExpectedError && error.code === 'name-taken' && attempt < attempts) continue;
      throw error;
    }
    let note: string | null = null;
    try {
      await applyEdge(session, signal, (text) => {
        note = text;
      });
    } catch (error) {
      if (error instanceof ExpectedError && error.code === 'edge-failed') {
        await docker.removeConfig(routeTableName(version));
        await applyEdge(session);
      }
      throw error;
    }
    await removeOld(docker);
    return viewOf(table, note);
  }
}

async function readTable(docker: Docker): Promise<RouteTable> {
  return routeTable(await docker.configs({ [labelNames.kind]: routesKind }));
}

function surroundingsIn({ services }: ServerApps): Surroundings {
  return {
    apps: new Set(services.map(({ app }) => app)),
    domains: Object.fromEntries(services.flatMap((service) => hostsOf(service).map((host) => [host, service.app] as const))),
  };
}

async function removeOld(docker: Docker): Promise<void> {
  const all = routeTableVersions(await docker.configs({ [labelNames.kind]: routesKind }));
  for (const { config } of all.slice(keptVersions)) await docker.removeConfig(config.id);
}

function viewOf({ version, routes, balancers, by, at }: RouteTable, note: string | null = null): RoutesView {
  return {
    version,
    routes: routes.map(({ rules, ...rest }) => ({ ...rest, rules: { ...rules, users: rules.users.map(({ name }) => ({ name })) } })),
    balancers: [...balancers],
    by,
    at,
    note,
  };
}
