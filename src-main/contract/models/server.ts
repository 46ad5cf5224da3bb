import { z } from 'zod';
import { errorShape } from '../error-shape.ts';
import { appSummary } from './app.ts';
import { fingerprint, portNumber, serverId, timestamp } from './common.ts';

export const serverName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9._-]{0,38}[a-z0-9])?$/i, 'A server name has 1 to 40 letters, digits, dots, hyphens and underscores');

/** How to log in. Secrets are never part of it: they are asked for, or come from the vault. */
export const authentication = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent') }),
  z.object({ kind: z.literal('key'), identityFile: z.string().min(1) }),
  z.object({ kind: z.literal('password') }),
]);
export type Authentication = z.infer<typeof authentication>;

export const hostKey = z.object({ type: z.string(), fingerprint });
export type HostKey = z.infer<typeof hostKey>;

/** What the laptop keeps of a server. `hostKey` is the pin; null until the user accepted one. */
export const serverProfile = z.object({
  id: serverId,
  name: serverName,
  host: z.string().min(1).max(253),
  port: portNumber,
  user: z.string().min(1).max(64),
  authentication,
  hostKey: hostKey.nullable(),
  addedAt: timestamp,
});
export type ServerProfile = z.infer<typeof serverProfile>;

/** Why a connection waits for its user. */
export const connectionNeed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accept-host-key'), offered: hostKey }),
  z.object({ kind: z.literal('host-key-changed'), pinned: hostKey, offered: hostKey }),
  z.object({ kind: z.literal('password') }),
  z.object({ kind: z.literal('passphrase'), identityFile: z.string() }),
  z.object({ kind: z.literal('authentication') }),
]);
export type ConnectionNeed = z.infer<typeof connectionNeed>;

export const connectionState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('idle') }),
  z.object({ phase: z.literal('connecting'), attempt: z.number().int() }),
  z.object({ phase: z.literal('connected'), since: timestamp, latencyMs: z.number().nullable() }),
  z.object({ phase: z.literal('waiting'), retryAt: timestamp, attempt: z.number().int(), reason: errorShape }),
  z.object({ phase: z.literal('needs-you'), need: connectionNeed, reason: errorShape }),
]);
export type ConnectionState = z.infer<typeof connectionState>;

/** Read from the server when it is connected. Bytes are bytes. */
export const serverFacts = z.object({
  address: z.string(),
  system: z.string(),
  kernel: z.string(),
  cpus: z.number().int(),
  memoryBytes: z.number(),
  diskTotalBytes: z.number(),
  diskFreeBytes: z.number(),
  dockerVersion: z.string().nullable(),
});
export type ServerFacts = z.infer<typeof serverFacts>;

export const serverSummary = z.object({
  profile: serverProfile,
  connection: connectionState,
  /** `unknown` until it was looked at; `needed` when any step of the checklist is open. */
  setup: z.enum(['unknown', 'needed', 'ready']),
  facts: serverFacts.nullable(),
  apps: z.array(appSummary),
  /** When `apps` and `facts` were read; null for never. Older than the connection means stale. */
  readAt: timestamp.nullable(),
});
export type ServerSummary = z.infer<typeof serverSummary>;

/** The steps of a set-up, in order. They are the stages of a `setup` job. */
export const setupSteps = ['reach', 'privileges', 'system', 'resources', 'ports', 'docker', 'swarm', 'network', 'edge'] as const;
export const setupStep = z.enum(setupSteps);
export type SetupStep = z.infer<typeof setupStep>;

/** A container on the server, ours or another's. */
export const containerSummary = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  state: z.string(),
  status: z.string(),
  createdAt: timestamp,
  /** The app it is a replica of, `edge` for the proxy, null for what is not ours. */
  owner: z.string().nullable(),
});
export type ContainerSummary = z.infer<typeof containerSummary>;
