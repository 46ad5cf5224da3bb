import { appIn, labelNames, readApps } from '../apps/index.ts';
import {
  ExpectedError,
  type PortChange,
  type PortDraft,
  type PortKey,
  type PortRoute,
  type PortsView,
  type PortView,
  portInWords,
  portRoute,
} from '../contract/index.ts';
import { newestTasks } from '../docker/index.ts';
import type { Service } from '../docker/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { type ProxyStatus, parseStatus } from './answers.ts';
import { labelsOfPort, type PortService, portLabels, portServices } from './labels.ts';
import { awaitProxy, containerOf, prepareProxy, removeProxy, runs, stageRoute } from './proxy.ts';
import { reachedFromHere } from './reached.ts';
import { parseListeners, refuseTakenPort } from './refuse.ts';
import { askProxy } from './socket.ts';
import { portSpec } from './spec.ts';

/** The ports of a server that lead somewhere, each with what its proxy is up to. */
export async function listPorts(session: ServerSession, signal?: AbortSignal): Promise<PortsView> {
  await session.connection.ready(signal);
  return viewOf(session, null, signal);
}

/**
 * Adds, changes or removes a port. Nothing else of the server is touched: each has a proxy of its own. Throws `not-found`, `name-taken`,
 * `ports-taken`, `invalid-input` and `edge-failed`; nothing is left then of a port that was to be added.
 */
export async function changePorts(session: ServerSession, change: PortChange, by: string, signal?: AbortSignal): Promise<PortsView> {
  await session.connection.ready(signal);
  if (change.do === 'add') return viewOf(session, await add(session, change.port, by, signal), signal);
  if (change.do === 'edit') await edit(session, change.port, by);
  else await remove(session, change.port);
  return viewOf(session, null, signal);
}

/** Removes the ports that lead to an app. Returns them as they are called. */
export async function removePortsOf(session: ServerSession, app: string): Promise<string[]> {
  const own = (await readPorts(session)).filter(({ route }) => route.target.kind === 'app' && route.target.app === app);
  await Promise.all(own.map(({ route, service }) => removeProxy(session, route, service.id)));
  return own.map(({ route }) => portInWords(route));
}

async function add(session: ServerSession, draft: PortDraft, by: string, signal: AbortSignal | undefined): Promise<string | null> {
  const { connection, docker, profile } = session;
  const [route, services, listening] = await Promise.all([
    complete(session, draft),
    docker.services(),
    // Without it (iproute2 is not there) Docker tells when the port is taken.
    connection.exec(['ss', '-Hltunp'], { signal }),
  ]);
  const listeners = listening.code === 0 ? parseListeners(listening.stdout) : [];
  refuseTakenPort(route, { ports: portServices(services), services, listeners, sshPort: profile.port, server: profile.name });
  const imageId = await prepareProxy(session, route, signal);
  const { nodeId } = await docker.info();
  let id: string;
  try {
    id = await docker.createService(portSpec({ route, by, at: Date.now(), imageId, nodeId }));
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'name-taken') throw error;
    throw new ExpectedError('name-taken', `Somebody else has just added the port ${portInWords(route)} of ${profile.name}`, {
      next: 'Look at the list again.',
    });
  }
  try {
    await awaitProxy(session, id, route, signal);
  } catch (error) {
    await removeProxy(session, route, id);
    throw error;
  }
  return await reachedFromHere(session, route, signal);
}

async function edit(session: ServerSession, draft: PortDraft, by: string): Promise<void> {
  const { docker, profile } = session;
  const route = await complete(session, draft);
  const { service } = find(await readPorts(session), route, profile.name);
  const take = await stageRoute(session, service.id, route);
  // Compare-and-swap: of two laptops that change it at once the second is told. Only labels differ, so that its container goes on.
  await docker.updateService(service, { ...service.spec, Labels: labelsOfPort(route, by, Date.now()) });
  await take();
}

async function remove(session: ServerSession, key: PortKey): Promise<void> {
  const { route, service } = find(await readPorts(session), key, session.profile.name);
  await removeProxy(session, route, service.id);
}

/** With the app's own port where none is given. Throws `not-found` for an app that is not there, and `invalid-input`. */
async function complete(session: ServerSession, draft: PortDraft): Promise<PortRoute> {
  if (draft.target.kind === 'address') return checked({ ...draft, target: draft.target });
  const { app, port } = draft.target;
  const { current, services } = appIn(await readApps(session), app);
  const service = current ?? services[0];
  if (!service) {
    throw new ExpectedError('not-found', `There is no app ${app} on ${session.profile.name}`, { next: 'Deploy it first.' });
  }
  return checked({ ...draft, target: { kind: 'app', app, port: port ?? service.settings.port } });
}

/** Once more before it is written: a label that is none could not be read by anybody. */
function checked(route: PortRoute): PortRoute {
  const parsed = portRoute.safeParse(route);
  if (parsed.success) return parsed.data;
  throw new ExpectedError('invalid-input', `${portInWords(route)}: ${parsed.error.issues[0]?.message ?? 'not a port route'}`);
}

async function readPorts({ docker }: ServerSession): Promise<PortService[]> {
  return portServices(await docker.services(portLabels));
}

function find(ports: readonly PortService[], key: PortKey, server: string): PortService {
  const found = ports.find(({ route }) => route.protocol === key.protocol && route.port === key.port);
  if (found) return found;
  throw new ExpectedError('not-found', `There is no route of the port ${portInWords(key)} on ${server}`, {
    next: 'Somebody may have removed it: look again.',
  });
}

async function viewOf(session: ServerSession, note: string | null, signal: AbortSignal | undefined): Promise<PortsView> {
  const services = await session.docker.services();
  const apps = new Set(services.flatMap(({ labels }) => labels[labelNames.app] ?? []));
  const ports = await Promise.all(
    portServices(services).map(async ({ route, by, at, service }): Promise<PortView> => {
      return { ...route, ...(await stateOf(session, route, service, apps, signal)), by, at };
    }),
  );
  return { ports, note };
}

type Seen = Pick<PortView, 'state' | 'reason' | 'connections'>;

async function stateOf(
  session: ServerSession,
  route: PortRoute,
  service: Service,
  apps: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<Seen> {
  const status = await statusOf(session, route, service, signal);
  if (!status) return notRunning(session, service.name);
  const { connections, working, lastFailure } = status;
  if (!(await runs(session, service.id, route, signal))) {
    return { state: 'changing', reason: 'Its proxy goes by something else than what is written here: change it once more.', connections };
  }
  const { target } = route;
  if (working > 0 && (route.protocol === 'tcp' || target.kind === 'address' || apps.has(target.app))) {
    return { state: 'open', reason: '', connections };
  }
  if (target.kind === 'app' && !apps.has(target.app)) {
    return { state: 'unreached', reason: `There is no app ${target.app} on this server any more.`, connections };
  }
  const said = lastFailure ? ` (${lastFailure})` : '';
  const what = target.kind === 'app' ? `No replica of ${target.app} takes` : `${target.host} takes no`;
  return { state: 'unreached', reason: `${what} connections on port ${target.port}${said}.`, connections };
}

/** Of UDP is known only whether its proxy runs: who does not answer may have nothing to say. */
async function statusOf(
  { connection, docker }: ServerSession,
  route: PortRoute,
  service: Service,
  signal: AbortSignal | undefined,
): Promise<ProxyStatus | undefined> {
  if (route.protocol === 'tcp') {
    const answer = await askProxy(connection, route, 'show stat -1 7 -1', signal);
    return answer === undefined ? undefined : parseStatus(answer);
  }
  return (await containerOf(docker, service.id)) === null ? undefined : { connections: null, working: 1, lastFailure: null };
}

async function notRunning({ docker }: ServerSession, service: string): Promise<Seen> {
  const failed = (await newestTasks(docker, service)).find(({ error }) => error !== '');
  if (!failed) return { state: 'starting', reason: '', connections: null };
  return { state: 'closed', reason: `Its proxy does not run: ${failed.error}`, connections: null };
}
