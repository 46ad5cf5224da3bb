import { z } from 'zod';
import { replica } from './app.ts';

/** One release of an app that stands on its server, however it came there. */
export const standingRelease = z.object({
  release: z.number().int(),
  /** Its place at the edge. */
  slot: z.enum(['a', 'b']),
  /** Whether the edge leads visitors there. */
  serves: z.boolean(),
  /** How many replicas it is to have; 0 while it is only planned, or stopped. */
  wanted: z.number().int(),
  /** Requests and connections that it has now, in any of HAProxy's workers; null where HAProxy did not say. */
  sessions: z.number().int().nullable(),
  replicas: z.array(replica),
});
export type StandingRelease = z.infer<typeof standingRelease>;

/** The releases of an app that stand now, the oldest first: two while one takes the place of the other. */
export const rolloutView = z.object({ releases: z.array(standingRelease) });
export type RolloutView = z.infer<typeof rolloutView>;

/** What is to be said of a release beside its replicas. */
export function standingInWords({ releases }: RolloutView, release: StandingRelease): string {
  const { serves, sessions, wanted } = release;
  if (serves) return 'takes traffic';
  if (wanted === 0) return 'planned';
  const isReplaced = releases.slice(releases.indexOf(release) + 1).some((newer) => newer.serves);
  if (!isReplaced) return 'no traffic';
  if (sessions === null) return 'gets no new request';
  if (sessions === 0) return 'no request left, stands by';
  return `ends ${sessions} ${sessions === 1 ? 'request' : 'requests'}`;
}
