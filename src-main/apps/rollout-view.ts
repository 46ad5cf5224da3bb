import type { RolloutView } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { appIn, readApps, serviceSight } from './apps.ts';

/** Where an app's replicas stand while one release takes the place of another, as Docker and the edge say. Empty for an app that is not there yet. */
export async function rolloutView(session: ServerSession, name: string, signal?: AbortSignal): Promise<RolloutView> {
  await session.connection.ready(signal);
  const app = appIn(await readApps(session), name);
  const inOrder = [...app.services].sort((one, other) => one.service.createdAt - other.service.createdAt);
  const releases = await Promise.all(
    inOrder.map(async (service) => {
      const { release, slot } = service;
      const wanted = service.service.replicas;
      const [{ serves, replicas }, sessions] = await Promise.all([
        serviceSight(session, app, service),
        wanted > 0 ? session.edge.slotSessions(name, slot, signal) : 0,
      ]);
      return { release, slot, serves, wanted, sessions, replicas };
    }),
  );
  return { releases };
}
