import { z } from 'zod';
import { jobSummary } from './models/job.ts';
import { preferences } from './models/preferences.ts';
import { serverSummary } from './models/server.ts';

/** What main tells the window unasked. Events broadcast state; they carry the whole of what changed, so a lost one does no harm. */
export const events = {
  'servers.changed': z.array(serverSummary),
  'jobs.changed': z.array(jobSummary),
  'preferences.changed': preferences,
  /** A menu item or shortcut of the native menu: the id of an action of the window. */
  'action.requested': z.object({ action: z.string() }),
} as const satisfies Record<string, z.ZodType>;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventPayload<N extends EventName> = z.output<Events[N]>;
export const eventNames = Object.keys(events) as EventName[];
