import { z } from 'zod';
import { appName, hostName, portNumber, timestamp } from './common.ts';

export const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'A variable name has letters, digits and underscores and does not begin with a digit');

/** Healthy when a GET of `path` is answered with a status below 500. */
export const httpHealth = z.object({
  kind: z.literal('http'),
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/, 'A health path begins with / and has no spaces')
    .max(200),
});

/** Healthy when the port accepts a connection. */
export const tcpHealth = z.object({ kind: z.literal('tcp') });

/** Healthy when a shell in the container ends `command` with code 0, and the port accepts a connection. */
export const commandHealth = z.object({
  kind: z.literal('command'),
  command: z
    .string()
    .trim()
    .min(1, 'A command is missing')
    .max(1_000, 'At most 1,000 characters')
    .regex(/^\P{Cc}*$/u, 'A command is one line'),
});

export const healthCheck = z.discriminatedUnion('kind', [httpHealth, tcpHealth, commandHealth]);
export type HealthCheck = z.infer<typeof healthCheck>;

/** What a user sets of an app. Each release keeps the settings it was made with. */
export const appSettings = z.object({
  port: portNumber,
  replicas: z.number().int().min(1, 'At least one replica').max(32, 'At most 32 replicas'),
  environment: z.record(environmentName, z.string().max(32_768)),
  /** The user's own domains; the default host name is not among them. */
  domains: z.array(hostName).max(50),
  health: healthCheck,
  /** Seconds between two checks of a replica; null for 1, and for a command, which costs more, 3. */
  healthIntervalSeconds: z.number().int().min(1).max(300).nullable().default(null),
  /** Seconds after which a check without an answer has failed. */
  healthTimeoutSeconds: z.number().int().min(1).max(60).default(5),
  /** So many checks have to fail in a row until a replica that served gets no more requests. */
  healthRetries: z.number().int().min(1).max(20).default(3),
  /** Seconds a new release may take until every replica is healthy. */
  healthySeconds: z.number().int().min(5).max(1800),
  /** Seconds that requests in flight, streams and websockets of the old release may take to end. */
  drainSeconds: z.number().int().min(1).max(3600),
  /** Seconds after a switch in which a release that dies makes way for the one before again; 0 for none. Older records have none. */
  watchSeconds: z.number().int().min(0).max(600).default(10),
  /**
   * For what must never run twice at once, such as a single writer on a volume: the old release stops before the new one starts, and
   * requests wait at the edge meanwhile. Older records have none.
   */
  oneAtATime: z.boolean().default(false),
});
export type AppSettings = z.infer<typeof appSettings>;

export const defaultSettings: AppSettings = {
  port: 3000,
  replicas: 1,
  environment: {},
  domains: [],
  health: { kind: 'http', path: '/' },
  healthIntervalSeconds: null,
  healthTimeoutSeconds: 5,
  healthRetries: 3,
  healthySeconds: 60,
  drainSeconds: 30,
  watchSeconds: 10,
  oneAtATime: false,
};

/** live: all replicas healthy. degraded: some. down: none. stopped: by the user. absent: no release is live yet. */
export const appState = z.enum(['live', 'degraded', 'down', 'stopped', 'absent']);
export type AppState = z.infer<typeof appState>;

export const appSummary = z.object({
  name: appName,
  state: appState,
  /** The live release's number; null when none is. */
  release: z.number().int().nullable(),
  replicas: z.object({ healthy: z.number().int(), wanted: z.number().int() }),
  /** Host names that lead to it at the edge: the default one first, then the user's own. */
  hosts: z.array(z.string()),
  /** Those of them whose visitors are sent to https. */
  https: z.array(z.string()),
  /** New requests wait at the edge until then, by the server's clock; left out where they do not. */
  pausedUntil: timestamp.optional(),
});
export type AppSummary = z.infer<typeof appSummary>;

export const replica = z.object({
  /** `shop.1`: the app and the slot number of the task. */
  name: z.string(),
  taskId: z.string(),
  containerId: z.string().nullable(),
  release: z.number().int(),
  state: z.enum(['healthy', 'starting', 'failed', 'stopping']),
  /** What Docker said of it last, empty when all is well. */
  message: z.string(),
  startedAt: timestamp.nullable(),
});
export type Replica = z.infer<typeof replica>;

/** What the edge counted of the app's live release. The counts begin anew when HAProxy takes another configuration. */
export const appTraffic = z.object({
  /** By this computer's clock. */
  at: timestamp,
  requests: z.number().int(),
  /** Answered with a status of 500 or more, or not at all. */
  failed: z.number().int(),
  /** At this moment. */
  active: z.number().int(),
  /** Milliseconds until the answer begins, over the last 1,024 requests. */
  averageMs: z.number(),
});
export type AppTraffic = z.infer<typeof appTraffic>;

export const appDetail = z.object({
  summary: appSummary,
  settings: appSettings.nullable(),
  replicas: z.array(replica),
  /** Null while no release is live. */
  traffic: appTraffic.nullable(),
  /** Milliseconds for which requests waited at the edge while the current release took its turn; null where none had to. */
  lastHeldMs: z.number().nullable().default(null),
});
export type AppDetail = z.infer<typeof appDetail>;

/** Requests that the deploy itself sent through the edge during the switch. */
export const probeResult = z.object({
  requests: z.number().int(),
  failed: z.number().int(),
  slowestMs: z.number(),
  /** Milliseconds for which requests waited at the edge; left out where none had to. */
  heldMs: z.number().optional(),
});
export type ProbeResult = z.infer<typeof probeResult>;

export const releaseSource = z.object({
  kind: z.literal('folder'),
  /** Where it came from, as seen on the computer that sent it. */
  path: z.string(),
  files: z.number().int(),
  bytes: z.number(),
  /** sha256 of the packed tar before compression. */
  hash: z.string(),
});

/** The record of a release as it is kept on the server. Immutable but for `outcome`. */
export const releaseRecord = z.object({
  schema: z.literal(1),
  app: appName,
  number: z.number().int().min(1),
  /** `sha256:…`, the image's id on the server. */
  image: z.string(),
  settings: appSettings,
  source: releaseSource.nullable(),
  /** Where the Dockerfile came from: the project's own, or the language it was proposed for. */
  build: z.string(),
  /** `user@computer` that deployed it. */
  by: z.string(),
  /** By this computer's clock. */
  createdAt: timestamp,
});
export type ReleaseRecord = z.infer<typeof releaseRecord>;

const { app, number, image, source, build, by, createdAt } = releaseRecord.shape;

/** What a release is, but for its settings: those hold the values of variables. */
export const releaseIdentity = z.object({ number, image, source, build, by, createdAt });
export type ReleaseIdentity = z.infer<typeof releaseIdentity>;

/** One thing that differs between two releases. Of a variable that is its name alone: a value may be a secret. */
export const releaseChange = z.object({
  field: z.enum(['image', 'source', 'build', 'by', ...appSettings.keyof().options]),
  how: z.enum(['changed', 'added', 'removed']),
  /** Which variable, which domain; null where there is only one of it. */
  name: z.string().nullable(),
  /** Before and after; null where there was or is none, and of a variable always. */
  from: z.union([z.number(), z.string()]).nullable(),
  to: z.union([z.number(), z.string()]).nullable(),
  /** In words: "Port", "3000 → 4000". */
  what: z.string(),
  text: z.string(),
});
export type ReleaseChange = z.infer<typeof releaseChange>;

/** How a release differs from another one of its app, which is most often the one before. */
export const releaseComparison = z.object({
  app,
  from: releaseIdentity,
  to: releaseIdentity,
  changes: z.array(releaseChange),
});
export type ReleaseComparison = z.infer<typeof releaseComparison>;

export const release = z.object({
  record: releaseRecord,
  /** live: serves now. kept: can be rolled back to. failed: never served. unfinished: a deploy of it has not ended. gone: its image was removed. */
  state: z.enum(['live', 'kept', 'failed', 'unfinished', 'gone']),
  /** Why it failed, or what its switch showed; empty when there is nothing to say. */
  note: z.string(),
  probe: probeResult.nullable(),
  /** Against the release before it, by number; null for the first one that there is a record of. */
  comparison: releaseComparison.nullable(),
});
export type Release = z.infer<typeof release>;
