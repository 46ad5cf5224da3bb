import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, fillDisk, type PracticeServer, rebootServer, unfillDisk, upServer } from '../../../sandbox/index.ts';
import { poll } from '../../base/wait.ts';
import { ExpectedError } from '../../contract/index.ts';
import { EDGE_NETWORK } from '../../edge/index.ts';
import type { HeldConnection } from '../../ssh/index.ts';
import { isSetUp, readFacts, setupStages } from './index.ts';
import { type OpenSetup, openSetup, setUpAsJob as setUp, statesOf as states } from './practice-setup.ts';

const BARE = 'setup-bare';
const SUDO = 'setup-sudo';
const connections: HeldConnection[] = [];

function open(server: PracticeServer, user?: string): OpenSetup {
  const parts = openSetup(server, user);
  connections.push(parts.connection);
  return parts;
}

const allOf = (state: string): Record<string, string> => Object.fromEntries(setupStages.map((stage) => [stage.id, state]));

afterEach(() => {
  for (const connection of connections.splice(0)) connection.dispose();
});

afterAll(async () => {
  await downServer(BARE);
  await downServer(SUDO);
});

describe('set-up of a bare server by root', () => {
  let server: PracticeServer;
  beforeAll(async () => {
    server = await upServer(BARE);
  });

  it('names the program that holds port 80', async () => {
    // systemd-run has variables of its own: two dollars are one.
    const squatter = 'IO::Socket::INET->new(LocalPort => 80, Listen => 5) or die; sleep 600';
    await execOn(BARE, ['systemd-run', '--unit=squatter', 'perl', '-MIO::Socket::INET', '-e', `$$s = ${squatter}`]);
    const taken = await poll(async () => ((await execOn(BARE, 'ss -Hltn sport = :80')).stdout ? true : undefined), {
      everyMs: 200,
      withinMs: 10_000,
    });
    expect(taken).toBe(true);
    const { job } = await setUp(open(server));
    await execOn(BARE, 'systemctl stop squatter');
    expect(job.state).toBe('failed');
    expect(job.error).toMatchObject({ code: 'ports-taken' });
    expect(job.error?.message).toMatch(/Port 80 .* used by perl/);
    expect(states(job)).toMatchObject({ ports: 'failed', docker: 'waiting' });
  });

  it('stops at a full disk before anything is installed', async () => {
    await fillDisk(BARE, 500);
    const { job } = await setUp(open(server));
    await unfillDisk(BARE);
    expect(job.error).toMatchObject({ code: 'disk-full' });
    expect(states(job)).toMatchObject({ resources: 'failed', docker: 'waiting' });
  });

  it('installs Docker, starts a swarm and the edge, and shows what apt says', async () => {
    const parts = open(server);
    await parts.connection.ready();
    expect(await isSetUp(parts.docker, parts.edge)).toBe(false);
    expect((await readFacts(parts.connection, parts.docker)).dockerVersion).toBeNull();
    // As on a provider's private network, in the range that Swarm takes addresses from.
    await execOn(BARE, ['ip', 'route', 'add', 'blackhole', '10.0.0.0/16']);
    const { job, log } = await setUp(parts);
    expect(job.error).toBeNull();
    expect(states(job)).toEqual(allOf('done'));
    expect(log.join('\n')).toMatch(/Setting up docker\.io/);
    expect(await isSetUp(parts.docker, parts.edge)).toBe(true);
    expect(await readFacts(parts.connection, parts.docker)).toMatchObject({
      address: server.host,
      dockerVersion: expect.stringMatching(/^\d/),
    });
    expect((await fetch(`http://${server.host}/`)).status).toBe(404);
    const network = (await parts.docker.networks()).find(({ name }) => name === EDGE_NETWORK);
    expect(network?.subnets).toEqual(['192.168.248.0/24']);
  });

  it('finds everything done the second time, and leaves a container of somebody else alone', async () => {
    await execOn(BARE, 'docker run -d --name theirs --restart always busybox sleep 100000');
    const before = (await execOn(BARE, 'docker inspect -f "{{.Id}} {{.State.StartedAt}}" theirs')).stdout;
    const { job, log } = await setUp(open(server));
    expect(states(job)).toEqual(allOf('already'));
    expect(log).toEqual([]);
    expect((await execOn(BARE, 'docker inspect -f "{{.Id}} {{.State.StartedAt}}" theirs')).stdout).toBe(before);
  });

  it('opens no port to the network but 22, 80 and 443', async () => {
    const listening = (await execOn(BARE, ['ss', '-Hltn'])).stdout.split('\n').flatMap((line) => line.trim().split(/\s+/)[3] ?? []);
    const open = listening.filter((address) => !/^(127\.|\[::1\])/.test(address)).map((address) => Number(address.split(':').pop()));
    expect([...new Set(open)].sort((one, other) => one - other)).toEqual([22, 80, 443]);
  });

  it('has its edge back after a restart of Docker and after a reboot', async () => {
    const answers = () =>
      poll(
        () =>
          fetch(`http://${server.host}/`, { signal: AbortSignal.timeout(2_000) }).then(
            (response) => (response.status === 404 ? true : undefined),
            () => undefined,
          ),
        { everyMs: 250, withinMs: 90_000 },
      );
    await execOn(BARE, ['systemctl', 'restart', 'docker']);
    expect(await answers()).toBe(true);
    await rebootServer(BARE);
    expect(await answers()).toBe(true);
    expect(states((await setUp(open(server))).job)).toEqual(allOf('already'));
  });

  it('says that Docker is stopped, and starts it', async () => {
    await execOn(BARE, 'systemctl stop docker.socket docker.service');
    const parts = open(server);
    await parts.connection.ready();
    const failure = await parts.docker.info().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ExpectedError);
    expect(failure).toMatchObject({ code: 'docker-unavailable', next: expect.stringMatching(/set-up/) });
    expect(await isSetUp(parts.docker, parts.edge)).toBe(false);
    const { job } = await setUp(parts);
    expect(job.error).toBeNull();
    expect(states(job)).toMatchObject({ docker: 'done', swarm: 'already', network: 'already', edge: 'already' });
  });
});

describe('set-up by a user who is not root', () => {
  let server: PracticeServer;
  beforeAll(async () => {
    server = await upServer(SUDO);
  });

  it('refuses a user who may not use sudo, naming the way out', async () => {
    const { job } = await setUp(open(server, 'visitor'));
    expect(job.error).toMatchObject({ code: 'privileges-missing', next: expect.stringMatching(/root/) });
  });

  it('installs by sudo with a password, and the user may use Docker and the edge afterwards', async () => {
    const parts = open(server, 'sam');
    const { job } = await setUp(parts);
    expect(job.error).toBeNull();
    expect(states(job)).toEqual(allOf('done'));
    expect(await isSetUp(parts.docker, parts.edge)).toBe(true);
    expect((await parts.edge.request('nobody.example.com', '/')).status).toBe(404);
    expect(states((await setUp(parts)).job)).toEqual(allOf('already'));
  });

  it('does not show the password to the server', async () => {
    const found = await execOn(
      SUDO,
      'grep -rl sam-practice /var/log /tmp /run/log /home 2>/dev/null; journalctl --no-pager | grep -c sam-practice',
    );
    expect(found.stdout.trim()).toBe('0');
  });
});
