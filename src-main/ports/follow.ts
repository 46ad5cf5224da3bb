import { poll } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import { backendName, mapCommands, parseShownMap, SLOTS_MAP, type Slot, sameEntries, withEntry } from '../edge/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { portLabels, portServices } from './labels.ts';
import { containerOf } from './proxy.ts';
import { askProxy } from './socket.ts';
import { UDP_FOLLOW } from './udp.ts';

const FOLLOW_WITHIN_MS = 5_000;

/**
 * Tells the proxies of all ports that lead to `app` which slot serves it from now on: new connections go there. One that does not answer
 * is left alone: when it starts it reads the map that the edge has just written, and when the former slot is gone it takes the other.
 */
export async function followSwitch(
  { connection, docker }: Pick<ServerSession, 'connection' | 'docker'>,
  app: string,
  slot: Slot | null,
  signal?: AbortSignal,
): Promise<void> {
  const own = portServices(await docker.services(portLabels)).filter(
    ({ route }) => route.target.kind === 'app' && route.target.app === app,
  );
  await Promise.all(
    own.map(({ route, service }) =>
      route.protocol === 'udp'
        ? followUdp(docker, service.id)
        : poll(
            async () => {
              const answer = await askProxy(connection, route, `show map ${SLOTS_MAP}`, signal);
              if (answer === undefined || /^Unknown/i.test(answer)) return undefined;
              const present = parseShownMap(answer);
              const wanted = withEntry(present, app, slot && backendName(app, slot));
              if (sameEntries(present, wanted)) return true;
              await askProxy(connection, route, mapCommands(SLOTS_MAP, present, wanted).join(';'), signal);
              return undefined;
            },
            { everyMs: 50, withinMs: FOLLOW_WITHIN_MS, signal },
          ),
    ),
  );
}

async function followUdp(docker: ServerSession['docker'], serviceId: string): Promise<void> {
  const container = await containerOf(docker, serviceId);
  if (container === null) return;
  try {
    await docker.exec(container, ['sh', '-c', UDP_FOLLOW]);
  } catch (error) {
    // It ended at this moment: the one that comes reads the map.
    if (!(error instanceof ExpectedError) || (error.code !== 'docker-failed' && error.code !== 'not-found')) throw error;
  }
}
