import { z } from 'zod';

/** `-` is there and would go, `+` would come, a space stays and is shown for its place; `@` names the section that follows. Secrets are hidden. */
export const differenceLine = z.object({ sign: z.enum(['-', '+', ' ', '@']), text: z.string() });
export type DifferenceLine = z.infer<typeof differenceLine>;

/** One file of the edge, as it lies on the server and as HAProxy runs it, each against what Longshore would write. */
export const edgePart = z.object({
  name: z.enum(['haproxy.cfg', 'hosts.map', 'routes.map', 'slots.map', 'https.map']),
  /** Of the file on the server; empty where it is as it would be written. */
  file: z.array(differenceLine),
  /** Unknown is never taken for the same: a HAProxy that does not answer, or a text that cannot be read back. */
  running: z.enum(['same', 'differs', 'unknown']),
  /** Of what HAProxy runs; empty where it is the same, and where its text is not known. */
  runningLines: z.array(differenceLine),
  /** What is to be said of `running`, as a sentence; null for nothing. */
  why: z.string().nullable(),
});
export type EdgePart = z.infer<typeof edgePart>;

/** What differs between a server's edge and what Longshore would write there now. */
export const edgeDifference = z.object({
  parts: z.array(edgePart),
  /** Whether haproxy.cfg on the server is as no Longshore wrote it. */
  byHand: z.boolean(),
});
export type EdgeDifference = z.infer<typeof edgeDifference>;

/** True where all is as it would be written, false where something is not, null where nothing is known to differ and not all is known. */
export function edgeIsSame({ parts }: EdgeDifference): boolean | null {
  if (parts.some(({ file, running }) => file.length > 0 || running === 'differs')) return false;
  return parts.some(({ running }) => running === 'unknown') ? null : true;
}
