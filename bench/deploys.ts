import { cp, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { execOn, type PracticeServer } from '../sandbox/index.ts';
import { poll } from '../src-main/base/wait.ts';
import { hostByAddress, type JobSummary, noChoices } from '../src-main/contract/index.ts';
import { isInstalled } from './archive/programs.ts';
import { type Bed, benchServer, finished, runToEnd } from './bed.ts';
import { markdown, ms, spread, summarise, timed } from './measure.ts';

const sample = resolve(import.meta.dirname, '../resources/samples/hello-harbor');
const rounds = 3;
const peerService = 'peer';
const peerPort = 8088;
/** What the sample tells as its release. */
const release = 'LONGSHORE_RELEASE';

/** A file of the project changes, so that nothing is answered from yesterday. */
async function edit(folder: string, run: number): Promise<void> {
  const file = join(folder, 'page.js');
  await writeFile(file, `${await readFile(file, 'utf8')}\n// edit ${run} ${Date.now()}\n`);
}

/**
 * Milliseconds until a visitor is answered by the given release: the sample's /facts, asked every 20 ms for at most two minutes.
 * The same measure for both, from outside.
 */
function untilAnsweredBy(release: number, server: PracticeServer, port: number, host: string): Promise<number> {
  const began = performance.now();
  return new Promise((done, fail) => {
    const ask = (): void => {
      if (performance.now() - began > 120_000) {
        fail(new Error(`${server.host}:${port} was not answered by release ${release} within two minutes`));
        return;
      }
      const again = (): void => void setTimeout(ask, 20);
      const call = request({ host: server.host, port, path: '/facts', headers: { host }, timeout: 2000, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('error', again);
        response.on('end', () => (body.includes(`"release":"${release}"`) ? done(performance.now() - began) : again()));
      });
      call.on('timeout', () => call.destroy(new Error('slow')));
      call.on('error', again);
      call.end();
    };
    ask();
  });
}

interface ProductDeploy {
  readonly job: JobSummary;
  readonly elapsed: number;
}

/** A first deploy and one again, by each contender in turn, on a server that has no image but the edge's. */
interface Pair<T> {
  readonly cold: T;
  readonly again: T;
}

/** Removes all images that nothing runs of, so that the next build pulls and makes everything. Swarm takes seconds to end containers. */
async function forgetImages(): Promise<void> {
  const isClean = await poll(
    async () => {
      const left = await execOn(benchServer, 'docker image prune --all --force >/dev/null && docker image ls --quiet | wc -l');
      return left.stdout.trim() === '1' ? true : undefined;
    },
    { everyMs: 500, withinMs: 60_000 },
  );
  if (!isClean) throw new Error('Images are left on the server that something holds');
}

async function productPair(bed: Bed, folder: string, round: number): Promise<Pair<ProductDeploy>> {
  const app = `bench${round}`;
  const server = bed.session.profile.id;
  const host = hostByAddress(app, bed.server.host);
  const deploy = async (release: number): Promise<ProductDeploy> => {
    await edit(folder, release);
    const answered = untilAnsweredBy(release, bed.server, 80, host);
    const id = bed.services.deploys.deploy({
      server,
      app,
      path: folder,
      settings: { watchSeconds: 0 },
      dockerfile: null,
      include: [],
      exclude: [],
    });
    const [job, elapsed] = await Promise.all([finished(bed.services, id), answered]);
    return { job, elapsed };
  };
  const pair = { cold: await deploy(1), again: await deploy(2) };
  await finished(bed.services, bed.services.deploys.remove(server, app));
  return pair;
}

/** `docker -H ssh://… build` and `docker service update`, as one would from a shell; the service publishes a port of its own. */
async function peerPair(bed: Bed, folder: string, round: number): Promise<Pair<number>> {
  const { server } = bed;
  const env = {
    ...process.env,
    PATH: `${bed.sshWrapperFolder}:${process.env['PATH'] ?? ''}`,
    DOCKER_BUILDKIT: '0',
    DOCKER_HOST: `ssh://${server.user}@${server.host}`,
  };
  const deploy = async (number: number, service: (tag: string) => readonly string[]): Promise<number> => {
    await edit(folder, number);
    const tag = `peer:${round}-${number}`;
    return await timed(async () => {
      await runToEnd('docker', ['build', '-q', '-t', tag, folder], { env });
      await runToEnd('docker', ['service', ...service(tag)], { env });
      await untilAnsweredBy(number, server, peerPort, 'peer');
    });
  };
  const quick = ['-d', '--no-resolve-image'];
  const published = ['--publish', `mode=host,target=3000,published=${peerPort}`];
  const cold = await deploy(1, (tag) => ['create', ...quick, '--name', peerService, ...published, '--env', `${release}=1`, tag]);
  const again = await deploy(2, (tag) => [
    'update',
    ...quick,
    '--update-order',
    'stop-first',
    '--env-add',
    `${release}=2`,
    '--image',
    tag,
    peerService,
  ]);
  await runToEnd('docker', ['service', 'rm', peerService], { env });
  return { cold, again };
}

/** From the drop to the first answered request, cold and again, against the same work from a shell, in turns. */
export async function benchDeploys(bed: Bed): Promise<string> {
  const ours = join(bed.folder, 'ours');
  const theirs = join(bed.folder, 'theirs');
  await cp(sample, ours, { recursive: true });
  await cp(sample, theirs, { recursive: true });
  const { build } = await bed.services.inspectFolder({ path: theirs, target: null, choices: noChoices });
  await writeFile(join(theirs, 'Dockerfile'), build.dockerfile);

  const hasClient = await isInstalled('docker');
  const pairs: Pair<ProductDeploy>[] = [];
  const peers: Pair<number>[] = [];
  for (let round = 0; round < rounds; round++) {
    await forgetImages();
    pairs.push(await productPair(bed, ours, round));
    if (!hasClient) continue;
    await forgetImages();
    peers.push(await peerPair(bed, theirs, round));
  }

  const of = (values: readonly number[]): string => (values.length === 0 ? 'no docker client here' : spread(summarise(values)));
  const all = pairs.flatMap(({ cold, again }) => [cold, again]);
  const failures = all.reduce((sum, { job }) => sum + (job.result?.probe?.failed ?? 0), 0);
  const requests = all.reduce((sum, { job }) => sum + (job.result?.probe?.requests ?? 0), 0);
  const rows = [
    ['drop to first answered request', `cold (median of ${rounds})`, `again (median of ${rounds})`],
    ['Longshore', of(pairs.map(({ cold }) => cold.elapsed)), of(pairs.map(({ again }) => again.elapsed))],
    [
      '`docker -H ssh://` build, then service create or update (stops before it starts)',
      of(peers.map(({ cold }) => cold)),
      of(peers.map(({ again }) => again)),
    ],
  ];
  const lasted = (deploys: readonly ProductDeploy[], id: string): number[] =>
    deploys.flatMap(({ job }) => job.stages.find((stage) => stage.id === id)?.durationMs ?? []);
  const stageRows = (pairs[0]?.cold.job.stages ?? []).flatMap(({ id, title }) => {
    const cold = lasted(
      pairs.map((pair) => pair.cold),
      id,
    );
    const again = lasted(
      pairs.map((pair) => pair.again),
      id,
    );
    return cold.length === 0 || again.length === 0 ? [] : [[title, ms(summarise(cold).median), ms(summarise(again).median)]];
  });
  return `${markdown(rows)}\n\nOf Longshore's requests during its switches: ${requests}, failed ${failures}.\n\n${markdown([['stage', 'cold', 'again'], ...stageRows])}`;
}
