import { createHash } from 'node:crypto';
import { poll } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Docker, Labels, ServiceSpec } from '../docker/types.ts';
import { EDGE_NETWORK, edgeFolders } from '../edge/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { hookScript } from './hook.ts';

export const renewerService = 'longshore-certificates';
/** What certbot keeps: accounts, keys, and how each certificate was got. Only root may read it. */
const hostFolder = '/var/lib/longshore/certificates';
export const folder = '/etc/letsencrypt';
export const hookFile = `${folder}/hook.py`;
export const rootsFile = `${folder}/roots.pem`;
const statusFile = `${folder}/last-renewal.txt`;

/** The tool that asks for certificates and renews them: certbot of the Electronic Frontier Foundation, in its own image. */
const certbotImage = 'certbot/certbot:v2.1.0';
const second = 1_000_000_000;
const startWithinMs = 120_000;

/**
 * Twice a day, as certbot asks for, and once at its start: after a reboot too. Renews what has a third of its time left. What it said
 * last stays in a file, after the time and its exit code.
 */
const loopScript = `
trap 'exit 0' TERM INT
if [ -s ${rootsFile} ]; then export REQUESTS_CA_BUNDLE=${rootsFile}; fi
while :; do
  certbot renew --non-interactive --no-random-sleep-on-renew > ${statusFile}.said 2>&1
  code=$?
  { date +%s; echo "$code"; cat ${statusFile}.said; } > ${statusFile}.new
  mv ${statusFile}.new ${statusFile}
  cat ${statusFile}.said
  sleep 43200 &
  wait $!
done
`;

/** Puts the hook in its place. Its text is argument 1. */
const prepareScript = `
set -eu
umask 077
cd ${folder}
printf '%s' "$1" > hook.py.new
mv hook.py.new hook.py
`;

const binds = [`${hostFolder}:${folder}`] as const;
/** Changes with everything that makes the service what it is. */
const version = createHash('sha256').update(hookScript).update(loopScript).update(certbotImage).digest('hex').slice(0, 16);
const labels: Labels = { 'dev.longshore.schema': '1', 'dev.longshore.kind': 'certificates', 'dev.longshore.version': version };

function renewerSpec(imageId: string, nodeId: string): ServiceSpec {
  return {
    Name: renewerService,
    Labels: labels,
    TaskTemplate: {
      ContainerSpec: {
        Image: imageId,
        Labels: labels,
        Command: ['sh', '-c', loopScript],
        User: '0',
        Mounts: [{ Type: 'bind', Source: hostFolder, Target: folder }, ...edgeFolders],
        StopGracePeriod: 10 * second,
        Healthcheck: { Test: ['NONE'] },
      },
      RestartPolicy: { Condition: 'any', Delay: 5 * second },
      Placement: { Constraints: [`node.id==${nodeId}`] },
      Networks: [{ Target: EDGE_NETWORK }],
      LogDriver: { Name: 'json-file', Options: { 'max-size': '1m', 'max-file': '2' } },
    },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: { Parallelism: 1, Order: 'stop-first', FailureAction: 'pause' },
    EndpointSpec: { Mode: 'dnsrr' },
  };
}

/**
 * Makes the renewing service run as this program knows it. Returns the id of its container, and whether anything had to be done.
 * Throws `name-taken` for a service of that name that is somebody else's.
 */
export async function ensureRenewer(
  { docker, connection }: Pick<ServerSession, 'docker' | 'connection'>,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<{ readonly container: string; readonly made: boolean }> {
  const service = await docker.service(renewerService);
  if (service && service.labels['dev.longshore.kind'] !== labels['dev.longshore.kind']) {
    throw new ExpectedError('name-taken', `There is a service ${renewerService} on ${connection.name} that Longshore did not make`, {
      next: `Remove it by \`docker service rm ${renewerService}\`, and try again.`,
    });
  }
  const current = service?.labels['dev.longshore.version'] === version && service.replicas > 0;
  const there = current ? await renewerContainer(docker) : null;
  if (there !== null) return { container: there, made: false };
  if (!current) {
    const imageId = await certbotImageId(docker, connection.name, signal, onLine);
    const prepared = await docker.runOnce({ image: imageId, argv: ['sh', '-c', prepareScript, 'sh', hookScript], binds, labels, signal });
    if (prepared.code !== 0) {
      throw new ExpectedError('command-failed', `The folder of the certificates on ${connection.name} could not be prepared`, {
        detail: `${prepared.stdout}\n${prepared.stderr}`.trim(),
        next: 'Check the free space of the server, and try again.',
      });
    }
    const spec = renewerSpec(imageId, (await docker.info()).nodeId);
    if (service) await docker.updateService(service, spec);
    else await docker.createService(spec);
  }
  const container = await poll(async () => (await renewerContainer(docker)) ?? undefined, {
    everyMs: 250,
    withinMs: startWithinMs,
    signal,
  });
  if (container !== undefined) return { container, made: true };
  const tasks = await docker.tasks({ service: renewerService });
  throw new ExpectedError('docker-failed', `The certificate service on ${connection.name} did not start`, {
    detail: tasks.map((task) => `${task.state}: ${task.error || task.message}`).join('\n'),
    next: 'Look at the details, and try again.',
  });
}

/** The container of the current service; null while there is none that runs. */
export async function renewerContainer(docker: Pick<Docker, 'containers'>): Promise<string | null> {
  const found = await docker.containers({ labels: { 'com.docker.swarm.service.name': renewerService, 'dev.longshore.version': version } });
  return found.find(({ state }) => state === 'running')?.id ?? null;
}

/** What the last renewal said. Null where the service was never made, or does not run as this program knows it. */
export async function renewerState(
  docker: Docker,
): Promise<{ readonly running: boolean; readonly container: string | null; readonly lastRun: RenewalRun | null } | null> {
  if ((await docker.service(renewerService)) === null) return null;
  const container = await renewerContainer(docker);
  if (container === null) return { running: false, container: null, lastRun: null };
  const { stdout } = await docker.exec(container, ['cat', statusFile]);
  return { running: true, container, lastRun: parseRun(stdout) };
}

export interface RenewalRun {
  /** Milliseconds since 1970 by the server's clock. */
  readonly at: number;
  readonly code: number;
  readonly said: string;
}

/** The status file: seconds since 1970, exit code, output. Null where it does not begin like that. */
export function parseRun(text: string): RenewalRun | null {
  const [, at, code, said] = /^(\d+)\n(\d+)\n([\s\S]*)$/.exec(text) ?? [];
  return at === undefined || code === undefined ? null : { at: Number(at) * 1000, code: Number(code), said: (said ?? '').trim() };
}

/** Takes the service off. What certbot keeps stays in its folder, so that a later one goes on from it. */
export async function removeRenewer(docker: Docker): Promise<void> {
  if ((await docker.service(renewerService)) !== null) await docker.removeService(renewerService);
}

async function certbotImageId(docker: Docker, server: string, signal: AbortSignal, onLine: (line: string) => void): Promise<string> {
  const there = await docker.imageId(certbotImage);
  if (there !== null) return there;
  await docker.pull(certbotImage, { signal, onLine });
  const pulled = await docker.imageId(certbotImage);
  if (pulled !== null) return pulled;
  throw new ExpectedError('not-found', `The image ${certbotImage} is not on ${server} after it was pulled`);
}
