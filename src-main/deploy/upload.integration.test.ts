import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execOn } from '../../sandbox/index.ts';
import { listReleases } from '../apps/index.ts';
import type { JobLogLine, JobSummary, Stage } from '../contract/index.ts';
import { createDocker } from '../docker/index.ts';
import { connectTo } from '../docker/practice-connection.ts';
import { createEdge } from '../edge/index.ts';
import type { DeployDeps, StageId } from './index.ts';
import { startDeploy, startRemove } from './index.ts';
import { ask, type Practice, practise, project } from './practice-app.ts';

const SERVER = 'deploy-upload';
const STORE = '/var/lib/longshore/contexts';
let practice: Practice;
let folder: string;
beforeAll(async () => {
  practice = await practise(SERVER);
  folder = await project({});
  await mkdir(join(folder, 'lib'));
  for (let index = 0; index < 300; index += 1)
    await writeFile(join(folder, 'lib', `part-${index}.js`), `module.exports = ${index};\n`.repeat(40));
});
afterAll(async () => {
  await practice.end();
  await rm(folder, { recursive: true, force: true });
});

const onServer = async (command: string): Promise<string> => (await execOn(SERVER, command)).stdout.trim();
const detailOf = (job: JobSummary, id: StageId): string => job.stages.find((stage) => stage.id === id)?.detail ?? '';
const deploy = (deps: DeployDeps = practice.deps): Promise<JobSummary> =>
  practice.succeeded(startDeploy(deps, practice.request('shop', { path: folder })));

async function logOf(job: JobSummary): Promise<readonly JobLogLine[]> {
  const lines: JobLogLine[] = [];
  for await (const more of practice.deps.jobs.log(job.id, new AbortController().signal)) lines.push(...more);
  return lines;
}

async function answersBy(job: JobSummary): Promise<void> {
  const host = job.result?.host ?? '';
  expect(await ask(practice.server.host, host)).toEqual({ status: 200, release: String(job.result?.release) });
}

describe('the folder of an app', () => {
  it('is sent whole for the first release, and the server keeps the context that the release names', async () => {
    const job = await deploy();
    await answersBy(job);
    expect(detailOf(job, 'upload')).toMatch(/^[\d.]+ kB of [\d.]+ kB: all files$/);
    const [release] = await listReleases(practice.session, 'shop');
    const hash = release?.record.source?.kind === 'folder' ? release.record.source.hash : '';
    expect(await onServer(`cd ${STORE}/shop && ls -A && sha256sum < ${hash}.tar && stat -c %a . ${hash}.tar`)).toBe(
      `${hash}.manifest\n${hash}.tar\n${hash}  -\n2770\n660`,
    );
    expect((await logOf(job)).map((line) => line.text)).toContain(`The context is on ${SERVER}, its sha256 is ${hash}.`);
  });

  it('is told of while it is under way: the share that has gone, in bytes, and the steps of its build', async () => {
    const { jobs } = practice.deps;
    const large = await project({ Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY server.js .\nRUN sleep 1\nCMD ["node", "server.js"]\n' });
    // Cannot be compressed, so that the upload takes long enough to be told of several times.
    for (let part = 0; part < 4; part += 1) await writeFile(join(large, `part${part}`), randomBytes(40_000_000));
    const told: Stage[] = [];
    const listening = jobs.onChange((list) => void told.push(...(list[0]?.stages ?? []).filter((stage) => stage.state === 'running')));
    const job = await practice.succeeded(startDeploy(practice.deps, practice.request('large', { path: large })));
    listening.dispose();
    await rm(large, { recursive: true });
    const of = (id: StageId): Stage[] => told.filter((stage) => stage.id === id && stage.progress !== null);

    const uploads = of('upload');
    const shares = uploads.map(({ progress }) => (progress?.done ?? 0) / (progress?.total ?? 0));
    expect(uploads.map(({ progress }) => progress?.unit)).toEqual(uploads.map(() => 'bytes'));
    expect(new Set(uploads.map(({ progress }) => progress?.total)).size).toBe(1);
    expect(uploads[0]?.progress?.total).toBeGreaterThan(160_000_000);
    expect(uploads[0]?.progress?.total).toBeLessThan(160_100_000);
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    expect(shares.some((share) => share > 0.05 && share < 0.95)).toBe(true);
    expect(uploads.at(-1)?.detail).toMatch(/^[\d.]+ MB sent$/);
    expect(of('pack').map(({ progress }) => progress?.unit)).toContain('files');
    expect(of('build').map(({ progress, detail }) => ({ progress, detail }))).toContainEqual({
      progress: { done: 3, total: 5, unit: 'steps' },
      detail: 'step 4 of 5',
    });
    const ended = job.stages.filter(({ id }) => ['scan', 'pack', 'upload', 'build'].includes(id));
    expect(ended.map(({ progress }) => progress)).toEqual([null, null, null, null]);
    await practice.succeeded(startRemove(practice.deps, { server: SERVER, app: 'large' }));
  });

  it('is sent as what changed for the second, and as nothing when nothing did', async () => {
    await writeFile(join(folder, 'lib/part-7.js'), 'module.exports = "seven";\n');
    await rm(join(folder, 'lib/part-8.js'));
    await writeFile(join(folder, 'lib/part-new.js'), 'module.exports = "new";\n');
    const job = await deploy();
    await answersBy(job);
    expect(detailOf(job, 'upload')).toMatch(/^\d{3} B of [\d.]+ kB: 1 file changed, 1 new, 1 deleted$/);
    const again = await deploy();
    expect(detailOf(again, 'upload')).toMatch(/^\d{2,3} B of [\d.]+ kB: nothing changed$/);
    const [third, second] = await listReleases(practice.session, 'shop');
    expect(third?.record.image).toBe(second?.record.image);
  });

  it('goes through a link that breaks when the upload begins', async () => {
    const deps: DeployDeps = {
      ...practice.deps,
      hooks: {
        at(stage, moment) {
          if (stage === 'upload' && moment === 'before') void practice.connection.renew();
        },
      },
    };
    await answersBy(await deploy(deps));
  });

  it('is sent by a user who may use Docker and nothing else, where no folder was made yet', async () => {
    await onServer(`rm -rf ${STORE} && gpasswd -a visitor docker`);
    const connection = connectTo(practice.server, 'visitor');
    await connection.ready();
    const docker = createDocker(connection);
    const session = { ...practice.session, connection, docker, edge: createEdge({ connection, docker }) };
    const job = await deploy({ ...practice.deps, session: () => session });
    connection.dispose();
    await answersBy(job);
    expect(detailOf(job, 'upload')).toContain(': all files');
    expect(await onServer(`stat -c '%U %G %a' ${STORE} ${STORE}/shop`)).toBe('root docker 2770\nvisitor docker 2770');
    // Root goes on from what visitor left.
    expect(detailOf(await deploy(), 'upload')).toContain(': nothing changed');
  });

  it('is sent straight into the build where the server cannot keep it, which is said', async () => {
    await onServer('mv /usr/bin/docker /usr/bin/docker.away');
    const job = await deploy().finally(() => onServer('mv /usr/bin/docker.away /usr/bin/docker'));
    await answersBy(job);
    expect((await logOf(job)).map((line) => line.text)).toContain(
      `All of it will be sent, straight into the build: the docker command of ${SERVER} cannot be used for it.`,
    );
  });

  it('goes with the app', async () => {
    expect(await onServer(`ls ${STORE}`)).toBe('shop');
    await practice.succeeded(startRemove(practice.deps, { server: SERVER, app: 'shop' }));
    expect(await onServer(`ls ${STORE}`)).toBe('');
  });
});
