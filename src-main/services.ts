/**
 * The composition of all services without Electron: what `main.ts` and `cli.ts` have in common. Builds them in order and
 * disposes of them in reverse. Decides nothing.
 */
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { type ResolvesTo, reachableHost } from './app-address.ts';
import { appDetail, compareListed, defaultHost, listApps, listReleases, rolloutView } from './apps/index.ts';
import { type Disposable, DisposableStore } from './base/disposable.ts';
import type { Logger } from './base/log.ts';
import { certificatesOverview, installOwn, removeCertificate, removeRenewer, startObtain } from './certificates/index.ts';
import {
  type AppDetail,
  type AppSummary,
  type CertificateRequest,
  type CertificatesOverview,
  type ChallengeKind,
  type ContainerSummary,
  type DeployRequest,
  type DeployTarget,
  type EdgeDifference,
  type EdgePlan,
  type EdgeUpdateWay,
  ExpectedError,
  type FileChoices,
  type FolderInspection,
  type LogLine,
  type LogRequest,
  type PortChange,
  type PortsView,
  type Release,
  type ReleaseComparison,
  type RolloutView,
  type RouteChange,
  type RoutesView,
  type RouteTraffic,
  type ServerFacts,
  type SettingsChange,
} from './contract/index.ts';
import {
  type DeployDeps,
  type LeaseSight,
  readLease,
  startConfigure,
  startDeploy,
  startPause,
  startRemove,
  startRestart,
  startResume,
  startRollback,
  startStart,
  startStop,
} from './deploy/index.ts';
import { createDocker } from './docker/index.ts';
import { createEdge, type HttpsMode } from './edge/index.ts';
import { type FolderToInspect, inspectFolder, warmUpInspection, wholePath } from './folder-inspection.ts';
import { createJobs, type Jobs } from './jobs/index.ts';
import { followLogs } from './logs/index.ts';
import { changePorts, followSwitch, listPorts } from './ports/index.ts';
import { planUpdate, startEdgeUpdate } from './renewal/index.ts';
import { changeRoutes, edgeDifference, listRoutes, routeTraffic } from './routes/index.ts';
import { containersOf } from './servers/containers.ts';
import { ServerRegistry } from './servers/registry.ts';
import { isSetUp, readFacts, startSetup } from './servers/setup/index.ts';
import type { ServerSession, Servers } from './servers/types.ts';
import { isNamedProcessAlive, processName } from './store/process-identity.ts';
import { RememberedChoices } from './store/remembered-choices.ts';
import type { Store, Vault } from './store/types.ts';
import { terminalStream } from './terminal/index.ts';
import { Tunnels } from './tunnels/index.ts';
import { Uploads } from './uploads/index.ts';

export interface ServicesOptions {
  /** The data folder that window and command line share. */
  readonly home: string;
  readonly store: Store;
  readonly vault: Vault;
  readonly logger: Logger;
  /** Only for tests: where a run is killed, frozen or cut, and a lease that ends sooner. */
  readonly faults?: Pick<DeployDeps, 'hooks' | 'leaseTtlMs'> | undefined;
}

export interface Services extends Disposable {
  readonly home: string;
  readonly store: Store;
  readonly vault: Vault;
  readonly servers: Servers;
  readonly jobs: Jobs;
  readonly apps: {
    list(session: ServerSession): Promise<AppSummary[]>;
    /** Throws `not-found`. */
    detail(session: ServerSession, app: string): Promise<AppDetail>;
    /** Newest first. Throws `not-found`. */
    releases(session: ServerSession, app: string): Promise<Release[]>;
    /** What going from one release to another changes. Throws `not-found`. */
    compare(session: ServerSession, app: string, from: number, to: number): Promise<ReleaseComparison>;
    /** Where the replicas of its releases stand now; empty for an app that is not there yet. */
    rollout(session: ServerSession, app: string, signal?: AbortSignal): Promise<RolloutView>;
    /** Who holds the right to change the app now; null when nobody does. Of an app that is not there, too: its first deploy may be under way. */
    lease(session: ServerSession, app: string): Promise<LeaseSight | null>;
  };
  /** Each starts a job and returns its id; throws `busy` when the app has one already. */
  readonly deploys: {
    deploy(request: DeployRequest): string;
    configure(server: string, app: string, settings: SettingsChange): string;
    rollBack(server: string, app: string, number: number | null): string;
    restart(server: string, app: string): string;
    stop(server: string, app: string): string;
    start(server: string, app: string): string;
    pause(server: string, app: string, seconds: number): string;
    resume(server: string, app: string): string;
    remove(server: string, app: string): string;
  };
  readonly certificates: {
    list(session: ServerSession, signal?: AbortSignal): Promise<CertificatesOverview>;
    /** Starts a job and returns its id. */
    obtain(server: string, request: CertificateRequest): string;
    /** Throws `invalid-input` and `name-taken`. */
    install(session: ServerSession, chain: string, key: string): Promise<{ readonly name: string; readonly warning: string | null }>;
    /** Throws `not-found`. */
    remove(session: ServerSession, name: string): Promise<void>;
    setHttps(session: ServerSession, host: string, mode: HttpsMode | null): Promise<void>;
    /** That of one kind of challenge, or all. */
    removeRenewer(session: ServerSession, challenge?: ChallengeKind): Promise<void>;
  };
  readonly routes: {
    list(session: ServerSession, signal?: AbortSignal): Promise<RoutesView>;
    /** What the edge counts of each route now. */
    traffic(session: ServerSession, signal?: AbortSignal): Promise<readonly RouteTraffic[]>;
    /** What differs at the edge now, or would with a change, which is checked and not made. Throws what `change` throws. */
    difference(session: ServerSession, change: RouteChange | null, signal?: AbortSignal): Promise<EdgeDifference>;
    /** Throws `not-found`, `name-taken`, `domain-taken` and `invalid-input`. */
    change(session: ServerSession, change: RouteChange): Promise<RoutesView>;
  };
  readonly ports: {
    list(session: ServerSession, signal?: AbortSignal): Promise<PortsView>;
    /** Throws `not-found`, `name-taken`, `ports-taken`, `invalid-input` and `edge-failed`. */
    change(session: ServerSession, change: PortChange, signal?: AbortSignal): Promise<PortsView>;
  };
  readonly edge: {
    /** What renewing the edge itself would do. Changes nothing. */
    plan(session: ServerSession, way: EdgeUpdateWay): Promise<EdgePlan>;
    /** Starts a job and returns its id; throws `busy`. `force` renews it also where there is nothing to do. */
    update(server: string, way: EdgeUpdateWay, force: boolean): string;
  };
  setUp(server: string): string;
  /**
   * Tries every server now that has an accepted host key: at start, after wake, when the network is back. A connection that
   * seems to be up is asked for a sign of life, so that one that died in sleep is noticed at once.
   */
  connectAll(): void;
  readonly readFacts: (session: ServerSession) => Promise<ServerFacts>;
  readonly isSetUp: (session: ServerSession) => Promise<boolean>;
  containers(session: ServerSession): Promise<ContainerSummary[]>;
  inspectFolder(folder: FolderToInspect, signal?: AbortSignal): Promise<FolderInspection>;
  /** Makes the first {@link inspectFolder} as fast as all others. */
  warmUp(): Promise<void>;
  /** Which files go beyond or short of the rules, per app or folder. A deploy remembers its own by itself. */
  readonly choices: {
    /** What a deploy of the folder to the app begins with. */
    of(target: DeployTarget, path: string): FileChoices;
    /** Without a target those of the folder. */
    set(target: DeployTarget | null, path: string, choices: FileChoices): Promise<void>;
  };
  followLogs(session: ServerSession, request: LogRequest, signal: AbortSignal): AsyncIterable<readonly LogLine[]>;
  readonly openTerminal: typeof terminalStream;
  /**
   * The address at which this computer's browser reaches the app: its name when that leads to the server from here
   * (`resolvesTo` tells), else a tunnel through the SSH connection.
   */
  addressOf(
    session: ServerSession,
    app: string,
    resolvesTo: ResolvesTo,
  ): Promise<{ readonly url: string; readonly by: 'name' | 'tunnel'; readonly host: string }>;
}

/** Where the history of jobs is kept in the store. */
const jobHistoryKey = 'jobs.history';

export function createServices({ home, store, vault, logger, faults }: ServicesOptions): Services {
  const owned = new DisposableStore();
  const servers = owned.add(
    new ServerRegistry({
      store,
      vault,
      logger,
      makeClients: (_profile, connection) => {
        const docker = createDocker(connection);
        return {
          docker,
          edge: createEdge({ connection, docker, onSwitch: (...change) => followSwitch({ connection, docker }, ...change) }),
        };
      },
      jobOn: (id) => jobs.list().find(({ server, endedAt }) => server === id && endedAt === null)?.title,
    }),
  );
  const jobs = owned.add(
    createJobs({
      history: {
        load: () => store.get(jobHistoryKey),
        update: (change) => store.update(jobHistoryKey, change),
        onChange: store.onValues,
      },
      owner: { self: processName(), isAlive: isNamedProcessAlive },
    }),
  );
  const remembered = new RememberedChoices(store);
  const tunnels = owned.add(new Tunnels());
  const deps: DeployDeps = {
    jobs,
    session: (server) => servers.session(server),
    by: `${userInfo().username}@${hostname()}`,
    keepReleases: () => store.preferences().keepReleases,
    uploads: new Uploads(join(home, 'contexts')),
    ...faults,
  };

  /** Waits for the job's end: what could not be removed is still the app that the choices were made for. */
  const forgetRemoved = async (job: string, target: DeployTarget): Promise<void> => {
    try {
      if ((await jobs.finished(job)).state === 'succeeded') await remembered.forget(target);
    } catch (error) {
      logger.warn(`The choice of files for ${target.app} could not be forgotten`, { error: String(error) });
    }
  };

  return {
    home,
    store,
    vault,
    servers,
    jobs,
    apps: {
      list: listApps,
      detail: appDetail,
      rollout: rolloutView,
      releases: listReleases,
      compare: compareListed,
      lease: ({ docker }, app) => readLease(docker, app),
    },
    deploys: {
      deploy: (request) => {
        const path = wholePath(request.path);
        const job = startDeploy(deps, { ...request, path });
        remembered.deployed({ server: request.server, app: request.app }, path, request).catch((error: unknown) => {
          logger.warn(`The choice of files for ${request.app} could not be remembered`, { error: String(error) });
        });
        return job;
      },
      configure: (server, app, settings) => startConfigure(deps, { server, app, settings }),
      rollBack: (server, app, number) => startRollback(deps, { server, app, number }),
      restart: (server, app) => startRestart(deps, { server, app }),
      stop: (server, app) => startStop(deps, { server, app }),
      start: (server, app) => startStart(deps, { server, app }),
      pause: (server, app, seconds) => startPause(deps, { server, app, seconds }),
      resume: (server, app) => startResume(deps, { server, app }),
      remove: (server, app) => {
        const { address } = servers.session(server).connection;
        if (address !== null) tunnels.close(server, defaultHost(app, address));
        const job = startRemove(deps, { server, app });
        void forgetRemoved(job, { server, app });
        return job;
      },
    },
    certificates: {
      list: certificatesOverview,
      obtain: (server, request) => startObtain(jobs, servers.session(server), request),
      install: installOwn,
      remove: removeCertificate,
      setHttps: ({ edge }, host, mode) => edge.setHttps(host, mode),
      removeRenewer: ({ docker }, challenge) => removeRenewer(docker, challenge),
    },
    routes: {
      list: listRoutes,
      traffic: routeTraffic,
      difference: edgeDifference,
      change: (session, change) => changeRoutes(session, change, deps.by),
    },
    ports: { list: listPorts, change: (session, change, signal) => changePorts(session, change, deps.by, signal) },
    edge: {
      plan: planUpdate,
      update: (server, way, force) => startEdgeUpdate(jobs, servers.session(server), { way, force, by: deps.by }),
    },
    setUp: (server) => startSetup(jobs, servers.session(server)),
    connectAll: () => {
      for (const { profile, connection } of servers.list()) if (profile.hostKey !== null) connection.connect();
    },
    readFacts: ({ connection, docker }) => readFacts(connection, docker),
    isSetUp: ({ docker, edge }) => isSetUp(docker, edge),
    containers: ({ docker }) => containersOf(docker),
    inspectFolder: (folder, signal) => inspectFolder(remembered, folder, signal),
    warmUp: warmUpInspection,
    choices: {
      of: (target, path) => remembered.of(target, wholePath(path)),
      set: (target, path, choices) => remembered.set(target, wholePath(path), choices),
    },
    followLogs,
    openTerminal: terminalStream,
    addressOf: async (session, app, resolvesTo) => {
      const { hosts } = (await appDetail(session, app)).summary;
      const named = await reachableHost(hosts, session.connection.address, resolvesTo);
      if (named !== null) return { url: `http://${named}/`, by: 'name', host: named };
      const host = hosts[0];
      if (host === undefined) throw new ExpectedError('not-found', `${app} has no address yet.`, { next: 'Deploy it first.' });
      return { url: (await tunnels.open(session, host)).url, by: 'tunnel', host };
    },
    dispose: () => owned.dispose(),
  };
}
