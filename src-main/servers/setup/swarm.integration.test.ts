/** Set-up of servers on which somebody was before: with containers, in a swarm of their own, a worker in another's, locked. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, type PracticeServer, upServer } from '../../../sandbox/index.ts';
import { poll } from '../../base/wait.ts';
import type { HeldConnection } from '../../ssh/index.ts';
import { isSetUp } from './index.ts';
import { type OpenSetup, openSetup, setUpAsJob, statesOf } from './practice-setup.ts';

const MANAGER = 'setup-manager';
const OTHER = 'setup-other';
const connections: HeldConnection[] = [];
let manager: PracticeServer;
let other: PracticeServer;

function open(server: PracticeServer): OpenSetup {
  const parts = openSetup(server);
  connections.push(parts.connection);
  return parts;
}

async function on(name: string, command: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await execOn(name, command, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout.trim();
}

beforeAll(async () => {
  manager = await upServer(MANAGER, { docker: true, fresh: true });
  other = await upServer(OTHER, { docker: true, fresh: true });
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.dispose();
});
afterAll(async () => {
  await downServer(MANAGER);
  await downServer(OTHER);
});

describe('set-up of a server that is in use', () => {
  it('leaves the containers, the swarm and the services of somebody else as they are', async () => {
    await on(MANAGER, 'docker run -d --name theirs --restart always busybox sleep 100000');
    await on(MANAGER, `docker swarm init --advertise-addr ${manager.host}`);
    await on(MANAGER, 'docker service create --detach --name their-service busybox sleep 100000');
    const running = () => on(MANAGER, 'docker ps --no-trunc --filter label=com.docker.swarm.service.name=their-service --format "{{.ID}}"');
    expect(await poll(async () => (await running()) || undefined, { everyMs: 200, withinMs: 30_000 })).toBeDefined();
    const look = async () => ({
      container: await on(MANAGER, 'docker inspect -f "{{.Id}} {{.State.StartedAt}} {{.State.Running}}" theirs'),
      swarm: await on(MANAGER, 'docker info -f "{{.Swarm.Cluster.ID}} {{.Swarm.NodeID}}"'),
      service: await on(MANAGER, 'docker service inspect -f "{{.ID}} {{.Version.Index}}" their-service'),
      task: await running(),
    });
    const before = await look();

    const parts = open(manager);
    const { job } = await setUpAsJob(parts);
    expect(job.error).toBeNull();
    expect(statesOf(job)).toMatchObject({ docker: 'already', swarm: 'already', network: 'done', edge: 'done' });
    expect(await isSetUp(parts.docker, parts.edge)).toBe(true);
    expect(await look()).toEqual(before);
  });

  it('refuses a worker, naming whom to add instead, and leaves it in its swarm', async () => {
    const token = await on(MANAGER, 'docker swarm join-token -q worker');
    await on(OTHER, `docker swarm join --token ${token} ${manager.host}:2377`);
    const node = await on(OTHER, 'docker info -f "{{.Swarm.NodeID}}"');
    const { job } = await setUpAsJob(open(other));
    expect(job.error).toMatchObject({
      code: 'not-set-up',
      message: `${OTHER} is a worker in a swarm that another server manages`,
      next: expect.stringContaining('Add the manager'),
    });
    expect(statesOf(job)).toMatchObject({ docker: 'already', swarm: 'failed', network: 'waiting', edge: 'waiting' });
    expect(await on(OTHER, 'docker info -f "{{.Swarm.NodeID}} {{.Swarm.LocalNodeState}}"')).toBe(`${node} active`);
    await on(OTHER, 'docker swarm leave');
  });

  it('refuses a locked swarm, and goes on once it is unlocked as it said', async () => {
    const said = await on(OTHER, `docker swarm init --autolock --advertise-addr ${other.host}`);
    const key = /SWMKEY-1-\S+/.exec(said)?.[0];
    await on(OTHER, 'systemctl restart docker');
    const { job } = await setUpAsJob(open(other));
    expect(job.error).toMatchObject({
      code: 'not-set-up',
      message: `The swarm on ${OTHER} is locked`,
      next: expect.stringContaining('docker swarm unlock'),
    });
    expect(statesOf(job)).toMatchObject({ swarm: 'failed', network: 'waiting', edge: 'waiting' });
    await on(OTHER, 'docker swarm unlock', `${key}\n`);
    const again = await setUpAsJob(open(other));
    expect(again.job.error).toBeNull();
    expect(statesOf(again.job)).toMatchObject({ docker: 'already', swarm: 'already', network: 'done', edge: 'done' });
  });
});
