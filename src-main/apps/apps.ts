import {
  type AppDetail,
  type AppSummary,
  ExpectedError,
  type Release,
  type ReleaseComparison,
  type ReleaseRecord,
  type Route,
} from '../contract/index.ts';
import type { Docker, Task } from '../docker/types.ts';
import type { EdgeModel, Slot, SlotServers } from '../edge/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { appSummary, asServed, releases, serviceReplicas, servingService } from './app-state.ts';
import { edgeModel, type LiveSlots, liveSlot } from './edge-model.ts';
import { appServices, labelNames, type ReleaseEntry, type RunningService, releaseEntries, releaseKind } from './labels.ts';
import { parseRecordName } from './names.ts';
import { compareReleases } from './release-changes.ts';
import { routesKind, routeTable } from './route-table.ts';

/** All that the server says of its apps, read at one moment. */
export interface ServerApps {
  readonly services: readonly RunningService[];
  readonly records: readonly ReleaseEntry[];
  /** The names of all records' configs, those among them that cannot be read. */
  readonly recordNames: readonly string[];
  /** As the edge's maps say. */
  readonly live: LiveSlots;
  /** Hosts whose visitors are sent to https. */
  readonly https: readonly string[];
  /** Apps that were paused, with the second since 1970 until which. */
  readonly paused: Readonly<Record<string, number>>;
  readonly routes: readonly Route[];
  /** See the table of routes. */
  readonly balancers: readonly string[];
}

/** The part of {@link ServerApps} that is one app's. */
export interface AppOnServer {
  readonly name: string;
  readonly services: readonly RunningService[];
  readonly records: readonly ReleaseEntry[];
  /** The highest release number that a record has, one that cannot be read included; 0 for none. */
  readonly lastNumber: number;
  readonly live: Slot | null;
  /** The service in the slot that serves, or the one that was stopped. */
  readonly current: RunningService | null;
}

/** Only the edge's own network calls and Docker's lists: no write. */
export async function readApps(session: ServerSession): Promise<ServerApps> {
  const [services, configs, tables, edge] = await Promise.all([
    session.docker.services(),
    session.docker.configs({ [labelNames.kind]: releaseKind }),
    session.docker.configs({ [labelNames.kind]: routesKind }),
    session.edge.readLive(),
  ]);
  const table = routeTable(tables);
  return {
    services: appServices(services),
    records: releaseEntries(configs),
    recordNames: configs.map((config) => config.name),
    live: edge.live,
    https: Object.keys(edge.https),
    paused: edge.paused,
    routes: table.routes,
    balancers: table.balancers,
  };
}

/** The part of `all` that is `app`'s; empty when the server knows no such app. */
export function appIn(all: ServerApps, app: string): AppOnServer {
  const services = all.services.filter((service) => service.app === app);
  const live = liveSlot(app, services, all.live, all.records);
  const named = all.recordNames.map(parseRecordName).filter((name) => name?.app === app);
  return {
    name: app,
    services,
    records: all.records.filter((entry) => entry.record.app === app),
    lastNumber: Math.max(0, ...named.map((name) => name?.release ?? 0)),
    live,
    current: servingService({ services, live }) ?? services.find((service) => service.stopped) ?? null,
  };
}

export function edgeModelOf(all: ServerApps): EdgeModel {
  return { ...edgeModel(all.services, all.live, all.records), routes: all.routes, balancers: all.balancers };
}

/** The apps of the server by name, each with the state that it has now. */
export async function listApps(session: ServerSession): Promise<AppSummary[]> {
  const all = await readApps(session);
  const names = new Set([...all.services.map((service) => service.app), ...all.records.map((entry) => entry.record.app)]);
  return await Promise.all(
    [...names].sort().map(async (name) => {
      const app = appIn(all, name);
      return appSummary({
        ...app,
        servers: await serversOf(session, app, app.live),
        https: all.https,
        pausedUntil: (all.paused[name] ?? 0) * 1000,
      });
    }),
  );
}

/** One app with its replicas, those of a release that is being started or drained among them. Throws `not-found`. */
export async function appDetail(session: ServerSession, name: string): Promise<AppDetail> {
  const all = await readApps(session);
  const app = appIn(all, name);
  refuseUnknown(session, app);
  const seen = await Promise.all(app.services.map((service) => serviceSight(session, app, service)));
  const serving = seen.find(({ serves }) => serves);
  const traffic = serving ? await session.edge.slotTraffic(name, serving.service.slot) : null;
  return {
    summary: appSummary({ ...app, servers: serving?.servers ?? null, https: all.https, pausedUntil: (all.paused[name] ?? 0) * 1000 }),
    settings: currentEntry(app)?.record.settings ?? null,
    replicas: seen.flatMap(({ replicas }) => replicas),
    traffic: traffic && { ...traffic, at: Date.now() },
    lastHeldMs: lastHeldMs(app),
  };
}

/** Milliseconds for which requests waited when the current release took the place of the one before; null where none had to. */
export function lastHeldMs(app: AppOnServer): number | null {
  return currentEntry(app)?.probe?.heldMs ?? null;
}

function currentEntry(app: AppOnServer): ReleaseEntry | undefined {
  return app.records.find(({ record }) => record.number === app.current?.release);
}

export interface ServiceSight {
  readonly service: RunningService;
  readonly serves: boolean;
  readonly servers: SlotServers;
  readonly replicas: ReturnType<typeof serviceReplicas>;
}

/** A release's service as Docker and the edge see it now. */
export async function serviceSight(session: ServerSession, app: AppOnServer, service: RunningService): Promise<ServiceSight> {
  const serves = service.slot === app.live;
  const [tasks, found] = await Promise.all([
    tasksOf(session.docker, service.service.name),
    // A service without replicas is only planned yet: the edge may not know of its slot.
    service.service.replicas > 0 ? session.edge.slotServers(app.name, service.slot) : nothingThere,
  ]);
  const servers = serves ? asServed(found) : found;
  return { service, serves, servers, replicas: serviceReplicas(service, tasks, servers) };
}

/** None where the service went since it was listed, as that of a release does which made way. */
async function tasksOf(docker: Pick<Docker, 'tasks'>, service: string): Promise<readonly Task[]> {
  try {
    return await docker.tasks({ service });
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'not-found') return [];
    throw error;
  }
}

/** The releases of one app, the newest first. Throws `not-found`. */
export async function listReleases(session: ServerSession, name: string): Promise<Release[]> {
  const [all, images] = await Promise.all([readApps(session), session.docker.images()]);
  const app = appIn(all, name);
  refuseUnknown(session, app);
  return releases(app.records, servingRelease(app), images);
}

/** What going from one release of an app to another changes. Throws `not-found` for the app and for a release of which there is no record. */
export async function compareListed(session: ServerSession, name: string, from: number, to: number): Promise<ReleaseComparison> {
  const app = appIn(await readApps(session), name);
  refuseUnknown(session, app);
  const recordOf = (number: number): ReleaseRecord => {
    const found = app.records.find(({ record }) => record.number === number)?.record;
    if (found) return found;
    throw new ExpectedError('not-found', `${name} has no release ${number} on ${session.profile.name}`, {
      next: 'Look at the list of its releases for one that there is.',
    });
  };
  return compareReleases(recordOf(from), recordOf(to));
}

/** The number of the release that serves; null when none does, as of a stopped app. */
export function servingRelease(app: AppOnServer): number | null {
  return app.current && !app.current.stopped ? app.current.release : null;
}

export function refuseUnknown(session: ServerSession, app: AppOnServer): void {
  if (app.services.length > 0 || app.records.length > 0) return;
  throw new ExpectedError('not-found', `There is no app ${app.name} on ${session.profile.name}`, {
    next: 'Look at the list of its apps for the right name.',
  });
}

const nothingThere: SlotServers = { present: 0, healthy: 0, unchecked: 0, lastFailure: null };

async function serversOf(session: ServerSession, app: AppOnServer, slot: Slot | null): Promise<SlotServers | null> {
  return slot ? await session.edge.slotServers(app.name, slot) : null;
}
