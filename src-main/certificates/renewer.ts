import { createHash } from 'node:crypto';
import { poll } from '../base/wait.ts';
import { type ChallengeKind, challengeKind, ExpectedError } from '../contract/index.ts';
import { imageThere, newestTasks, runningContainer, serviceLabels, tasksInWords } from '../docker/index.ts';
import type { Docker, Labels, Service, ServiceSpec } from '../docker/types.ts';
import { EDGE_NETWORK, edgeFolders } from '../edge/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { hookScript } from './hook.ts';
import { credentialsBefore, credentialsFile, folder, type Renewer, renewerBy, rootsFile, statusFile } from './renewers.ts';

const second = 1_000_000_000;
const startWithinMs = 120_000;
const firstRunWithinMs = 60_000;

/**
 * Twice a day, as certbot asks for, and once at its start: after a reboot too. Renews what has a third of its time left. What it said
 * last stays in a file, after the time and its exit code.
 */
const loopScript = `
trap 'exit 0' TERM INT
# Somebody was trying others when this service or the server was stopped.
if [ -e ${credentialsBefore} ]; then mv ${credentialsBefore} ${credentialsFile}; fi
rm -f ${statusFile}
while :; do
  # They may have come since the last time.
  if [ -s ${rootsFile} ]; then export REQUESTS_CA_BUNDLE=${rootsFile}; fi
  while :; do
    certbot renew --non-interactive --no-random-sleep-on-renew > ${statusFile}.said 2>&1
    code=$?
    # One is asked for at this moment: that is no failure of a renewal.
    grep -qi 'another instance of certbot is already running' ${statusFile}.said || break
    sleep 5 &
    wait $!
  done
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

const kindLabels: Labels = { 'dev.longshore.kind': 'certificates' };

function bindsOf({ hostFolder }: Renewer): readonly string[] {
  return [`${hostFolder}:${folder}`];
}

/** Its version changes with everything that makes the service what it is. */
function labelsOf({ image }: Renewer): Labels {
  const version = createHash('sha256').update(hookScript).update(loopScript).update(image).digest('hex').slice(0, 16);
  return { 'dev.longshore.schema': '1', ...kindLabels, 'dev.longshore.version': version };
}

function renewerSpec(renewer: Renewer, imageId: string, nodeId: string): ServiceSpec {
  const labels = labelsOf(renewer);
  return {
    Name: renewer.service,
    Labels: labels,
    TaskTemplate: {
      ContainerSpec: {
        Image: imageId,
        Labels: labels,
        Command: ['sh', '-c', loopScript],
        Env: renewer.environment,
        User: '0',
        Mounts: [{ Type: 'bind', Source: renewer.hostFolder, Target: folder }, ...edgeFolders],
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
 * Makes the renewing service run as this program knows it. Returns the id of its container, and what
 * was there before.
 * Throws `name-taken` for a service of that name that is somebody else's.
 */
export async function ensureRenewer(
  renewer: Renewer,
  { docker, connection }: Pick<ServerSession, 'docker' | 'connection'>,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<{ readonly container: string; readonly was: 'absent' | 'other' | 'current' }> {
  const labels = labelsOf(renewer);
  const service = await docker.service(renewer.service);
  if (service && service.labels['dev.longshore.kind'] !== labels['dev.longshore.kind']) {
    throw new ExpectedError('name-taken', `There is a service ${renewer.service} on ${connection.name} that Longshore did not make`, {
      next: `Remove it by \`docker service rm ${renewer.service}\`, and try again.`,
    });
  }
  const current = service !== null && service.labels['dev.longshore.version'] === labels['dev.longshore.version'] && service.replicas > 0;
  const there = current ? await containerOf(docker, service.id, labels) : null;
  if (there !== null) return { container: there, was: 'current' };
  let id = service?.id;
  if (!current) {
    const imageId = await imageThere(docker, renewer.image, connection.name, { signal, onLine });
    const argv = ['sh', '-c', prepareScript, 'sh', hookScript];
    const prepared = await docker.runOnce({ image: imageId, argv, binds: bindsOf(renewer), labels, signal });
    if (prepared.code !== 0) {
      throw new ExpectedError('command-failed', `The folder of the certificates on ${connection.name} could not be prepared`, {
        detail: `${prepared.stdout}\n${prepared.stderr}`.trim(),
        next: 'Check the free space of the server, and try again.',
      });
    }
    const spec = renewerSpec(renewer, imageId, (await docker.info()).nodeId);
    if (service) await docker.updateService(service, spec);
    else id = await docker.createService(spec);
  }
  const container = await poll(async () => (await containerOf(docker, id ?? '', labels)) ?? undefined, {
    everyMs: 250,
    withinMs: startWithinMs,
    signal,
  });
  if (container !== undefined) {
    // It begins with a renewal, and certbot does one thing at a time.
    const began = async (): Promise<true | undefined> =>
      (await docker.exec(container, ['test', '-e', statusFile], { signal })).code === 0 ? true : undefined;
    await poll(began, { everyMs: 250, withinMs: firstRunWithinMs, signal });
    return { container, was: current ? 'current' : service === null ? 'absent' : 'other' };
  }
  const tasks = await newestTasks(docker, renewer.service);
  throw new ExpectedError('docker-failed', `The certificate service on ${connection.name} did not start`, {
    detail: tasksInWords(tasks),
    next: 'Look at the details, and try again.',
  });
}

/** By the service's id: one that is on its way out has the same name as the one that takes its place. */
export async function containerOf(docker: Pick<Docker, 'containers'>, serviceId: string, labels: Labels = {}): Promise<string | null> {
  return (await runningContainer(docker, { ...labels, [serviceLabels.id]: serviceId }))?.id ?? null;
}

/** The container of a renewing service, also of one that another version of this program made; null while there is none that runs. */
export async function renewerContainer(docker: Pick<Docker, 'service' | 'containers'>, challenge: ChallengeKind): Promise<string | null> {
  const service = await docker.service(renewerBy(challenge).service);
  return service === null ? null : containerOf(docker, service.id);
}

/** All renewing services that are there, that of HTTP first. */
export async function servicesThere(docker: Docker): Promise<{ readonly renewer: Renewer; readonly service: Service }[]> {
  const services = await docker.services(kindLabels);
  return challengeKind.options.map(renewerBy).flatMap((renewer) => {
    const service = services.find(({ name }) => name === renewer.service);
    return service ? [{ renewer, service }] : [];
  });
}

/**
 * Takes renewing services off: that of one kind of challenge, or all. What certbot keeps stays in its folder, so that a later one goes on
 * from it; credentials of a DNS provider do not stay.
 */
export async function removeRenewer(docker: Docker, challenge?: ChallengeKind): Promise<void> {
  for (const { renewer, service } of await servicesThere(docker)) {
    if (challenge !== undefined && challenge !== renewer.challenge) continue;
    if (renewer.challenge !== 'http') await removeCredentials(docker, renewer, service);
    await docker.removeService(service.id);
  }
}

async function removeCredentials(docker: Docker, renewer: Renewer, service: Service): Promise<void> {
  const argv = ['rm', '-f', credentialsFile, credentialsBefore];
  const container = await containerOf(docker, service.id);
  const image = container === null ? await docker.imageId(renewer.image) : null;
  const result =
    container !== null
      ? await docker.exec(container, argv)
      : image !== null
        ? await docker.runOnce({ image, argv, binds: bindsOf(renewer), labels: kindLabels })
        : { code: 1, stderr: `The image ${renewer.image} is not there to do it with.` };
  if (result.code === 0) return;
  throw new ExpectedError('command-failed', 'The credentials of the DNS provider could not be removed from the server', {
    detail: result.stderr,
    next: `Remove ${renewer.hostFolder}/credentials there, and the service by \`docker service rm ${renewer.service}\`.`,
  });
}

/** Removes a certificate as certbot does. Argument: its name. */
const forgetScript = `
for folder in /longshore/certificates*; do
  [ -e "$folder/renewal/$1.conf" ] || continue
  rm -rf "$folder/renewal/$1.conf" "$folder/live/$1" "$folder/archive/$1"
done
`;

/**
 * Takes a certificate out of the folders of services that are not there or do not run, so that one that comes back does not go on with it.
 * Where no image of certbot is left it stays.
 */
export async function forgetWithoutService(docker: Docker, name: string, signal?: AbortSignal): Promise<void> {
  const images = await Promise.all(challengeKind.options.map((challenge) => docker.imageId(renewerBy(challenge).image)));
  const image = images.find((id) => id !== null);
  if (image === undefined || image === null) return;
  const argv = ['sh', '-c', forgetScript, 'sh', checkedName(name)];
  await docker.runOnce({ image, argv, binds: ['/var/lib/longshore:/longshore'], labels: kindLabels, signal });
}

/** Throws `invalid-input` for what would lead out of a folder. */
function checkedName(name: string): string {
  if (/^[a-z0-9_][a-z0-9._-]*$/.test(name) && !name.includes('..')) return name;
  throw new ExpectedError('invalid-input', `"${name.slice(0, 60)}" cannot be the name of a certificate`);
}
