import type { Event } from '../base/emitter.ts';
import type { Authentication, HostKey, ServerProfile } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { Edge } from '../edge/types.ts';
import type { SshConnection } from '../ssh/types.ts';

/** One server as features use it: its profile, its held connection, and what is reached through it. */
export interface ServerSession {
  readonly profile: ServerProfile;
  readonly connection: SshConnection;
  readonly docker: Docker;
  readonly edge: Edge;
}

export interface NewServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly authentication: Authentication;
  /** A pin that was accepted before; null asks on the first connection. */
  readonly hostKey: HostKey | null;
}

/** The servers that this computer knows, each with one held connection. */
export interface Servers {
  list(): readonly ServerSession[];
  /** Throws `not-found`. */
  session(id: string): ServerSession;
  /** By name or id. */
  find(nameOrId: string): ServerSession | undefined;
  /** Throws `name-taken`. Does not connect. */
  add(server: NewServer): Promise<ServerProfile>;
  /** Ends the connection and forgets profile, pin and secrets. */
  remove(id: string): Promise<void>;
  /** Pins what the server offered; a changed key wants the host's name typed. */
  acceptHostKey(id: string, fingerprint: string, typedHost?: string): Promise<void>;
  /** Gives a secret for this session; returns whether it was also put into the vault. */
  giveSecret(id: string, kind: 'password' | 'passphrase' | 'sudo', value: string, remember: boolean): Promise<boolean>;
  /** The key that a host offers, without logging in: no credential goes out. */
  offeredHostKey(host: string, port: number, signal?: AbortSignal): Promise<HostKey>;
  /** A profile, a pin or a connection state changed. */
  readonly onChange: Event<void>;
}
