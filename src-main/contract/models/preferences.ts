import { z } from 'zod';

/** What the user chose about the window. Unknown keys of a newer version are kept by the store. */
export const preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  logs: z.object({ wrap: z.boolean().default(true), timestamps: z.boolean().default(true) }).default({ wrap: true, timestamps: true }),
  terminal: z
    .object({ fontSize: z.number().min(9).max(24).default(12.5), copyOnSelect: z.boolean().default(false) })
    .default({ fontSize: 12.5, copyOnSelect: false }),
  /** How many releases before the live one keep their image. */
  keepReleases: z.number().int().min(1).max(50).default(5),
});
export type Preferences = z.infer<typeof preferences>;

export const appInfo = z.object({
  version: z.string(),
  platform: z.string(),
  /** The data folder that window and command line share. */
  home: z.string(),
  /** `available`: the operating system's store keeps secrets. Else they are asked for each time, and `reason` says why. */
  vault: z.object({ available: z.boolean(), reason: z.string().nullable() }),
  /** What the settings store had to repair at start, one sentence each; empty when all was well. */
  recovered: z.array(z.string()),
});
export type AppInfo = z.infer<typeof appInfo>;
