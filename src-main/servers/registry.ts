import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import type { Logger } from '../base/log.ts';
import { ExpectedError, type HostKey, type ServerProfile } from '../contract/index.ts';
import { HeldConnection, offeredHostKey } from '../ssh/index.ts';
import type { Store, Vault } from '../store/types.ts';
import { parsedProfile, refuseTakenName, sameLogin, sameMachine, withChanges } from './changes.ts';
import { keepReplacedPin } from './pin-history.ts';
import { SecretKeeper } from './secret-keeper.ts';
import type { MakeClients, NewServer, SecretKind, ServerChanges, ServerSession, Servers } from './types.ts';

export interface ServerRegistryOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly makeClients: MakeClients;
  /** The title of a job that runs on the server, which a change of its login or its removal would cut off. */
  readonly jobOn?: (id: string) => string | undefined;
  readonly logger: Logger;
}

interface Entry {
  profile: ServerProfile;
  readonly connection: HeldConnection;
  readonly session: ServerSession;
  readonly owned: DisposableStore;
}

/**
 * The servers that this computer knows: profiles in the store, which the command line and the window share, and for each the one
 * held connection with what is built on it. It knows no feature; those are handed in as {@link MakeClients}.
 */
export class ServerRegistry implements Servers {
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<void>();
  readonly #owned = new DisposableStore();
  readonly #secrets: SecretKeeper;
  /** Settles when the secrets of all former logins are forgotten. */
  #forgetting: Promise<unknown> = Promise.resolve();
  readonly onChange: Event<void> = this.#changed.event;

  constructor(private readonly options: ServerRegistryOptions) {
    this.#secrets = new SecretKeeper(options.vault);
    this.#owned.add(this.#changed);
    this.#owned.add(options.store.onServers((profiles) => this.#take(profiles)));
    this.#take(options.store.servers());
  }

  list(): readonly ServerSession[] {
    return [...this.#entries.values()].map(({ session }) => session);
  }

  find(nameOrId: string): ServerSession | undefined {
    const byId = this.#entries.get(nameOrId);
    if (byId) return byId.session;
    const name = nameOrId.toLowerCase();
    return this.list().find(({ profile }) => profile.name.toLowerCase() === name);
  }

  session(id: string): ServerSession {
    return this.#entry(id).session;
  }

  async add(server: NewServer): Promise<ServerProfile> {
    const profile = parsedProfile({ ...server, id: randomUUID(), addedAt: Date.now() });
    const written = await this.options.store.updateServers((servers) => {
      refuseTakenName(profile, servers);
      return [...servers, profile];
    });
    this.#take(written);
    return profile;
  }

  async edit(id: string, changes: ServerChanges): Promise<ServerProfile> {
    // As it is in the store while that is locked: another process may have changed it since it was read here.
    let before = this.#entry(id).profile;
    let after = before;
    const written = await this.options.store.updateServers((servers) => {
      before = servers.find((server) => server.id === id) ?? notKnown();
      after = withChanges(before, changes);
      refuseTakenName(after, servers);
      if (!sameLogin(before, after)) this.#refuseCutOff(id, `another login to “${before.name}”`);
      return servers.map((server) => (server.id === id ? after : server));
    });
    this.#take(written);
    if (before.hostKey && !sameMachine(before, after)) await keepReplacedPin(this.options.store, before, before.hostKey, after.hostKey);
    await this.#forgetting;
    return after;
  }

  async remove(id: string): Promise<void> {
    const { profile } = this.#entry(id);
    const written = await this.options.store.updateServers((servers) => {
      this.#refuseCutOff(id, `forgetting “${profile.name}”`);
      return servers.filter((server) => server.id !== id);
    });
    this.#take(written);
    await this.#secrets.forget(profile, written);
  }

  offeredHostKey(host: string, port: number, signal?: AbortSignal): Promise<HostKey> {
    return offeredHostKey(host, port, signal);
  }

  async acceptHostKey(id: string, fingerprint: string, typedHost?: string): Promise<void> {
    const { profile, connection } = this.#entry(id);
    const { state } = connection;
    const need = state.phase === 'needs-you' ? state.need : null;
    if (need?.kind !== 'accept-host-key' && need?.kind !== 'host-key-changed') {
      throw new ExpectedError('invalid-input', `“${profile.name}” does not wait for its host key to be accepted.`, {
        next: 'Connect to it first.',
      });
    }
    if (need.offered.fingerprint !== fingerprint) {
      throw new ExpectedError('host-key-changed', `“${profile.name}” offers another host key than the one accepted.`, {
        next: 'Compare the fingerprint again.',
        detail: `Accepted: ${fingerprint}\nOffered:  ${need.offered.fingerprint}`,
      });
    }
    // Against one click too many: a changed key is what an attack looks like.
    if (need.kind === 'host-key-changed' && typedHost?.trim().toLowerCase() !== profile.host.toLowerCase()) {
      throw new ExpectedError(
        'invalid-input',
        `The host key of “${profile.name}” changed: to accept the new one, type its host, ${profile.host}.`,
      );
    }
    const written = await this.options.store.updateServers((servers) =>
      servers.map((server) => {
        if (server.id !== id) return server;
        // Another process may have changed the address meanwhile: this key is not that machine's.
        if (sameMachine(server, profile)) return { ...server, hostKey: need.offered };
        throw new ExpectedError('invalid-input', `“${server.name}” has another address by now.`, { next: 'Compare what it offers there.' });
      }),
    );
    if (need.kind === 'host-key-changed') await keepReplacedPin(this.options.store, profile, need.pinned, need.offered);
    this.#take(written);
    connection.connect();
  }

  async giveSecret(id: string, kind: SecretKind, value: string, remember: boolean): Promise<boolean> {
    const { profile } = this.#entry(id);
    const remembered = await this.#secrets.give(profile, kind, value, remember);
    for (const other of this.#entries.values()) {
      const { state } = other.connection;
      if (state.phase !== 'needs-you') continue;
      // Another server may wait for the passphrase of the same key file.
      const sameKey = kind === 'passphrase' && isDeepStrictEqual(other.profile.authentication, profile.authentication);
      if (other.profile.id === id ? kind !== 'sudo' : sameKey) other.connection.connect();
    }
    return remembered;
  }

  dispose(): void {
    this.#owned.dispose();
    for (const { owned } of this.#entries.values()) owned.dispose();
    this.#entries.clear();
  }

  /** Throws `busy` while a job runs on the server, naming it. `what` would cut it off. */
  #refuseCutOff(id: string, what: string): void {
    const job = this.options.jobOn?.(id);
    if (job === undefined) return;
    throw new ExpectedError('busy', `“${job}” is still running, and ${what} would cut it off.`, {
      next: 'Wait until it has ended, or cancel it.',
    });
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    return entry ?? notKnown();
  }

  /** Follows what is written, by this process or another: the entries become the profiles. */
  #take(profiles: readonly ServerProfile[]): void {
    const before = [...this.#entries.values()].map(({ profile }) => profile);
    const wanted = new Set(profiles.map(({ id }) => id));
    for (const [id, entry] of this.#entries) {
      if (wanted.has(id)) continue;
      this.#entries.delete(id);
      entry.owned.dispose();
    }
    for (const profile of profiles) {
      const entry = this.#entries.get(profile.id);
      if (!entry) this.#entries.set(profile.id, this.#make(profile));
      else if (!sameLogin(entry.profile, profile)) this.#replace(entry, profile, profiles);
      else {
        const newlyPinned = !isDeepStrictEqual(entry.profile.hostKey, profile.hostKey);
        entry.profile = profile;
        if (newlyPinned && entry.connection.state.phase === 'needs-you') entry.connection.connect();
      }
    }
    if (!isDeepStrictEqual(before, profiles)) this.#changed.fire();
  }

  /** Another login: a new session in the place of the old one, whose connection ends with all that runs over it. */
  #replace(former: Entry, profile: ServerProfile, profiles: readonly ServerProfile[]): void {
    const wanted = former.connection.state.phase !== 'idle';
    const entry = this.#make(profile);
    this.#entries.set(profile.id, entry);
    former.owned.dispose();
    const forgotten = this.#secrets.forget(former.profile, profiles).catch((error: unknown) => {
      // Nobody is given them, since they are kept by user and address; they only lie there.
      this.options.logger.warn('The secrets of a former login could not be forgotten', { server: profile.name, error: String(error) });
    });
    this.#forgetting = Promise.all([this.#forgetting, forgotten]);
    if (wanted) entry.connection.connect();
  }

  #make(profile: ServerProfile): Entry {
    const owned = new DisposableStore();
    const current = (): ServerProfile => entry.profile;
    const connection = owned.add(
      new HeldConnection({ target: current, secrets: this.#secrets.forServer(current), logger: this.options.logger }),
    );
    const clients = this.options.makeClients(profile, connection);
    if (clients.dispose) owned.add({ dispose: clients.dispose });
    owned.add(connection.onState(() => this.#changed.fire()));
    const session: ServerSession = {
      get profile() {
        return entry.profile;
      },
      connection,
      docker: clients.docker,
      edge: clients.edge,
    };
    const entry: Entry = { profile, connection, session, owned };
    return entry;
  }
}

function notKnown(): never {
  throw new ExpectedError('not-found', 'That server is not known any more.', { next: 'It was removed here or by the command line.' });
}
