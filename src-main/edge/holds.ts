import { poll } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import { type Files, readFiles } from './files.ts';
import { HOLDS_MAP } from './render/config.ts';
import { holdBackendName, isHoldBackend, PAUSE_MARK } from './render/hold.ts';
import { holdEntries, holdsFrom, pausesFrom, renderMap, withEntry } from './render/maps.ts';
import { slots } from './render/model.ts';
import type { RunningMaps } from './running-maps.ts';
import type { Runtime } from './runtime.ts';
import { isServerOf, parseStat } from './runtime-answers.ts';
import type { Slot } from './types.ts';

/** They go within a few seconds where a replica is healthy; slow answers and websockets among them are not waited for. */
const WAITERS_GONE_MS = 8_000;

/**
 * The requests of apps that wait at the edge. Until when they do is in a map, so that a hold ends by itself; which replicas they are kept from
 * is told to the HAProxy that runs alone, where a reload forgets it.
 */
export class Holds {
  constructor(
    private readonly connection: Pick<SshConnection, 'name' | 'script'>,
    private readonly docker: Pick<Docker, 'serverTime'>,
    private readonly runtime: Runtime,
    private readonly maps: Pick<RunningMaps, 'edit' | 'sync'>,
  ) {}

  /** Whether requests of any app are held now. */
  async any(files: Files, signal: AbortSignal | undefined): Promise<boolean> {
    const untils = Object.values(holdsFrom(files['holds.map']));
    if (untils.length === 0) return false;
    signal?.throwIfAborted();
    const now = (await this.docker.serverTime()) / 1000;
    return untils.some((until) => until > now);
  }

  async begin(container: string, app: string, from: readonly Slot[], seconds: number, signal: AbortSignal | undefined): Promise<void> {
    const servers = await this.#placeToWait(app, signal);
    const paused = await this.#isPaused(app, signal);
    // Before the first request waits there.
    await this.#setStates(servers, (slot) => (paused || from.includes(slot) ? 'drain' : 'ready'), signal);
    await this.#write(container, app, await this.#secondIn(seconds), signal);
  }

  async end(container: string, app: string, signal: AbortSignal | undefined): Promise<void> {
    await this.#write(container, app, null, signal);
    if (await this.#isPaused(app, signal)) return;
    await this.#setStates(await this.#servers(app, signal), () => 'ready', signal);
    await this.#untilNobodyWaits(app, signal);
  }

  /** Whoever still waits when HAProxy is reloaded next is left with the worker that goes, which looks at no replica any more. */
  async #untilNobodyWaits(app: string, signal: AbortSignal | undefined): Promise<void> {
    await poll(
      async () => {
        const rows = await this.runtime.api('show stat -1 2 -1', parseStat, signal);
        const waiting = rows.filter((row) => isHoldBackend(row['pxname'] ?? '', app) && Number(row['scur'] || 0) > 0);
        return waiting.length === 0 ? true : undefined;
      },
      { everyMs: 250, withinMs: WAITERS_GONE_MS, signal },
    );
  }

  async pause(container: string, app: string, seconds: number, signal: AbortSignal | undefined): Promise<void> {
    const servers = await this.#placeToWait(app, signal);
    await this.#setStates(servers, () => 'drain', signal);
    await this.#write(container, app + PAUSE_MARK, await this.#secondIn(seconds), signal);
  }

  async resume(container: string, app: string, signal: AbortSignal | undefined): Promise<void> {
    await this.#write(container, app + PAUSE_MARK, null, signal);
    await this.#setStates(await this.#servers(app, signal), () => 'ready', signal);
  }

  async #isPaused(app: string, signal: AbortSignal | undefined): Promise<boolean> {
    const until = pausesFrom((await readFiles(this.connection, signal))['holds.map'])[app];
    return until !== undefined && until > (await this.#secondIn(0));
  }

  /** By the server's clock. */
  async #secondIn(seconds: number): Promise<number> {
    return Math.ceil((await this.docker.serverTime()) / 1000) + seconds;
  }

  async #placeToWait(app: string, signal: AbortSignal | undefined): Promise<string[]> {
    const servers = await this.#servers(app, signal);
    if (servers.length > 0) return servers;
    throw new ExpectedError('edge-failed', `The edge of ${this.connection.name} has no place where requests of ${app} could wait`, {
      next: 'Try again; if it stays like this, run the set-up of this server.',
    });
  }

  async #write(container: string, key: string, until: number | null, signal: AbortSignal | undefined): Promise<void> {
    await this.maps.edit(container, 'holds.map', (text) => renderMap(holdEntries(withEntry(holdsFrom(text), key, until))), signal);
    // HAProxy knows a map only where its configuration uses it.
    if (!(await readFiles(this.connection, signal))['haproxy.cfg'].includes(HOLDS_MAP)) return;
    await this.maps.sync(HOLDS_MAP, (present) => withEntry(present, key, until === null ? null : String(until)), signal);
  }

  /** `backend/server` of the replicas in all of the app's hold backends; none where the configuration that runs has no such. */
  async #servers(app: string, signal: AbortSignal | undefined): Promise<string[]> {
    const rows = await this.runtime.api('show stat -1 4 -1', parseStat, signal);
    return rows
      .filter((row) => isHoldBackend(row['pxname'] ?? '', app) && slots.some((slot) => isServerOf(slot, row['svname'] ?? '')))
      .map((row) => `${row['pxname'] ?? holdBackendName(app, null)}/${row['svname'] ?? ''}`);
  }

  async #setStates(servers: readonly string[], state: (slot: Slot) => 'drain' | 'ready', signal: AbortSignal | undefined): Promise<void> {
    if (servers.length === 0) return;
    const commands = servers.map((server) => `set server ${server} state ${state(/\/a\d+$/.test(server) ? 'a' : 'b')}`);
    await this.runtime.api(commands.join(';'), (answer) => (answer.trim() === '' ? true : undefined), signal);
  }
}
