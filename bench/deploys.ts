import { cp, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import type { PracticeServer } from '../sandbox/index.ts';
import type { JobSummary } from '../src-main/contract/index.ts';
import { type Bed, finished, runToEnd } from './bed.ts';
import { markdown, ms, spread, summarise, timed } from './measure.ts';

const sample = resolve(import.meta.dirname, '../resources/samples/hello-harbor');
const again = 3;
const peerService = 'peer';
const peerPort = 8088;

/** A file of the project changes, so that nothing is answered from yesterday. */
async function edit(folder: string, run: number): Promise<void> {
  const file = join(folder, 'page.js');
  await writeFile(file, `${await readFile(file, 'utf8')}\n// edit ${run} ${Date.now()}\n`);
}

/** Resolves with the milliseconds until a GET is answered 200; asked every 20 ms for at most 60 s. */
function firstAnswer(server: PracticeServer, port: number, host: string): Promise<number> {
  const began = performance.now();
  return new Promise((done, fail) => {
    const ask = (): void => {
      if (performance.now() - began > 60_000) {
        fail(new Error(`No answer from ${server.host}:${port} within 60 s`));
        return;
      }
      const call = request({ host: server.host, port, path: '/', headers: { host }, timeout: 2000, agent: false }, (response) => {
        response.resume();
        if (response.statusCode === 200) done(performance.now() - began);
        else setTimeout(ask, 20);
      });
      call.on('timeout', () => call.destroy(new Error('slow')));
      call.on('error', () => setTimeout(ask, 20));
      call.end();
    };
    ask();
  });
}

/** Until the traffic has been switched and answered: what drains and is recorded afterwards keeps nobody waiting. */
function untilLive(job: JobSummary): number {
  const route = job.stages.find(({ id }) => id === 'route');
  if (route?.startedAt == null || route.durationMs === null) throw new Error('The job has no route stage');
  return route.startedAt + route.durationMs - job.startedAt;
}

async function productDeploys(bed: Bed, folder: string): Promise<JobSummary[]> {
  const jobs: JobSummary[] = [];
  for (let run = 0; run <= again; run++) {
    await edit(folder, run);
    const id = bed.services.deploys.deploy({
      server: bed.session.profile.id,
      app: 'bench',
      path: folder,
      settings: {},
      dockerfile: null,
      include: [],
    });
    jobs.push(await finished(bed.services, id));
  }
  return jobs;
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
            ? ['create', '-d', '--no-resolve-image', '--name', peerService, '--publish', `mode=host,target=3000,published=${peerPort}`, tag]
            : ['update', '--no-resolve-image', '--update-order', 'stop-first', '--image', tag, peerService];
        await runToEnd('docker', ['service', ...service], { env });
        await firstAnswer(server, peerPort, 'peer');
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
  const { build } = await bed.services.inspectFolder(theirs, []);
  await writeFile(join(theirs, 'Dockerfile'), build.dockerfile);

  const [cold, ...warm] = await productDeploys(bed, ours);
  if (!cold) throw new Error('No deploy was run');
  const stages = cold.stages.filter(({ durationMs }) => durationMs !== null);
  const stageRows = stages.map(({ id, title }) => {
    const later = warm.flatMap((job) => job.stages.find((stage) => stage.id === id)?.durationMs ?? []);
    return [title, ms(cold.stages.find((stage) => stage.id === id)?.durationMs ?? 0), later.length > 0 ? ms(summarise(later).median) : '–'];
  });
  const failures = [cold, ...warm].reduce((sum, { result }) => sum + (result?.probe?.failed ?? 0), 0);
  const requests = [cold, ...warm].reduce((sum, { result }) => sum + (result?.probe?.requests ?? 0), 0);

  const peer = await peerDeploys(bed, theirs).catch((error: unknown) =>
    error instanceof Error && /ENOENT/.test(error.message) ? null : Promise.reject(error),
  );
  const [peerCold, ...peerWarm] = peer ?? [];
  const rows = [
    ['drop to first answered request', 'cold', `again (median of ${again})`],
    ['Longshore', ms(untilLive(cold)), spread(summarise(warm.map(untilLive)))],
    [
      '`docker -H ssh://` build, then service update',
      peerCold === undefined ? 'no docker client here' : `${ms(peerCold)}, base image there already`,
      peerWarm.length === 0 ? 'no docker client here' : spread(summarise(peerWarm)),
    ],
  ];
  return `${markdown(rows)}\n\nOf Longshore's requests during its switches: ${requests}, failed ${failures}.\n\n${markdown([['stage', 'cold', 'again'], ...stageRows])}`;
}
