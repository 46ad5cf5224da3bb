import { cp, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import type { PracticeServer } from '../sandbox/index.ts';
import { type JobSummary, noChoices } from '../src-main/contract/index.ts';
import { type Bed, finished, runToEnd } from './bed.ts';
import { markdown, ms, spread, summarise, timed } from './measure.ts';

const sample = resolve(import.meta.dirname, '../resources/samples/hello-harbor');
const again = 3;
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

async function productDeploys(bed: Bed, folder: string): Promise<ProductDeploy[]> {
  const deploys: ProductDeploy[] = [];
  const host = `bench.${bed.server.host.replaceAll('.', '-')}.sslip.io`;
  for (let run = 0; run <= again; run++) {
    await edit(folder, run);
    const answered = untilAnsweredBy(run + 1, bed.server, 80, host);
    const id = bed.services.deploys.deploy({
      server: bed.session.profile.id,
      app: 'bench',
      path: folder,
      settings: {},
      dockerfile: null,
      include: [],
      exclude: [],
    });
    const [job, elapsed] = await Promise.all([finished(bed.services, id), answered]);
    deploys.push({ job, elapsed });
  }
  return deploys;
}

/** `docker -H ssh://… build` and `docker service update`, as one would from a shell; the service publishes a port of its own. */
async function peerDeploys(bed: Bed, folder: string): Promise<number[]> {
  const { server } = bed;
  const env = {
    ...process.env,
    PATH: `${bed.sshWrapperFolder}:${process.env['PATH'] ?? ''}`,
    DOCKER_BUILDKIT: '0',
    DOCKER_HOST: `ssh://${server.user}@${server.host}`,
  };
  const times: number[] = [];
  for (let run = 0; run <= again; run++) {
    await edit(folder, run);
    const tag = `peer:${run}`;
    times.push(
      await timed(async () => {
        await runToEnd('docker', ['build', '-q', '-t', tag, folder], { env });
        const service =
          run === 0
            ? ['create', '--name', peerService, '--publish', `mode=host,target=3000,published=${peerPort}`, '--env', `${release}=1`, tag]
            : ['update', '--update-order', 'stop-first', '--env-add', `${release}=${run + 1}`, '--image', tag, peerService];
        await runToEnd('docker', ['service', ...service.slice(0, 1), '-d', '--no-resolve-image', ...service.slice(1)], { env });
        await untilAnsweredBy(run + 1, server, peerPort, 'peer');
      }),
    );
  }
  await runToEnd('docker', ['service', 'rm', peerService], { env });
  return times;
}

/** From the drop to the first answered request, cold and again, against the same work from a shell. */
export async function benchDeploys(bed: Bed): Promise<string> {
  const ours = join(bed.folder, 'ours');
  const theirs = join(bed.folder, 'theirs');
  await cp(sample, ours, { recursive: true });
  await cp(sample, theirs, { recursive: true });
  const { build } = await bed.services.inspectFolder({ path: theirs, target: null, choices: noChoices });
  await writeFile(join(theirs, 'Dockerfile'), build.dockerfile);

  const [cold, ...warm] = await productDeploys(bed, ours);
  if (!cold) throw new Error('No deploy was run');
  const all = [cold, ...warm];
  const lasted = ({ job }: ProductDeploy, id: string): number | null => job.stages.find((stage) => stage.id === id)?.durationMs ?? null;
  const stageRows = cold.job.stages.flatMap(({ id, title, durationMs }) => {
    const later = warm.flatMap((deploy) => lasted(deploy, id) ?? []);
    return durationMs === null || later.length === 0 ? [] : [[title, ms(durationMs), ms(summarise(later).median)]];
  });
  const failures = all.reduce((sum, { job }) => sum + (job.result?.probe?.failed ?? 0), 0);
  const requests = all.reduce((sum, { job }) => sum + (job.result?.probe?.requests ?? 0), 0);

  const peer = await peerDeploys(bed, theirs).catch((error: unknown) =>
    error instanceof Error && /ENOENT/.test(error.message) ? null : Promise.reject(error),
  );
  const [peerCold, ...peerWarm] = peer ?? [];
  const rows = [
    ['drop to first answered request', 'cold', `again (median of ${again})`],
    ['Longshore', ms(cold.elapsed), spread(summarise(warm.map(({ elapsed }) => elapsed)))],
    [
      '`docker -H ssh://` build, then service update (stops before it starts)',
      peerCold === undefined ? 'no docker client here' : `${ms(peerCold)}, base image there already`,
      peerWarm.length === 0 ? 'no docker client here' : spread(summarise(peerWarm)),
    ],
  ];
  return `${markdown(rows)}\n\nOf Longshore's requests during its switches: ${requests}, failed ${failures}.\n\n${markdown([['stage', 'cold', 'again'], ...stageRows])}`;
}
