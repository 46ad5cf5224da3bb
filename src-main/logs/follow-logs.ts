import { setMaxListeners } from 'node:events';
import { type AppOnServer, appIn, labelNames, readApps, refuseUnknown } from '../apps/index.ts';
import { ExpectedError, type LogLine, type LogRequest } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { inOrder, LineMerger, mergedByTime } from './line-merger.ts';
import { Recovery } from './recovery.ts';
import { type ReplicaContainer, ReplicaLog, replicaOf } from './replica-log.ts';
import { sinceTime } from './time.ts';

/** Lines of history given at once. */
const batchLines = 1_000;

/**
 * What an app prints: the last lines of the live release's replicas (or all since a time, however many), then live those of every
 * replica, also of ones that appear later, until the signal fires. In the order of their times within each batch. Goes on by itself after a lost connection, with nothing lost or
 * doubled. Throws `not-found`, and `invalid-input` for a `since` that is no time.
 */
export async function* followLogs(
  session: ServerSession,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[], void, undefined> {
  const since = parseSince(request.since);
  await session.connection.ready(signal);
  const app = appIn(await readApps(session), request.app);
  refuseUnknown(session, app);

  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  // Every replica listens to it: many are no leak.
  setMaxListeners(0, either);
  const replicas = new Replicas(session, app, since, either);
  try {
    yield* request.tail === 'all' ? replicas.allHistory() : replicas.lastHistory(request.tail);
    if (request.follow && !signal.aborted) yield* replicas.follow();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop.abort();
  }
}

/** The replicas of an app whose logs are read: those of the live release at first, and each that starts from then on. */
class Replicas {
  readonly #logs = new Map<string, ReplicaLog>();
  /** Containers that were there before and are of no interest. */
  readonly #passed = new Set<string>();
  /** Containers whose log is followed, and whether they started again since that began. */
  readonly #followed = new Map<string, boolean>();
  readonly #merger = new LineMerger();
  /** Seconds since 1970 by the server's clock, from which on events are of interest. */
  #eventsSince = 0;

  constructor(
    private readonly session: ServerSession,
    private readonly app: AppOnServer,
    private readonly since: string | undefined,
    private readonly signal: AbortSignal,
  ) {}

  /** The last `tail` lines of all replicas together. */
  async *lastHistory(tail: number): AsyncGenerator<readonly LogLine[], void, undefined> {
    const each = (await this.#histories(tail)).map(async (lines) => {
      const all: LogLine[] = [];
      for await (const line of lines) all.push(line);
      return all;
    });
    const history = inOrder((await Promise.all(each)).flat());
    // Each replica gave so many: together they are to be no more.
    const shown = tail === 0 ? [] : history.slice(-tail);
    for (let at = 0; at < shown.length; at += batchLines) yield shown.slice(at, at + batchLines);
  }

  /** All lines, as they are read: days of them are not held in memory. */
  async *allHistory(): AsyncGenerator<readonly LogLine[], void, undefined> {
    let batch: LogLine[] = [];
    for await (const line of mergedByTime(await this.#histories('all'))) {
      if (batch.push(line) < batchLines) continue;
      yield inOrder(batch);
      batch = [];
    }
    if (batch.length > 0) yield inOrder(batch);
  }

  async #histories(tail: number | 'all'): Promise<AsyncGenerator<LogLine, void, undefined>[]> {
    const now = await this.session.docker.serverTime();
    this.#eventsSince = Math.floor(now / 1000);
    const shown = this.app.current ?? this.app.services[0];
    for (const container of await this.#containers()) {
      if (container.release === shown?.release) this.#logs.set(container.id, new ReplicaLog(this.session, container, this.since));
      else this.#passed.add(container.id);
    }
    const at = new Date(now).toISOString();
    return [...this.#logs.values()].map((log) => log.history(tail, at, this.signal));
  }

  follow(): AsyncIterable<readonly LogLine[]> {
    this.signal.addEventListener('abort', () => this.#merger.end(), { once: true });
    for (const [id, log] of this.#logs) void this.#follow(id, log);
    this.#watch().catch((error: unknown) => this.#merger.end(error));
    return this.#merger.batches();
  }

  /** Follows until the container has ended, and once more when it starts again: after a reboot Swarm may take the same container. */
  async #follow(id: string, log: ReplicaLog): Promise<void> {
    if (this.#followed.has(id)) {
      this.#followed.set(id, true);
      return;
    }
    try {
      do {
        this.#followed.set(id, false);
        await log.follow(this.signal, (line) => this.#merger.push(line));
      } while (this.#followed.get(id) && !this.signal.aborted);
    } catch (error) {
      this.#merger.end(error);
    } finally {
      this.#followed.delete(id);
    }
  }

  #begin(container: ReplicaContainer): void {
    if (this.#passed.has(container.id)) return;
    const log = this.#logs.get(container.id) ?? new ReplicaLog(this.session, container, this.since);
    this.#logs.set(container.id, log);
    void this.#follow(container.id, log);
  }

  /** Begins with each container that starts. After a lost connection Docker tells again what happened since. */
  async #watch(): Promise<void> {
    const recovery = new Recovery(this.session, this.signal);
    while (!this.signal.aborted) {
      try {
        for await (const event of this.session.docker.events({ since: this.#eventsSince, signal: this.signal })) {
          recovery.worked();
          if (event.type !== 'container' || event.action !== 'start') continue;
          const container = replicaOf(event.id, event.attributes, this.app.name);
          if (container) this.#begin(container);
          this.#eventsSince = Math.max(this.#eventsSince, Number(BigInt(event.timeNano) / 1_000_000_000n));
        }
        if (!this.signal.aborted) throw new ExpectedError('docker-unavailable', 'Docker stopped telling what happens');
      } catch (error) {
        if (this.signal.aborted) return;
        await recovery.after(error);
        // Docker keeps only its last 256 events, and none over a restart.
        for (const container of await this.#containers().catch(() => [])) this.#begin(container);
      }
    }
  }

  async #containers(): Promise<ReplicaContainer[]> {
    const found = await this.session.docker.containers({ all: true, labels: { [labelNames.app]: this.app.name } });
    return found.flatMap((container) => replicaOf(container.id, container.labels, this.app.name) ?? []);
  }
}

function parseSince(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const since = sinceTime(text);
  if (since !== undefined) return since;
  throw new ExpectedError('invalid-input', `"${text}" is no point in time`, {
    next: 'Give seconds since 1970, or a time such as 2026-01-31T12:00:00Z.',
  });
}
