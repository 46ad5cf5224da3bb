import { KeyedMutex } from '../base/keyed-mutex.ts';
import { poll, sleep } from '../base/wait.ts';
import { type EdgeDifference, ExpectedError, type Route, type RouteTraffic } from '../contract/index.ts';
import { runningContainer, serviceLabels } from '../docker/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import {
  checkedCertificateName,
  deleteCertificate,
  listCertificates,
  loadCertificate,
  unloadCertificate,
  writeCertificate,
} from './certificates.ts';
import { edgeDifference, readRunning } from './difference/difference.ts';
import { drainSlot, slotSessions, waitForOldClients } from './drain.ts';
import { ensureEdge } from './ensure.ts';
import { type FileName, type Files, readFiles, readProbeKey, writeFile } from './files.ts';
import { Holds } from './holds.ts';
import { requestThroughEdge } from './probe.ts';
import { reload, runsConfig } from './reload.ts';
import { isByHand, SLOTS_MAP } from './render/config.ts';
import { hostsFrom, httpsFrom, pausesFrom, renderMap, routedHosts, slotEntries, slotsFrom, withEntry } from './render/maps.ts';
import { backendName, checkedApp, checkedHost, checkedModel } from './render/model.ts';
import { writtenFiles } from './render/written.ts';
import { readRouteTraffic } from './route-traffic.ts';
import { RunningMaps } from './running-maps.ts';
import { HOST_FOLDER, Runtime } from './runtime.ts';
import { backendTraffic, ofBackend, parseProcesses, parseStat, slotServers, weakest } from './runtime-answers.ts';
import { EDGE_SERVICE, refuseUnknownEdge, SECOND_EDGE_SERVICE } from './service.ts';
import type { Edge, EdgeCertificate, EdgeModel, HttpsMode, Slot, SlotServers, SlotTraffic } from './types.ts';

/** Swarm takes 2 to 12 s to stop the tasks of a removed service, and the slot's servers go with them. */
const EMPTY_WITHIN_MS = 60_000;
const EMPTY_IN_A_ROW = 3;
/** A master starts itself anew at a reload, which takes well under a second on a server that has time. */
const RELOADING_MS = 5_000;

/** As long as the longest hold that a release asks for. */
const HELD_WITHIN_MS = 150_000;

export interface EdgeParts {
  readonly connection: Pick<SshConnection, 'name' | 'exec' | 'script' | 'openSocket' | 'openTcp'>;
  readonly docker: Docker;
  /** Called when another slot of an app serves, for what else sends connections there. */
  readonly onSwitch?: ((app: string, slot: Slot | null, signal?: AbortSignal) => Promise<void>) | undefined;
}

/**
 * The edge of one server: HAProxy in a Swarm service, its files, its sockets. This folder turns a model into configuration and maps and
 * back, and waits for HAProxy to have done what was asked. It may not know where a model comes from: apps, releases and leases are not its.
 */
export function createEdge(parts: EdgeParts): Edge {
  return new HaproxyEdge(parts);
}

class HaproxyEdge implements Edge {
  readonly #connection: EdgeParts['connection'];
  readonly #docker: Docker;
  readonly #runtime: Runtime;
  /** Two changes from this program wait for each other; those of another computer are found out by what the files held when they were read. */
  readonly #changes = new KeyedMutex();
  readonly #maps: RunningMaps;
  readonly #onSwitch: EdgeParts['onSwitch'];
  readonly #holds: Holds;
  #probeKey: string | null = null;

  constructor(parts: EdgeParts) {
    this.#connection = parts.connection;
    this.#docker = parts.docker;
    this.#onSwitch = parts.onSwitch;
    this.#runtime = new Runtime(parts.connection);
    this.#maps = new RunningMaps(parts.connection, parts.docker, this.#runtime);
    this.#holds = new Holds(parts.connection, parts.docker, this.#runtime, this.#maps);
  }

  ensure(signal?: AbortSignal): Promise<'created' | 'already'> {
    // Files that are made anew have another key.
    this.#probeKey = null;
    return this.#changes.run('edge', async () => {
      await this.#refuseWhileRenewed().catch((error: unknown) => {
        // Before Docker is there, or is a swarm, nobody renews anything.
        if (error instanceof ExpectedError && error.code === 'busy') throw error;
      });
      return await ensureEdge(this.#connection, this.#docker, this.#runtime, signal);
    });
  }

  async isRunning(): Promise<boolean> {
    if ((await this.#docker.service(EDGE_SERVICE)) === null) return false;
    // While HAProxy takes another configuration its master does not answer for a moment, which is no server that is not set up.
    const answer = await poll(() => this.#runtime.tryMaster('show proc', parseProcesses), { everyMs: 250, withinMs: RELOADING_MS });
    return answer !== undefined;
  }

  async readLive(): ReturnType<Edge['readLive']> {
    const files = await readFiles(this.#connection);
    return {
      hosts: hostsFrom(files['hosts.map']),
      live: slotsFrom(files['slots.map']),
      https: httpsFrom(files['https.map']),
      routed: routedHosts(files['routes.map']),
      paused: pausesFrom(files['holds.map']),
      byHand: isByHand(files['haproxy.cfg']),
    };
  }

  apply(unchecked: EdgeModel, signal?: AbortSignal, onNote?: (text: string) => void): Promise<'unchanged' | 'maps' | 'reloaded'> {
    const model = checkedModel(unchecked);
    return this.#whenReloadMay(async (mayReload) => {
      const before = await readFiles(this.#connection, signal);
      const wanted = writtenFiles(model, before);
      const config = wanted['haproxy.cfg'];
      const isLoaded = before['haproxy.cfg'] === config && (await runsConfig(this.#connection, this.#runtime, config, signal));
      if (!isLoaded && !mayReload && (await this.#holds.any(before, signal))) return 'later';
      const mapsWritten = [
        // Hosts first: a worker that starts meanwhile reads them.
        await this.#write(before, 'hosts.map', wanted['hosts.map'], signal),
        await this.#write(before, 'routes.map', wanted['routes.map'], signal),
        await this.#write(before, 'slots.map', wanted['slots.map'], signal),
      ].some(Boolean);
      const written = await this.#writeConfig(before, config, signal, onNote);
      // What was replaced may be loaded under the name of what replaces it: a hand edit keeps that.
      const reloaded = written || !isLoaded;
      if (reloaded) await reload(this.#docker, this.#runtime, await this.#container(), config, signal);
      const mapsSynced = await this.#maps.syncAll(signal);
      if (reloaded) return 'reloaded';
      return mapsWritten || mapsSynced ? 'maps' : 'unchanged';
    }, signal);
  }

  async difference(unchecked: EdgeModel, signal?: AbortSignal): Promise<EdgeDifference> {
    const model = checkedModel(unchecked);
    const before = await readFiles(this.#connection, signal);
    const wanted = writtenFiles(model, before);
    return edgeDifference(before, wanted, await readRunning(this.#connection, this.#runtime, this.#maps, signal));
  }

  async slotServers(app: string, slot: Slot): Promise<SlotServers> {
    return weakest(await this.#servers(app, slot), backendName(app, slot));
  }

  async slotTraffic(app: string, slot: Slot): Promise<SlotTraffic> {
    const backend = backendName(checkedApp(app), slot);
    return backendTraffic(await this.#runtime.api('show stat -1 2 -1', parseStat), backend);
  }

  async routeTraffic(routes: readonly Route[], signal?: AbortSignal): Promise<readonly RouteTraffic[]> {
    return readRouteTraffic(this.#runtime, routes, (await this.readLive()).live, signal);
  }

  slotSessions(app: string, slot: Slot, signal?: AbortSignal): Promise<number | null> {
    return slotSessions(this.#runtime, checkedApp(app), slot, signal);
  }

  async waitForEmptySlot(app: string, slot: Slot, signal?: AbortSignal): Promise<void> {
    let empty = 0;
    let last = 0;
    const done = await poll(
      async () => {
        last = slotServers(ofBackend(await this.#servers(app, slot, signal), backendName(app, slot))).present;
        empty = last === 0 ? empty + 1 : 0;
        return empty >= EMPTY_IN_A_ROW ? true : undefined;
      },
      { everyMs: 250, withinMs: EMPTY_WITHIN_MS, signal },
    );
    if (done) return;
    throw new ExpectedError('edge-failed', `${last} old replicas of ${app} are still there`, {
      next: 'Docker may be slow to stop them: look at the containers of the app, and try again.',
    });
  }

  async switchTo(app: string, slot: Slot | null, signal?: AbortSignal): Promise<void> {
    checkedApp(app);
    return this.#changes.run('edge', async () => {
      await this.#writeSlot(app, slot, signal);
      // Only this app's entry: another computer may be switching another app at this moment.
      await this.#maps.sync(SLOTS_MAP, (present) => withEntry(present, app, slot && backendName(app, slot)));
      await this.#onSwitch?.(app, slot, signal);
    });
  }

  drain(app: string, slot: Slot, seconds: number, onSessions?: (sessions: number) => void, signal?: AbortSignal): Promise<number> {
    return drainSlot(this.#runtime, checkedApp(app), slot, seconds, onSessions, signal);
  }

  async hold(app: string, from: readonly Slot[], seconds: number, signal?: AbortSignal): Promise<void> {
    checkedApp(app);
    return this.#changes.run('edge', async () => this.#holds.begin(await this.#container(), app, from, seconds, signal));
  }

  async letThrough(app: string, signal?: AbortSignal): Promise<void> {
    checkedApp(app);
    return this.#changes.run('edge', async () => this.#holds.end(await this.#container(), app, signal));
  }

  async pause(app: string, seconds: number, signal?: AbortSignal): Promise<void> {
    checkedApp(app);
    return this.#changes.run('edge', async () => this.#holds.pause(await this.#container(), app, seconds, signal));
  }

  async resume(app: string, signal?: AbortSignal): Promise<void> {
    checkedApp(app);
    return this.#changes.run('edge', async () => this.#holds.resume(await this.#container(), app, signal));
  }

  waitForOldClients(signal?: AbortSignal): Promise<void> {
    return waitForOldClients(this.#runtime, signal);
  }

  async request(host: string, path: string, signal?: AbortSignal): ReturnType<Edge['request']> {
    // An edge that was made before there was a key takes this for one.
    this.#probeKey ??= await readProbeKey(this.#connection, signal);
    return requestThroughEdge(this.#connection, host, path, this.#probeKey ?? '1', signal);
  }

  setHttps(host: string, mode: HttpsMode | null, signal?: AbortSignal): Promise<void> {
    return this.#changes.run('edge', async () => {
      checkedHost(host);
      await this.#maps.edit(await this.#container(), 'https.map', (text) => renderMap(withEntry(httpsFrom(text), host, mode)), signal);
      await this.#maps.syncAll(signal);
    });
  }

  async certificates(signal?: AbortSignal): Promise<readonly EdgeCertificate[]> {
    return listCertificates(this.#docker, this.#runtime, await this.#runningContainer(), signal);
  }

  async installCertificate(name: string, pem: string, signal?: AbortSignal): Promise<void> {
    checkedCertificateName(name);
    return this.#whenReloadMay(async (mayReload) => {
      const container = await this.#container();
      await writeCertificate(this.#docker, container, name, pem, signal);
      if (await loadCertificate(this.#runtime, name, pem, signal)) return;
      const files = await readFiles(this.#connection, signal);
      if (!mayReload && (await this.#holds.any(files, signal))) return 'later';
      await reload(this.#docker, this.#runtime, container, files['haproxy.cfg'], signal);
      return;
    }, signal);
  }

  removeCertificate(name: string, signal?: AbortSignal): Promise<void> {
    return this.#changes.run('edge', async () => {
      checkedCertificateName(name);
      await deleteCertificate(this.#docker, await this.#container(), name, signal);
      await unloadCertificate(this.#runtime, name, signal);
    });
  }

  /**
   * Does a change that may need a reload. Where `change` says `later`, since requests are held, it is tried again until nothing is held any
   * more or a long time has gone by: requests that wait stay with the worker that goes, which finds no new replica.
   */
  async #whenReloadMay<T>(change: (mayReload: boolean) => Promise<T | 'later'>, signal?: AbortSignal): Promise<T> {
    const deadline = Date.now() + HELD_WITHIN_MS;
    for (;;) {
      const mayReload = Date.now() > deadline;
      const done = await this.#changes.run('edge', () => change(mayReload));
      if (done !== 'later') return done;
      await sleep(500, signal);
    }
  }

  /** The servers of all backends, once those of the slot are among them. */
  #servers(app: string, slot: Slot, signal?: AbortSignal): Promise<Record<string, string>[]> {
    const backend = backendName(checkedApp(app), slot);
    return this.#runtime.api(
      'show stat -1 4 -1',
      (answer) => {
        const rows = parseStat(answer);
        // A slot always has its template's servers; none means an answer that was cut off, or a backend that is not there yet.
        return rows && ofBackend(rows, backend).length > 0 ? rows : undefined;
      },
      signal,
    );
  }

  async #writeConfig(before: Files, config: string, signal?: AbortSignal, onNote?: (text: string) => void): Promise<boolean> {
    const byHand = isByHand(before['haproxy.cfg']);
    if (!(await this.#write(before, 'haproxy.cfg', config, signal, byHand))) return false;
    if (!byHand) return true;
    onNote?.(`The edge's configuration had been changed by hand; that one is kept as ${HOST_FOLDER}/etc/haproxy.cfg.by-hand.`);
    return true;
  }

  async #write(before: Files, name: FileName, content: string, signal: AbortSignal | undefined, byHand = false): Promise<boolean> {
    if (before[name] === content) return false;
    if (await writeFile(this.#docker, await this.#container(), name, content, before[name], signal, byHand)) return true;
    throw new ExpectedError('busy', 'Somebody else changed the edge at the same moment', { next: 'Try again.' });
  }

  /** File first: what serves after any restart is what was asked last. */
  async #writeSlot(app: string, slot: Slot | null, signal: AbortSignal | undefined): Promise<void> {
    await this.#maps.edit(
      await this.#container(),
      'slots.map',
      (text) => renderMap(slotEntries(withEntry(slotsFrom(text), app, slot))),
      signal,
    );
  }

  /** The container of an edge that may be changed now. */
  async #container(): Promise<string> {
    await this.#refuseWhileRenewed();
    return this.#runningContainer();
  }

  /** A change would reach one of the two edges only. */
  async #refuseWhileRenewed(): Promise<void> {
    if ((await this.#docker.service(SECOND_EDGE_SERVICE)) === null) return;
    const { name } = this.#connection;
    throw new ExpectedError('busy', `The edge on ${name} is being renewed, and takes no changes until that has ended`, {
      next: `Try again in a minute. Should nobody be renewing it any more, \`longshore edge update --server ${name}\` finishes what was begun.`,
    });
  }

  async #runningContainer(): Promise<string> {
    const running = await runningContainer(this.#docker, { [serviceLabels.name]: EDGE_SERVICE });
    if (running) {
      refuseUnknownEdge(running.labels, this.#connection.name);
      return running.id;
    }
    throw new ExpectedError('edge-unavailable', `The edge is not running on ${this.#connection.name}`, {
      next: `Run the set-up of ${this.#connection.name}: it starts the edge.`,
    });
  }
}
