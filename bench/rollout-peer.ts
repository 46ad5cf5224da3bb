/**
 * What others do, as it comes: `docker service update` with Swarm's defaults, behind a HAProxy whose settings are its defaults (with the
 * timeouts of Debian's package, which it does not run without) and whose servers come from Docker's DNS.
 */
import { execOn } from '../sandbox/index.ts';
import type { Manners, Target, Witness } from '../sandbox/traffic/traffic.ts';
import { poll } from '../src-main/base/wait.ts';
import { type Bed, benchServer } from './bed.ts';

const network = 'peer';
const edge = 'peer-edge';
const port = 8080;
const appPort = 3000;
const serviceOf = (app: string): string => `peer-${app}`;

export interface PeerApp {
  readonly app: string;
  readonly manners: Manners;
  readonly replicas: number;
}

async function onServer(command: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await execOn(benchServer, command, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`${command.slice(0, 4).join(' ')} ended with ${code}: ${stderr.slice(-1000)}`);
  return stdout;
}

function config(apps: readonly PeerApp[]): string {
  return [
    'defaults',
    '  mode http',
    '  timeout connect 5s',
    '  timeout client 50s',
    '  timeout server 50s',
    'resolvers docker',
    '  nameserver docker 127.0.0.11:53',
    'frontend http',
    `  bind :${port}`,
    ...apps.map(({ app }) => `  use_backend ${app} if { hdr(host) -i ${hostOf(app)} }`),
    ...apps.flatMap(({ app, replicas }) => [
      `backend ${app}`,
      `  server-template replica ${replicas} tasks.${serviceOf(app)}:${appPort} check resolvers docker init-addr libc,none`,
    ]),
    '',
  ].join('\n');
}

function hostOf(app: string): string {
  return `${app}.peer.example.com`;
}

/** Starts the apps of `image` and the HAProxy before them; returns where they are reached. */
export async function startPeer(bed: Bed, image: string, apps: readonly PeerApp[], witness: Witness): Promise<Target[]> {
  await onServer(['docker', 'network', 'create', '--driver', 'overlay', network]);
  const service = ['docker', 'service', 'create', '--no-resolve-image', '--quiet', '--network', network, '--endpoint-mode', 'dnsrr'];
  for (const { app, manners, replicas } of apps) {
    const environment = { PORT: String(appPort), MANNERS: manners, WITNESS: witness.address, LONGSHORE_RELEASE: '1' };
    const set = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    await onServer([...service, '--name', serviceOf(app), '--replicas', String(replicas), ...set, image]);
  }
  await onServer(['docker', 'config', 'create', edge, '-'], config(apps));
  const mounted = ['--config', `source=${edge},target=/usr/local/etc/haproxy/haproxy.cfg`];
  const published = ['--publish', `mode=host,target=${port},published=${port}`];
  await onServer([...service, '--name', edge, ...mounted, ...published, 'haproxy:2.6']);
  const targets = apps.map(({ app }) => ({ address: bed.server.host, port, host: hostOf(app) }));
  for (const target of targets) await untilServed(target);
  return targets;
}

async function untilServed({ address, host }: Target): Promise<void> {
  const served = await poll(
    async () => {
      const status = ['curl', '--silent', '--output', '/dev/null', '--write-out', '%{http_code}', '--header', `Host: ${host}`];
      return (await execOn(benchServer, [...status, `http://${address}:${port}/`])).stdout === '200' ? true : undefined;
    },
    { everyMs: 500, withinMs: 60_000 },
  );
  if (!served) throw new Error(`The peer's ${host} was not answered within a minute`);
}

export async function updatePeer(app: string, release: number): Promise<void> {
  await onServer(['docker', 'service', 'update', '--quiet', '--env-add', `LONGSHORE_RELEASE=${release}`, serviceOf(app)]);
}

export async function rollBackPeer(app: string): Promise<void> {
  await onServer(['docker', 'service', 'rollback', '--quiet', serviceOf(app)]);
}

/** As the image's own page says. */
export async function reloadPeer(): Promise<void> {
  const container = await onServer(['docker', 'ps', '--quiet', '--filter', `label=com.docker.swarm.service.name=${edge}`]);
  await onServer(['docker', 'kill', '--signal', 'HUP', container.trim()]);
}

export async function removePeer(apps: readonly PeerApp[]): Promise<void> {
  await onServer(['docker', 'service', 'rm', edge, ...apps.map(({ app }) => serviceOf(app))]);
  await onServer(['docker', 'config', 'rm', edge]);
}
