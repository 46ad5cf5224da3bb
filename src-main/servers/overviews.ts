import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import type { Logger } from '../base/log.ts';
import { sleep } from '../base/wait.ts';
import type { AppSummary, ServerFacts, ServerSummary } from '../contract/index.ts';
import { isCancellation } from '../contract/index.ts';
import { sameMachine } from './changes.ts';
import type { ServerSession, Servers } from './types.ts';

/** How the summary of a server is read; injected, so that this file knows no feature. */
export interface OverviewReaders {
  readonly facts: (session: ServerSession) => Promise<ServerFacts>;
  readonly isSetUp: (session: ServerSession) => Promise<boolean>;
  readonly apps: (session: ServerSession) => Promise<readonly AppSummary[]>;
}

interface Reading {
  /** Where it was read: a server that is given another address shows nothing of the former machine. */
  readonly machine: { readonly host: string; readonly port: number } | null;
  readonly setup: ServerSummary['setup'];
  readonly facts: ServerFacts | null;
  readonly apps: readonly AppSummary[];
  readonly readAt: number | null;
}

const nothingRead: Reading = { machine: null, setup: 'unknown', facts: null, apps: [], readAt: null };

/** Docker tells of many small changes at once; one look is enough for all that come within this time. */
const settleMs = 300;
/** Without any event a connected server is looked at this often, since disk and memory tell nobody when they change. */
const lookAgainMs = 60_000;
/** How soon at first, while an app is on its way: that the edge has found a replica healthy is no event of Docker's. */
const lookSoonMs = 2_000;

/** Milliseconds until the next look without an event, after so many looks without one: less and less often at what stays unwell. */
export function untilNextLook(apps: readonly Pick<AppSummary, 'state'>[], looks: number): number {
  const isOnItsWay = apps.some(({ state }) => state === 'down' || state === 'degraded');
  return isOnItsWay ? Math.min(lookAgainMs, lookSoonMs * 1.5 ** looks) : lookAgainMs;
}

/**
 * Keeps one summary per server: read when it connects, read again when Docker says that something changed, kept and
 * marked by its age when the connection is lost. What runs is never stored: a summary is only what was last seen.
 */
export class Overviews implements Disposable {
  readonly #readings = new Map<string, Reading>();
  readonly #watches = new Map<string, AbortController>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #changed = new Emitter<ServerSummary[]>();
  readonly #store = new DisposableStore();
  readonly onChange: Event<ServerSummary[]> = this.#changed.event;

  constructor(
    private readonly servers: Servers,
    private readonly readers: OverviewReaders,
    private readonly logger: Logger,
  ) {
    this.#store.add(servers.onChange(() => this.#follow()));
    this.#store.add(toDisposable(() => this.#stopAll()));
    this.#store.add(this.#changed);
    this.#follow();
  }

  list(): ServerSummary[] {
    return this.servers.list().map((server) => this.#summary(server.profile.id));
  }

  /** Looks at the server now; rejects with what went wrong. */
  async refresh(id: string): Promise<ServerSummary> {
    const running = this.#underWay.get(id);
    if (running) await running.catch(() => undefined);
    const reading = this.#read(id);
    this.#underWay.set(id, reading);
    try {
      await reading;
    } finally {
      if (this.#underWay.get(id) === reading) this.#underWay.delete(id);
    }
    return this.#summary(id);
  }

  dispose(): void {
    this.#store.dispose();
  }

  #summary(id: string): ServerSummary {
    const { profile, connection } = this.servers.session(id);
    const reading = this.#readings.get(id) ?? nothingRead;
    const { setup, facts, apps, readAt } = reading.machine && sameMachine(reading.machine, profile) ? reading : nothingRead;
    return { profile, connection: connection.state, setup, facts, apps: [...apps], readAt };
  }

  async #read(id: string): Promise<void> {
    const session = this.servers.session(id);
    await session.connection.ready();
    const [facts, ready] = await Promise.all([this.readers.facts(session), this.readers.isSetUp(session)]);
    const apps = ready ? await this.readers.apps(session) : [];
    const { host, port } = session.profile;
    this.#readings.set(id, { machine: { host, port }, setup: ready ? 'ready' : 'needed', facts, apps, readAt: Date.now() });
    this.#changed.fire(this.list());
  }

  /** Begins to watch what has connected and lets go of what has gone. */
  #follow(): void {
    const known = new Set<string>();
    for (const { profile, connection } of this.servers.list()) {
      known.add(profile.id);
      const connected = connection.state.phase === 'connected';
      if (connected && !this.#watches.has(profile.id)) this.#watch(profile.id);
      if (!connected) this.#stop(profile.id);
    }
    for (const id of [...this.#watches.keys(), ...this.#readings.keys()]) {
      if (known.has(id)) continue;
      this.#stop(id);
      this.#readings.delete(id);
    }
    this.#changed.fire(this.list());
  }

  #watch(id: string): void {
    const controller = new AbortController();
    this.#watches.set(id, controller);
    void this.#lookWhileConnected(id, controller.signal).catch((error: unknown) => {
      if (!isCancellation(error)) this.logger.warn('The watch of a server ended', { server: id, error: String(error) });
    });
  }

  async #lookWhileConnected(id: string, signal: AbortSignal): Promise<void> {
    let seen = 0n;
    let looks = 0;
    while (!signal.aborted) {
      let since: number | undefined;
      try {
        // The clock first: what changes while the server is read is then told again.
        since = await this.#serverSeconds(id);
        await this.refresh(id);
      } catch (error) {
        if (isCancellation(error)) return;
        this.logger.debug('A server could not be read', { server: id, error: String(error) });
      }
      const before = seen;
      seen = await this.#untilSomethingChanged(id, since, seen, untilNextLook(this.#readings.get(id)?.apps ?? [], looks), signal);
      looks = seen === before ? looks + 1 : 0;
    }
  }

  /** Undefined on a server that has no Docker yet: it is read all the same. */
  async #serverSeconds(id: string): Promise<number | undefined> {
    const time = await this.servers
      .session(id)
      .docker.serverTime()
      .catch(() => undefined);
    return time === undefined ? undefined : Math.floor(time / 1000);
  }

  /** Resolves a moment after Docker told of a change, or when it is time to look again anyway, with the time of the last event taken in. */
  async #untilSomethingChanged(
    id: string,
    since: number | undefined,
    seen: bigint,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<bigint> {
    const pause = new AbortController();
    const either = AbortSignal.any([signal, pause.signal]);
    const told = this.#firstEvent(id, since, seen, either);
    const again = sleep(withinMs, either).then(
      () => seen,
      () => seen,
    );
    const last = await Promise.race([told, again]);
    pause.abort();
    await sleep(settleMs, signal);
    return last;
  }

  /** `since` has a resolution of one second, so events up to `seen` (nanoseconds) come again and are passed over. */
  async #firstEvent(id: string, since: number | undefined, seen: bigint, signal: AbortSignal): Promise<bigint> {
    try {
      for await (const event of this.servers.session(id).docker.events({ since, signal })) {
        const at = BigInt(event.timeNano);
        if (at > seen && tellsOfApps(event.type, event.action)) return at;
      }
    } catch (error) {
      if (isCancellation(error)) return seen;
    }
    // Docker does not answer (not installed yet, stopped): look again in a while rather than at once.
    await sleep(5_000, signal).catch(() => undefined);
    return seen;
  }

  #stop(id: string): void {
    this.#watches.get(id)?.abort();
    this.#watches.delete(id);
  }

  #stopAll(): void {
    for (const id of [...this.#watches.keys()]) this.#stop(id);
  }
}

/** Health checks and execs come by the second and change nothing that a summary shows. */
function tellsOfApps(type: string, action: string): boolean {
  if (type === 'service' || type === 'config') return true;
  return type === 'container' && /^(create|start|die|destroy|oom|stop|rename)$/.test(action);
}
