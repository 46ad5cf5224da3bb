import { poll } from '../base/wait.ts';
import { ExpectedError, type ProbeResult } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import type { SwitchProbe } from './probe.ts';
import type { Run } from './run.ts';
import { changeService, drainService, persist, runningTasks, stopReplicas, withReplicas } from './server-writes.ts';
import type { Rollout } from './types.ts';

/** Seconds that a hold goes on beyond what it waits for: for a slow server, and short enough where this computer is gone. */
const slackSeconds = 20;
/** Within which Docker ends the old containers and Swarm has noticed: an app has 10 s to end by itself. */
const stopSeconds = 60;

/**
 * The old release stops and then the new one starts, on the server itself: a laptop that dies in between would leave an app without any replica.
 * Arguments: the old service, the new one, its replicas. Ends with 7 where the docker command is not to be had; else something else goes on in
 * the background, for not much longer than a minute, and never starts the new release while a container of the old one runs.
 */
const HAND_OVER = `
docker service inspect "$1" "$2" > /dev/null 2>&1 || exit 7
(
  trap '' HUP
  docker service update --detach --replicas 0 "$1" || exit 1
  end=$(($(date +%s) + ${stopSeconds}))
  while states=$(docker service ps --no-trunc --format '{{.CurrentState}}' "$1") || exit 1; echo "$states" | grep -qE '^(Running|Starting|Preparing|Ready|Assigned|Accepted|Pending|New|Allocated)'; do
    [ "$(date +%s)" -lt "$end" ] || exit 1
    sleep 0.2
  done
  docker service update --detach --replicas "$3" "$2"
) < /dev/null > /dev/null 2>&1 &
exit 0
`;

/**
 * A release that takes the place of one that must not run beside it. Requests wait at the edge from before the old one stops until the first
 * replica of the new one is healthy; should it not become so, until the old one is back.
 */
export class Turn {
  #isBack = false;
  #heldSince: number | null = null;
  #heldMs: number | null = null;

  constructor(
    private readonly run: Run,
    private readonly rollout: Rollout,
    /** What serves until then. */
    private readonly before: NonNullable<Rollout['before']>,
    /** Counts what visitors meet. */
    readonly probe: SwitchProbe,
  ) {}

  /** Stops the old release once its requests have ended, and starts the new one. Can be cancelled until the first stops. */
  async take(stage: StageContext): Promise<void> {
    const { run, before } = this;
    const { record, service } = this.rollout;
    const { edge } = run.session;
    stage.detail('waiting for clients of before the last reload');
    await edge.waitForOldClients(stage.signal);
    await run.assertHeld();
    run.onUndo(() => this.takeBack());
    this.#heldSince = Date.now();
    await edge.hold(run.app, [before.slot], before.settings.drainSeconds + slackSeconds, stage.signal);
    const cut = await drainService(run, stage, before, stage.signal);
    if (cut) stage.log(`Release ${before.release}: ${cut}`, 'note');
    stage.signal.throwIfAborted();
    stage.detail(`release ${before.release} stops, requests wait at the edge`);
    await persist(run, async () => {
      await run.assertHeld();
      await edge.hold(run.app, [before.slot], stopSeconds + record.settings.healthySeconds + slackSeconds);
    });
    await this.#handOver(before.service.name, service, record.settings.replicas);
  }

  /** Once the new release is healthy: the requests that waited go to it. */
  arrived(): void {
    if (this.#heldSince !== null) this.#heldMs = Date.now() - this.#heldSince;
  }

  /** Lets everything through again, once the traffic is switched. */
  async end(): Promise<void> {
    await persist(this.run, () => this.run.session.edge.letThrough(this.run.app));
  }

  /** What was seen of the switch, with the milliseconds for which requests waited. */
  seen(probe: ProbeResult): ProbeResult {
    return this.#heldMs === null ? probe : { ...probe, heldMs: this.#heldMs };
  }

  /** The same the other way round. What was brought back once is left alone. */
  async takeBack(): Promise<void> {
    if (this.#isBack) return;
    const { run, before } = this;
    const { edge, docker } = run.session;
    const { slot, service, liveBefore, record } = this.rollout;
    await persist(run, async () => {
      await run.assertHeld();
      const { healthySeconds } = before.settings;
      await edge.hold(run.app, [slot], record.settings.drainSeconds + stopSeconds + healthySeconds + slackSeconds);
      await edge.drain(run.app, slot, record.settings.drainSeconds);
      await stopReplicas(run, service);
      const replicas = before.service.replicas;
      await run.assertHeld();
      await changeService(docker, before.service.name, (now) => withReplicas(now, replicas));
      await edge.switchTo(run.app, liveBefore);
      await poll(async () => ((await edge.slotServers(run.app, before.slot)).healthy >= replicas ? true : undefined), {
        everyMs: 250,
        withinMs: healthySeconds * 1000,
      });
      await edge.letThrough(run.app);
    });
    this.#isBack = true;
  }

  /** Not to be broken off: it goes on at the server. */
  async #handOver(from: string, to: string, replicas: number): Promise<void> {
    const { run } = this;
    const { docker, connection } = run.session;
    await run.assertHeld();
    const left = await persist(run, () => connection.script(HAND_OVER, [from, to, String(replicas)], { timeoutMs: 30_000 }));
    if (left.code === 0) {
      await poll(async () => (await persist(run, () => docker.service(to)))?.replicas === replicas || undefined, {
        everyMs: 200,
        withinMs: (stopSeconds + slackSeconds) * 1000,
      });
    }
    // Where the server could not do it, and once more where it could: nothing is written then.
    await persist(run, async () => {
      await stopReplicas(run, from);
      const still = await runningTasks(run, from);
      if (still > 0) {
        throw new ExpectedError('docker-failed', `Docker on ${run.server} does not stop ${from}: ${still} of its containers still run`, {
          next: 'Look at its containers and at Docker on the server, and deploy again.',
        });
      }
      await run.assertHeld();
      await changeService(docker, to, (now) => withReplicas(now, replicas));
    });
  }
}
