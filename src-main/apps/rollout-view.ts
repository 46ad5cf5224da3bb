import type { RolloutView } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { asServed, serviceReplicas } from './app-state.ts';
import { appIn, nothingThere, readApps, tasksOf } from './apps.ts';

/** Where an app's replicas stand while one release takes the place of another, as Docker and the edge say. Empty for an app that is not there yet. */
export async function rolloutView(session: ServerSession, name: string, signal?: AbortSignal): Promise<RolloutView> {
  await session.connection.ready(signal);
  const app = appIn(await readApps(session), name);
  const releases = await Promise.all(
    app.services.map(async (service) => {
      const wanted = service.service.replicas;
      const serves = service.slot === app.live;
      const [tasks, servers, sessions] = await Promise.all([
        tasksOf(session.docker, service.service.name),
        // Only planned: the edge may not know of its slot.
        wanted > 0 ? session.edge.slotServers(name, service.slot) : nothingThere,
        wanted > 0 ? session.edge.slotSessions(name, service.slot, signal) : 0,
      ]);
      const replicas = serviceReplicas(service, tasks, serves ? asServed(servers) : servers);
      return { release: service.release, slot: service.slot, serves, wanted, sessions, replicas, createdAt: service.service.createdAt };
    }),
  );
  return {
    releases: releases
      .flat()
      .sort((one, other) => one.createdAt - other.createdAt)
      .map(({ createdAt: _, ...release }) => release),
  };
}
