import type { Disposable } from '../base/disposable.ts';
import type { Event } from '../base/emitter.ts';
import type { HostKey, ServerProfile } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { Edge } from '../edge/types.ts';
import type { SshConnection } from '../ssh/types.ts';

/**
 * All that a feature needs of one server. It is the same object through every reconnect, for as long as the server is reached in the
 * same way: a change of host, port, user or login makes a new session, and what still holds the old one finds its connection ended.
 * So nothing that was begun on one machine goes on on another.
 */
export interface ServerSession {
  /** As it was last written; read it anew instead of keeping it. */
  readonly profile: ServerProfile;
  readonly connection: SshConnection;
  readonly docker: Docker;
  readonly edge: Edge;
}

/** What is built once per server on top of its connection, injected so that this folder knows no feature. `dispose` is called when the server is removed. */
export type MakeClients = (
  profile: ServerProfile,
  connection: SshConnection,
) => { readonly docker: Docker; readonly edge: Edge; readonly dispose?: () => void };

export type NewServer = Omit<ServerProfile, 'id' | 'addedAt'>;

/** What the user may change of a known server; what is left out stays. `hostKey` is the one accepted for another address, where it is known yet. */
export type ServerChanges = Partial<Omit<NewServer, 'hostKey'>> & { readonly hostKey?: HostKey };

/** A secret that a connection or a script as root can ask for. */
export type SecretKind = 'password' | 'passphrase' | 'sudo';

/** The servers this computer knows, each with its one held connection. */
export interface Servers extends Disposable {
  /** In the order they were added. */
  list(): readonly ServerSession[];
  /** By name (case does not matter) or id. */
  find(nameOrId: string): ServerSession | undefined;
  /** Throws `not-found`. */
  session(id: string): ServerSession;
  /** Told when the list, a profile or the state of any connection changed. */
  readonly onChange: Event<void>;

  /** Throws `name-taken`. Does not connect. */
  add(server: NewServer): Promise<ServerProfile>;
  /**
   * Changes a server and keeps all else of it. Another host or port has to show its host key anew (the former pin goes into the history);
   * secrets that no longer serve are forgotten. After another login the server is connected to again if it was not left unconnected.
   * Throws `name-taken`, `invalid-input`, `not-found`, and `busy` where a job runs that another login would cut off.
   */
  edit(id: string, changes: ServerChanges): Promise<ServerProfile>;
  /** Forgets the server, its secrets and its connection. Nothing on the server is changed. Throws `not-found`, and `busy` while a job runs on it. */
  remove(id: string): Promise<void>;
  /** The host key that an address offers now. Sends no credential. */
  offeredHostKey(host: string, port: number, signal?: AbortSignal): Promise<HostKey>;
  /**
   * Pins the key that the server offered last, which must have this fingerprint, and connects. For a changed key `typedHost` must be
   * the profile's host as the user typed it. The former pin is kept in a history.
   */
  acceptHostKey(id: string, fingerprint: string, typedHost?: string): Promise<void>;
  /** Keeps a secret for as long as the program runs, in the vault as well when asked and possible, and connects. Returns whether the vault has it. */
  giveSecret(id: string, kind: SecretKind, value: string, remember: boolean): Promise<boolean>;
}
