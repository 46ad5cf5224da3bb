import { z } from 'zod';

/** What renewing the edge of a server would do, said before anything is done. */
export const edgePlan = z.object({
  /** Of HAProxy, as it runs: "2.6.12-1+deb12u4"; null when it does not say. */
  version: z.string().nullable(),
  /** Why there is something to do, each a sentence; none when the edge is as this Longshore would make it. */
  reasons: z.array(z.string()),
  /** What visitors are to expect of it, each a sentence. */
  expect: z.array(z.string()),
});
export type EdgePlan = z.infer<typeof edgePlan>;

/** `behind-a-second`: without a gap. `with-a-gap`: the edge is stopped and started. */
export const edgeUpdateWay = z.enum(['behind-a-second', 'with-a-gap']);
export type EdgeUpdateWay = z.infer<typeof edgeUpdateWay>;
