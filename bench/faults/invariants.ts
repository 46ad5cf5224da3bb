import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { execOn } from '../../sandbox/index.ts';
import { listReleases, parseImageTag } from '../../src-main/apps/index.ts';
import { readFiles } from '../../src-main/edge/files.ts';
import { EDGE_SERVICE } from '../../src-main/edge/index.ts';
import { fingerprintOf, HOSTS_MAP, HTTPS_MAP, SLOTS_MAP } from '../../src-main/edge/render/config.ts';
import { parseMap, parseShownMap, sameEntries } from '../../src-main/edge/render/maps.ts';
import { Runtime } from '../../src-main/edge/runtime.ts';
import { parseDescription } from '../../src-main/edge/runtime-answers.ts';
import type { Services } from '../../src-main/services.ts';
import { app, type Ground, openHome } from './ground.ts';
import type { Visit } from './visitors.ts';

/** What has to hold after every fault, whatever it was. Each check gives sentences on what does not. */

export interface Editions {
  readonly before: { readonly release: number; readonly edition: string };
  readonly edition: string;
}

/** (a) Every whole answer is of the release before or of one of this deploy's, and of one edition. */
export function mixes(visits: readonly Visit[], { before, edition }: Editions): string[] {
  const wrong = visits.filter(({ failed, release, image, setting }) => {
    if (failed !== null) return false;
    const right = release === before.release ? before.edition : release > before.release ? edition : null;
    return image !== right || setting !== right;
  });
  return wrong
    .slice(0, 3)
    .map(({ what, release, image, setting }) => `${what} was answered by release ${release}, code ${image}, settings ${setting}`);
}

/** (b) Requests that failed although nothing excuses it. `away` is when the server could not serve; null when it always could. */
export function losses(visits: readonly Visit[], away: { readonly from: number; readonly to: number } | null): string[] {
  const lost = visits.filter(({ failed, beganAt, endedAt }) => failed !== null && !(away && endedAt >= away.from && beganAt <= away.to));
  const since = visits[0]?.beganAt ?? 0;
  return lost
    .slice(0, 5)
    .map(
      ({ what, failed, beganAt, endedAt }) =>
        `${what}: ${failed}, after ${endedAt - beganAt} ms, ${((beganAt - since) / 1000).toFixed(1)} s into the cell`,
    )
    .concat(lost.length > 5 ? [`and ${lost.length - 5} more`] : []);
}

/** (c) What HAProxy runs is what its files say, and that is valid. */
export async function edgeFaults({ name, observer: { connection, docker } }: Ground): Promise<string[]> {
  const wrong: string[] = [];
  const containers = await docker.containers({ labels: { 'com.docker.swarm.service.name': EDGE_SERVICE } });
  const running = containers.filter(({ state }) => state === 'running');
  if (running.length !== 1) return [`${running.length} edges run`];
  const checked = await execOn(name, ['docker', 'exec', running[0]?.id ?? '', 'haproxy', '-c', '-f', '/etc/edge/haproxy.cfg']);
  if (checked.code !== 0) wrong.push(`the file is not valid: ${checked.stderr.slice(0, 300)}`);
  const files = await readFiles(connection);
  const runtime = new Runtime(connection);
  const loaded = await runtime.api('show info', parseDescription);
  if (loaded !== `longshore-${fingerprintOf(files['haproxy.cfg'])}`) wrong.push(`the file is not what is loaded (${loaded})`);
  for (const [file, path] of [
    ['hosts.map', HOSTS_MAP],
    ['slots.map', SLOTS_MAP],
    ['https.map', HTTPS_MAP],
  ] as const) {
    const shown = await runtime.api(`show map ${path}`, (answer) =>
      /^(Unknown|Malformed)/.test(answer.trim()) ? undefined : parseShownMap(answer),
    );
    if (!sameEntries(shown, parseMap(files[file])))
      wrong.push(`${file} differs from the running map: ${JSON.stringify([parseMap(files[file]), shown])}`);
  }
  return wrong;
}

/** (d) Nothing that a run which broke off has left. */
export async function orphans(ground: Ground, services: Services): Promise<string[]> {
  const { docker } = ground.observer;
  const [session] = services.servers.list();
  if (!session) return ['the laptop knows no server'];
  const wrong: string[] = [];
  const { release } = ground.live;
  const names = (await docker.services()).map((service) => service.name.replace(/-again$/, '')).sort();
  if (!isDeepStrictEqual(names, [EDGE_SERVICE, `${app}-r${release}`].sort())) wrong.push(`services ${names.join(', ')}`);
  const configs = (await docker.configs()).map((config) => config.name);
  for (const name of configs.filter((each) => each.endsWith('.lease'))) wrong.push(`the lease ${name}`);
  const releases = await listReleases(session, app);
  for (const { state, record } of releases) if (state === 'unfinished') wrong.push(`release ${record.number} is unfinished`);
  const live = releases.filter(({ state }) => state === 'live').map(({ record }) => record.number);
  if (!isDeepStrictEqual(live, [release])) wrong.push(`live are ${live.join(', ') || 'none'}, not ${release}`);
  const kept = new Set(releases.filter(({ state }) => state === 'live' || state === 'kept').map(({ record }) => record.number));
  for (const image of await docker.images()) {
    for (const tag of image.tags) {
      const parsed = parseImageTag(tag);
      if (parsed && !kept.has(parsed.release)) wrong.push(`the image ${tag}`);
    }
  }
  for (const { name, labels } of await docker.containers({ all: true })) {
    if (!('com.docker.swarm.service.name' in labels)) wrong.push(`the container ${name}`);
  }
  const listed = await execOn(ground.name, ['ls', '-A', `/var/lib/longshore/contexts/${app}`]);
  const files = listed.stdout.split('\n').filter((file) => file !== '');
  const hashes = new Set(files.map((file) => file.replace(/\.(tar|manifest)$/, '')));
  if (hashes.size > 1 || files.some((file) => !/^[0-9a-f]{64}\.(tar|manifest)$/.test(file))) wrong.push(`contexts: ${files.join(', ')}`);
  return wrong;
}

/** (f) A second, empty laptop sees what the first sees, and that is what visitors see. */
export async function differences(ground: Ground, services: Services): Promise<string[]> {
  const empty = await mkdtemp(join(tmpdir(), 'longshore-empty-'));
  const fresh = await openHome(join(empty, 'home'), ground.server);
  try {
    const [one, other] = [await sight(services), await sight(fresh)];
    const wrong: string[] = [];
    if (!isDeepStrictEqual(one, other)) wrong.push(`the laptops see different things: ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
    const [seen] = other.apps;
    if (seen?.state !== 'live' || seen.release !== ground.live.release)
      wrong.push(`it sees ${seen?.state ?? 'no app'}, release ${seen?.release}`);
    return wrong;
  } finally {
    fresh.dispose();
    await rm(empty, { recursive: true, force: true });
  }
}

async function sight(services: Services) {
  const [session] = services.servers.list();
  if (!session) throw new Error('No server is known');
  const apps = await services.apps.list(session);
  const { replicas } = await services.apps.detail(session, app);
  return {
    apps: apps.map(({ name, state, release, hosts }) => ({ name, state, release, hosts })),
    health: replicas.map(({ state, release }) => ({ state, release })),
    releases: await services.apps.releases(session, app),
  };
}
