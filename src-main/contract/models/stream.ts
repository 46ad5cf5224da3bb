import { z } from 'zod';
import { appName, serverId } from './common.ts';

export const logLine = z.object({
  /** RFC 3339 with nanoseconds, by the server's clock: the resume point. */
  at: z.string(),
  /** `shop.1`. */
  replica: z.string(),
  release: z.number().int(),
  stream: z.enum(['stdout', 'stderr']),
  /** Untrusted, may hold ANSI sequences; without the line end. */
  text: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

export const logRequest = z.object({
  server: serverId,
  app: appName,
  /** Lines of history to begin with: the last ones, or all since `since`. */
  tail: z.union([z.literal('all'), z.number().int().min(0).max(100_000)], 'At most 100,000 lines of history, or all').default(1000),
  /** Only from then on: RFC 3339, or seconds since 1970 as text. */
  since: z.string().optional(),
  follow: z.boolean().default(true),
});
export type LogRequest = z.infer<typeof logRequest>;

export const terminalTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('server') }),
  z.object({ kind: z.literal('container'), container: z.string().regex(/^[a-f0-9]{12,64}$/) }),
]);
export type TerminalTarget = z.infer<typeof terminalTarget>;

export const terminalSize = z.object({ cols: z.number().int().min(2).max(1000), rows: z.number().int().min(1).max(1000) });

export const terminalRequest = z.object({ server: serverId, target: terminalTarget, size: terminalSize });
export type TerminalRequest = z.infer<typeof terminalRequest>;

export const terminalInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('data'), data: z.string().max(1_000_000) }),
  z.object({ kind: z.literal('resize'), size: terminalSize }),
]);
export type TerminalInput = z.infer<typeof terminalInput>;
