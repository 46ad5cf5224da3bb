import { poll } from '../base/wait.ts';
import { ExpectedError, type PortRoute, portInWords } from '../contract/index.ts';
import { imageThere, newestTasks, removeWithContainers, runningContainer, serviceLabels, tasksInWords } from '../docker/index.ts';
import type { Docker } from '../docker/types.ts';
import { EDGE_IMAGE, parseDescription, socketGroup } from '../edge/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { proxyKinds } from './kind.ts';
import { portLabels, portServiceName } from './labels.ts';
import { askProxy } from './socket.ts';
import { folderName, HOST_FOLDER } from './spec.ts';
import { FOLDER, fingerprintOf } from './tcp.ts';

const START_WITHIN_MS = 60_000;
const RELOAD_WITHIN_MS = 30_000;

/** Makes a proxy's folder, as root in a container of its own. Arguments: the folder's name, who owns it, the group of the sockets, its configuration. */
const prepareScript = (check: string): string => `
set -eu
rm -rf "/ports/$1"
mkdir -p "/ports/$1"
chown "$2:$3" "/ports/$1"
chmod 750 "/ports/$1"
printf '%s' "$4" > "/ports/$1/proxy.cfg"
chown "$2" "/ports/$1/proxy.cfg"
${check} "/ports/$1/proxy.cfg"
`;

/** Lays a new configuration beside the one that runs, called valid by this very proxy. Argument: its length. */
const checkScript = (check: string): string => `
set -eu
cd ${FOLDER}
cat > proxy.cfg.new
if [ "$(wc -c < proxy.cfg.new)" -ne "$1" ]; then echo "The file arrived incomplete." >&2; exit 3; fi
${check} ${FOLDER}/proxy.cfg.new >&2
`;

const TAKE = ['mv', `${FOLDER}/proxy.cfg.new`, `${FOLDER}/proxy.cfg`];

const binds = [`${HOST_FOLDER}:/ports`];
const edgeBinds = ['/var/lib/longshore/edge/etc:/etc/edge:ro'];

/** Pulls the image where it is missing, and makes the folder of a proxy. Returns the image's id. */
export async function prepareProxy({ connection, docker }: ServerSession, route: PortRoute, signal?: AbortSignal): Promise<string> {
  const kind = proxyKinds[route.protocol];
  const imageId = await imageThere(docker, kind.image, connection.name, { signal });
  const group = await socketGroup(connection, signal);
  const argv = ['sh', '-c', prepareScript(kind.check), 'sh', folderName(route), kind.user, group, kind.render(route)];
  const prepared = await docker.runOnce({ image: imageId, argv, binds: [...binds, ...edgeBinds], labels: portLabels, signal });
  if (prepared.code === 0) return imageId;
  throw new ExpectedError('edge-failed', `The proxy of the port ${portInWords(route)} on ${connection.name} could not be prepared`, {
    detail: `${prepared.stdout}\n${prepared.stderr}`.trim(),
    next: 'Look at the details; check the free space of the server, and try again.',
  });
}

/** Waits until the proxy serves by this route. Throws what Swarm says when it does not. */
export async function awaitProxy(session: ServerSession, serviceId: string, route: PortRoute, signal?: AbortSignal): Promise<void> {
  const { connection, docker } = session;
  const started = await poll(async () => (await runs(session, serviceId, route, signal)) || undefined, {
    everyMs: 150,
    withinMs: START_WITHIN_MS,
    signal,
  });
  if (started) return;
  const tasks = await newestTasks(docker, portServiceName(route));
  throw new ExpectedError('edge-failed', `The proxy of the port ${portInWords(route)} on ${connection.name} did not start`, {
    detail: tasksInWords(tasks.slice(0, 3)),
    next: 'Look at the details; when they name the port, stop what uses it, and try again.',
  });
}

/** Whether a proxy runs by the configuration of this very route. HAProxy says so itself; of nginx only its file can be read. */
export async function runs(session: ServerSession, serviceId: string, route: PortRoute, signal?: AbortSignal): Promise<boolean> {
  const wanted = proxyKinds[route.protocol].render(route);
  if (route.protocol === 'tcp') {
    const info = await askProxy(session.connection, route, 'show info', signal);
    return info !== undefined && parseDescription(info) === fingerprintOf(wanted);
  }
  const container = await containerOf(session.docker, serviceId);
  if (container === null) return false;
  // Its id is in a file once it takes what comes.
  const file = await session.docker.exec(container, ['sh', '-c', `[ -s /tmp/nginx.pid ] && cat ${FOLDER}/proxy.cfg`], { signal });
  return file.code === 0 && file.stdout === wanted;
}

/**
 * Lays the configuration of a changed route beside the one that runs. Returns what makes it count: connections that are open stay with the
 * worker that they have, new ones go by the new one. Throws `edge-failed` when the proxy refuses it.
 */
export async function stageRoute(session: ServerSession, serviceId: string, route: PortRoute): Promise<() => Promise<void>> {
  const { connection, docker } = session;
  const kind = proxyKinds[route.protocol];
  const words = `The port ${portInWords(route)} of ${connection.name}`;
  const container = await containerOf(docker, serviceId);
  if (container === null) {
    throw new ExpectedError('edge-unavailable', `${words} cannot be changed while its proxy does not run`, {
      next: 'Remove the port and add it again, or look at `docker service ps` there for what is wrong.',
    });
  }
  const config = kind.render(route);
  const argv = ['sh', '-c', checkScript(kind.check), 'sh', String(Buffer.byteLength(config))];
  const checked = await docker.exec(container, argv, { input: config });
  if (checked.code !== 0) throw new ExpectedError('edge-failed', `${words} cannot be changed to that`, { detail: checked.stderr.trim() });
  return async () => {
    const taken = await docker.exec(container, TAKE);
    if (taken.code !== 0) throw new ExpectedError('edge-failed', `${words} could not be changed`, { detail: taken.stderr.trim() });
    await docker.killContainer(container, route.protocol === 'tcp' ? 'SIGUSR2' : 'SIGHUP');
    const loaded = await poll(async () => (await runs(session, serviceId, route)) || undefined, {
      everyMs: 100,
      withinMs: RELOAD_WITHIN_MS,
    });
    if (loaded) return;
    throw new ExpectedError('edge-failed', `${words} still leads where it led before: its proxy did not take the change`, {
      next: 'Make the same change again; if it stays like this, remove the port and add it again.',
    });
  };
}

/** Takes a proxy off, and waits until nothing of it holds the port any more. */
export async function removeProxy({ docker }: ServerSession, route: PortRoute, serviceId: string): Promise<void> {
  const image = await docker.imageId(EDGE_IMAGE);
  await removeWithContainers(docker, serviceId);
  // A folder that stays is emptied when the port is added again.
  if (image) await docker.runOnce({ image, argv: ['rm', '-rf', `/ports/${folderName(route)}`], binds, labels: portLabels });
}

/** Of the proxy's service; null while none runs. */
export async function containerOf(docker: Pick<Docker, 'containers'>, serviceId: string): Promise<string | null> {
  return (await runningContainer(docker, { [serviceLabels.id]: serviceId }))?.id ?? null;
}
