import { labelNames, type RunningService } from '../apps/index.ts';
import { ExpectedError } from '../contract/index.ts';
import { type Run, startRun } from './run.ts';
import { applyEdge, changeService, drainService, persist, readApp, withReplicas } from './server-writes.ts';
import type { DeployDeps, OnApp, PauseRequest, StageId } from './types.ts';

const pauseStages = ['configure', 'pause', 'drain'] as const satisfies readonly StageId[];
const resumeStages = ['resume'] as const satisfies readonly StageId[];

/**
 * Lets the requests of an app wait at the edge, so that it has none for a while: to move its database, say. Each waits for a minute at most,
 * and the pause ends by itself after the seconds given. The job has ended once the requests under way have. Returns its id.
 */
export function startPause(deps: DeployDeps, request: PauseRequest): string {
  const title = (server: string): string => `Pause ${request.app} on ${server} for ${request.seconds} s`;
  return startRun(deps, request, 'pause', title, pauseStages, async (run) => {
    const { edge, docker } = run.session;
    const current = await run.stage('configure', async (stage) => {
      await run.begin(stage);
      const live = await serving(run);
      if (!live.holds && !live.settings.oneAtATime) {
        await run.assertHeld();
        await changeService(docker, live.service.name, (now) => withReplicas(now, now.replicas, { [labelNames.holds]: 'true' }));
      }
      await applyEdge(run, stage.signal, stage);
      stage.detail('waiting for clients of before the last reload');
      await edge.waitForOldClients(stage.signal);
      stage.detail('the edge has room for those who wait');
      return live;
    });
    await run.stage('pause', async (stage) => {
      await run.assertHeld();
      run.onUndo(() => edge.resume(run.app));
      await edge.pause(run.app, request.seconds, stage.signal);
      stage.detail(`new requests wait, for ${request.seconds} s from now`);
    });
    await run.stage('drain', async (stage) => {
      stage.detail((await drainService(run, stage, current, stage.signal)) ?? 'no request is under way');
    });
    run.keep();
  });
}

/** Ends a pause: the requests that wait go on at once. Returns the job's id. */
export function startResume(deps: DeployDeps, target: OnApp): string {
  return startRun(
    deps,
    target,
    'resume',
    (server) => `Resume ${target.app} on ${server}`,
    resumeStages,
    async (run) => {
      await run.stage('resume', async (stage) => {
        await run.begin(stage);
        await serving(run);
        if ((await run.session.edge.readLive()).paused[run.app] === undefined) {
          stage.already('it is not paused');
          return;
        }
        await persist(run, async () => {
          await run.assertHeld();
          await run.session.edge.resume(run.app);
        });
        stage.detail('requests go through again');
      });
    },
  );
}

/** The service that visitors reach. Throws `not-found`. */
async function serving(run: Run): Promise<RunningService> {
  const { current } = await readApp(run);
  if (current && !current.stopped) return current;
  const why = current ? 'is stopped' : 'has no release';
  throw new ExpectedError('not-found', `${run.app} ${why} on ${run.server}: nobody reaches it`, {
    next: current ? `Start it first.` : 'Deploy it first.',
  });
}
