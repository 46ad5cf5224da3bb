import { ExpectedError, type SetupStep, setupSteps } from '../../contract/index.ts';
import { serviceLabels } from '../../docker/index.ts';
import { EDGE_SERVICE } from '../../edge/index.ts';
import type { Jobs } from '../../jobs/types.ts';
import type { ServerSession } from '../types.ts';
import { dockerStep, versionOrNull } from './docker-step.ts';
import { isSetUp, readResources, readSystem } from './facts.ts';
import { checkPorts, LISTENERS_SCRIPT, parseListeners } from './ports.ts';
import { checkResources } from './resources.ts';
import { networkStep, swarmStep } from './swarm-step.ts';
import { checkSystem } from './system.ts';
import type { JobContext, SetupParts, StageContext } from './types.ts';

const titles: Readonly<Record<SetupStep, string>> = {
  reach: 'Reach the server',
  privileges: 'Check what your user may do',
  system: 'Check the operating system',
  resources: 'Check disk and memory',
  ports: 'Check ports 80 and 443',
  docker: 'Install and start Docker',
  swarm: 'Start the swarm',
  network: 'Make the network',
  edge: 'Start the edge',
};

/** The stages of a `setup` job, in order. */
export const setupStages: readonly { readonly id: SetupStep; readonly title: string }[] = setupSteps.map((id) => ({
  id,
  title: titles[id],
}));

/** Starts the set-up of a server as a job, and returns the job's id. */
export function startSetup(jobs: Jobs, session: ServerSession): string {
  const { profile, connection, docker, edge } = session;
  return jobs.start({
    kind: 'setup',
    title: `Set up ${profile.name}`,
    server: profile.id,
    app: null,
    stages: setupStages,
    run: (job) => runSetup(job, { name: profile.name, connection, docker, edge }),
  });
}

/**
 * The checklist that makes a Linux server ready for apps. Every step looks first and changes only what is missing, so that it can be
 * run at any time; containers and services that are not ours are never touched. A step that fails says what it found and what to do.
 */
export async function runSetup(job: JobContext, parts: SetupParts): Promise<void> {
  const { name, connection, docker, edge } = parts;
  let done = false;
  /** On a server that is set up a check finds what was checked before. */
  const checked = (stage: StageContext, detail: string): void => (done ? stage.already(detail) : stage.detail(detail));

  await job.stage('reach', async (stage) => {
    await connection.ready(stage.signal);
    done = await isSetUp(docker, edge);
    checked(stage, connection.address ?? name);
  });
  await job.stage('privileges', async (stage) => checked(stage, await findPrivileges(parts, stage)));
  await job.stage('system', async (stage) => {
    const system = await readSystem(connection, stage.signal);
    checkSystem(system, (await versionOrNull(docker)) !== null);
    checked(stage, `${system.prettyName}, ${system.machine}`);
  });
  await job.stage('resources', async (stage) => {
    const folder = (await versionOrNull(docker)) === null ? undefined : (await docker.info()).rootFolder;
    checked(stage, checkResources(await readResources(connection, folder, stage.signal), name));
  });
  await job.stage('ports', async (stage) => checked(stage, await findPorts(parts, stage)));
  await job.stage('docker', (stage) => dockerStep(parts, stage));
  await job.stage('swarm', (stage) => swarmStep(parts, stage));
  await job.stage('network', (stage) => networkStep(parts, stage));
  await job.stage('edge', async (stage) => {
    if ((await edge.ensure(stage.signal)) === 'already') stage.already('HAProxy answers');
    else stage.detail('HAProxy answers');
  });
}

/** Root, a user of Docker, or sudo. The password of sudo is asked for only where something needs root. */
async function findPrivileges({ name, connection, docker }: SetupParts, stage: StageContext): Promise<string> {
  const uid = await connection.exec(['id', '-u'], { signal: stage.signal });
  if (uid.stdout.trim() === '0') return 'Root';
  if ((await versionOrNull(docker)) !== null) return 'May use Docker';
  const user = (await connection.exec(['id', '-un'], { signal: stage.signal })).stdout.trim();
  const root = await connection.script('id -u', [], { asRoot: true, signal: stage.signal });
  if (root.code === 0 && root.stdout.trim() === '0') return 'Root by sudo';
  throw new ExpectedError('privileges-missing', `The user ${user} may not do what the set-up of ${name} needs`, {
    detail: root.stderr.trim(),
    next: 'Log in as root, or as a user who may use sudo or is in the group docker.',
  });
}

async function findPorts({ name, connection, docker }: SetupParts, stage: StageContext): Promise<string> {
  const hasDocker = (await versionOrNull(docker)) !== null;
  const containers = hasDocker ? await docker.containers() : [];
  // Only root sees whose the listeners are; a user of Docker is not asked for a password just for a better name.
  const result = await connection.script(LISTENERS_SCRIPT, [], { asRoot: !hasDocker, signal: stage.signal });
  return checkPorts(parseListeners(result.stdout), containers, (container) => container.labels[serviceLabels.name] === EDGE_SERVICE, name);
}
