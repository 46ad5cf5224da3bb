import type { Place } from '../uploads/index.ts';
import type { Run } from './run.ts';
import { sendKept } from './send-kept.ts';
import { sendStraight } from './send-straight.ts';
import type { Built, Sending } from './sending.ts';

/** Packs, uploads and builds, as three stages: what changed against the context that the server keeps, or all of it where it keeps none. */
export async function sendFolder(run: Run, sending: Sending, place: Place): Promise<Built> {
  return place.kind === 'kept' ? await sendKept(run, sending, place) : await sendStraight(run, sending);
}
