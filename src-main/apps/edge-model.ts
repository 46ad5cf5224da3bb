import { ExpectedError, type Route } from '../contract/index.ts';
import type { EdgeApp, EdgeModel, Slot, SlotModel } from '../edge/types.ts';
import type { AppService, ReleaseEntry } from './labels.ts';
import { otherSlot } from './names.ts';

const slots: readonly Slot[] = ['a', 'b'];

/** What the edge's own files say: which slot of each app serves. */
export type LiveSlots = Readonly<Record<string, Slot>>;

/**
 * How many servers a slot's template has room for: a power of two and at least four, so that small changes of the number of
 * replicas need no reload of HAProxy.
 */
export function slotRoom(replicas: number): number {
  return Math.max(4, 2 ** Math.ceil(Math.log2(Math.max(1, replicas))));
}

/**
 * The whole of what the edge serves, from the services that are on the server (or are about to be). `live` is what the edge's maps
 * say; where they say nothing of an app whose release served once (the edge's files were lost), that release is live again.
 */
export function edgeModel(services: readonly AppService[], live: LiveSlots, records: readonly ReleaseEntry[]): EdgeModel {
  const names = [...new Set(services.map((service) => service.app))].sort();
  const liveSlots = Object.fromEntries(
    names.flatMap((app) => {
      const slot = liveSlot(app, services, live, records);
      return slot ? [[app, slot] as const] : [];
    }),
  );
  return {
    apps: names.map((app) => edgeApp(app, services)),
    hosts: hostMap(names, services, liveSlots),
    live: liveSlots,
  };
}

/** The slot of `app` that serves, or should; null when none does. */
export function liveSlot(app: string, services: readonly AppService[], live: LiveSlots, records: readonly ReleaseEntry[]): Slot | null {
  const own = services.filter((service) => service.app === app);
  const said = live[app];
  const named = own.find((service) => service.slot === said);
  if (named) return successorOf(named, own)?.slot ?? named.slot;
  // A stopped app has no entry by rights.
  if (own.some((service) => service.stopped)) return null;
  const servedAt = (service: AppService): number =>
    records.find((entry) => entry.record.app === app && entry.record.number === service.release && entry.outcome === 'served')?.servedAt ??
    0;
  const [last] = own.filter((service) => servedAt(service) > 0).sort((one, other) => servedAt(other) - servedAt(one));
  return last?.slot ?? null;
}

/**
 * Of an app that runs one release at a time: the release that was started in place of the one that the map still names, for what was to
 * change the map is busy yet, or gone. The edge gives it the requests already.
 */
function successorOf(named: AppService, own: readonly AppService[]): AppService | undefined {
  if (!named.idle || named.stopped) return undefined;
  return own.find((service) => service !== named && !service.idle && (service.settings.oneAtATime || named.settings.oneAtATime));
}

/** Throws `domain-taken`, naming the other app or the route, when one of `hosts` leads there already. */
export function refuseTakenHosts(
  app: string,
  hosts: readonly string[],
  services: readonly AppService[],
  routes: readonly Route[] = [],
): void {
  const routed = routes.find(
    ({ host, path, target }) => path === '/' && hosts.includes(host) && !(target.kind === 'app' && target.app === app),
  );
  if (routed) {
    throw new ExpectedError('domain-taken', `A route on this server leads ${routed.host} elsewhere`, {
      next: `Remove the route ${routed.id} first, or choose another domain for ${app}.`,
    });
  }
  for (const service of services) {
    if (service.app === app) continue;
    const taken = hosts.find((host) => hostsOf(service).includes(host));
    if (!taken) continue;
    throw new ExpectedError('domain-taken', `${taken} already leads to the app ${service.app} on this server`, {
      next: `Remove the domain from ${service.app} first, or choose another one for ${app}.`,
    });
  }
}

/** The default host name first, then the user's own. */
export function hostsOf(service: AppService): readonly string[] {
  return [...new Set([service.host, ...service.settings.domains])];
}

/** A slot without a service is given what the other one has: the next release then most often fits without a reload. */
function edgeApp(app: string, services: readonly AppService[]): EdgeApp {
  const own = services.filter((service) => service.app === app);
  const room = slotRoom(Math.max(...own.map((service) => service.settings.replicas)));
  const model = (slot: Slot): SlotModel => {
    const service = own.find((each) => each.slot === slot) ?? own.find((each) => each.slot === otherSlot(slot));
    if (!service) throw new Error(`App ${app} has no service`);
    return { ...slotHealth(service.settings), port: service.settings.port, room };
  };
  const holds = own.some((service) => service.settings.oneAtATime || service.holds);
  return { name: app, slots: { a: model('a'), b: model('b') }, ...(holds ? { holds } : {}) };
}

/**
 * What of a health check is the edge's. A command is Docker's, which keeps a replica out of the edge's sight until it went well; its port
 * is looked at as usual.
 */
function slotHealth(settings: AppService['settings']): Pick<SlotModel, 'health' | 'pace'> {
  if (settings.health.kind === 'command') return { health: { kind: 'tcp' } };
  return {
    health: settings.health,
    pace: {
      intervalSeconds: settings.healthIntervalSeconds ?? 1,
      timeoutSeconds: settings.healthTimeoutSeconds,
      failures: settings.healthRetries,
    },
  };
}

/** Names lead to what the serving release asked for; to those of a first release while it is being started. */
function hostMap(names: readonly string[], services: readonly AppService[], live: LiveSlots): Record<string, string> {
  const hosts: Record<string, string> = {};
  for (const app of names) {
    const own = services.filter((service) => service.app === app);
    const slot = live[app] ?? slots.find((each) => own.some((service) => service.slot === each));
    for (const service of own.filter((each) => each.slot === slot)) {
      // Two laptops may have claimed one name at the same moment: the first by name keeps it, on both.
      for (const host of hostsOf(service)) hosts[host] ??= app;
    }
  }
  return hosts;
}
