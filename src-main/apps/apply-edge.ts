import { ExpectedError } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { edgeModelOf, readApps, type ServerApps } from './apps.ts';

const attempts = 5;

/**
 * Tells the edge what the services and routes on the server say, until it is what they say: another laptop may have made a service of
 * another app in between, and would be dropped by a model that is older than its service. Returns what it says then; `onNote` is told of what
 * was found there that is not ours.
 */
export async function applyEdge(session: ServerSession, signal?: AbortSignal, onNote?: (text: string) => void): Promise<ServerApps> {
  let all = await readApps(session);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const applied = await session.edge.apply(edgeModelOf(all), signal, onNote).catch((error: unknown) => {
      // Another laptop wrote the edge's files at the same moment.
      if (error instanceof ExpectedError && error.code === 'busy') return 'busy';
      throw error;
    });
    const now = await readApps(session);
    if (applied !== 'busy' && JSON.stringify(edgeModelOf(now)) === JSON.stringify(edgeModelOf(all))) return now;
    all = now;
  }
  throw new ExpectedError('busy', `The apps on ${session.connection.name} change too fast for its edge to follow`, {
    next: 'Wait until other deploys on this server have ended, and try again.',
  });
}
