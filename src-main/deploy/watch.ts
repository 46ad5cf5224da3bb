import { sleep } from '../base/wait.ts';
import { runningContainer, serviceLabels } from '../docker/index.ts';
import type { Task } from '../docker/types.ts';
import { EDGE_SERVICE, type SlotServers } from '../edge/index.ts';
import type { StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { isPassing } from './passing.ts';
import type { SwitchProbe } from './probe.ts';
import type { Run } from './run.ts';
import type { Rollout } from './types.ts';
import { type AnswersSight, answerToDeath, type Death, endedTasks, findDeath } from './watch-verdict.ts';

const lookEveryMs = 250;
/** Without a sight of the server there is no verdict, and what was before is not taken away. */
const outOfSightMs = 120_000;

/** What had ended by itself before the switch, and so says nothing of it; and which edge ran. */
export interface Baseline {
  readonly ended: ReadonlySet<string>;
  /** Null when no edge runs. */
  readonly edge: string | null;
}

export type WatchEnd =
  | { readonly kind: 'well' }
  /** The user wanted to wait no longer. */
  | { readonly kind: 'left-off' }
  | { readonly kind: 'dead'; readonly death: Death; readonly afterMs: number; readonly answer: 'back' | 'stay' };

export async function readBaseline(run: Run, rollout: Rollout): Promise<Baseline> {
  const [own, before, edge] = await Promise.all([tasksOf(run, rollout.service), tasksBefore(run, rollout), edgeOf(run.session)]);
  return { ended: new Set(endedTasks([...own, ...before]).map((task) => task.id)), edge };
}

/**
 * Watches a release from its switch on, beside the drain of the one before: its replicas, the edge's view of them, and how the edge
 * answers. It decides nothing itself (see `watch-verdict.ts`) and writes nothing.
 */
export class ReleaseWatch {
  readonly #since = Date.now();
  readonly #leftOff = new AbortController();
  readonly #died = new AbortController();
  readonly #end: Promise<WatchEnd>;
  #baseline: Baseline;
  #stage: StageContext | null = null;
  /** Milliseconds since 1970, as all below. */
  #downSince: number | null = null;
  /** Since when the release has to become healthy once more, for the server itself was down. */
  #waitsSince: number | null = null;
  #goodAt: number | null = null;
  #bad = 0;
  #lastStatus: number | null = null;

  constructor(
    private readonly run: Run,
    private readonly rollout: Rollout,
    probe: SwitchProbe,
    baseline: Baseline,
    /** The release before was stopped for this one: that it does not run says nothing of it. */
    private readonly beforeRests: boolean,
  ) {
    this.#baseline = baseline;
    probe.tell(({ slot, status }) => {
      if (slot === rollout.slot && status < 500) {
        this.#goodAt = Date.now();
        this.#bad = 0;
      } else if (status >= 500) {
        this.#bad += 1;
        this.#lastStatus = status;
      }
    });
    this.#end = this.#watch();
    // What it throws is for `over`, which comes later.
    this.#end.catch(() => undefined);
  }

  /** Aborted as soon as the release is found dead. */
  get died(): AbortSignal {
    return this.#died.signal;
  }

  /** Waits until the watch time is over or the release dead. Throws what kept it from seeing the server for minutes. */
  over(stage: StageContext): Promise<WatchEnd> {
    this.#stage = stage;
    return this.#end;
  }

  /** Ends it at the next look. */
  leaveOff(): void {
    this.#leftOff.abort();
  }

  async #watch(): Promise<WatchEnd> {
    let unseenSince: number | null = null;
    for (;;) {
      if (this.#leftOff.signal.aborted) return { kind: 'left-off' };
      try {
        const end = await this.#look();
        if (end) return end;
        unseenSince = null;
      } catch (error) {
        if (!isPassing(error)) throw error;
        unseenSince ??= Date.now();
        if (Date.now() - unseenSince > outOfSightMs) throw error;
        await this.run.session.connection.ready(this.#leftOff.signal, outOfSightMs).catch((failure: unknown) => {
          if (!this.#leftOff.signal.aborted) throw failure;
        });
      }
      await sleep(lookEveryMs, this.#leftOff.signal).catch(() => undefined);
    }
  }

  async #look(): Promise<WatchEnd | null> {
    const { app, session } = this.run;
    const { record, slot, service } = this.rollout;
    const [tasks, servers] = await Promise.all([tasksOf(this.run, service), session.edge.slotServers(app, slot)]);
    const now = Date.now();
    if (this.#waitsSince !== null) return await this.#lookForRecovery(this.#waitsSince, tasks, servers, now);
    if (servers.healthy > 0) this.#downSince = null;
    else this.#downSince ??= now;
    const death = findDeath({
      ended: endedTasks(tasks).filter((task) => !this.#baseline.ended.has(task.id)),
      healthy: servers.healthy,
      lastFailure: servers.lastFailure,
      downForMs: this.#downSince === null ? 0 : now - this.#downSince,
      answers: this.#answers(now),
    });
    if (death) return await this.#judge(death);
    const { watchSeconds } = record.settings;
    const leftMs = this.#since + watchSeconds * 1000 - now;
    this.#stage?.detail(`${servers.healthy} of ${record.settings.replicas} healthy, ${Math.max(0, Math.ceil(leftMs / 1000))} s left`);
    return this.#stage && leftMs <= 0 && this.#downSince === null ? { kind: 'well' } : null;
  }

  #answers(now: number): AnswersSight {
    return {
      everGood: this.#goodAt !== null,
      sinceGoodMs: this.#goodAt === null ? 0 : now - this.#goodAt,
      bad: this.#bad,
      lastStatus: this.#lastStatus,
    };
  }

  /** After an outage of the server: the watch goes on once the release is whole again. */
  async #lookForRecovery(since: number, tasks: readonly Task[], servers: SlotServers, now: number): Promise<WatchEnd | null> {
    const { settings } = this.rollout.record;
    if (tasks.filter((task) => task.state === 'running').length >= settings.replicas && servers.healthy >= settings.replicas) {
      this.#baseline = await readBaseline(this.run, this.rollout);
      this.#waitsSince = null;
      this.#downSince = null;
      this.#goodAt = null;
      this.#bad = 0;
      return null;
    }
    this.#stage?.detail(`${servers.healthy} of ${settings.replicas} healthy again after an outage of the server`);
    if (now - since < settings.healthySeconds * 1000) return null;
    const healthyBefore = await this.#healthyBefore();
    const death: Death = { kind: 'down', words: servers.lastFailure ?? 'the edge finds none' };
    return this.#dead(death, healthyBefore === null || healthyBefore > 0 ? 'back' : 'stay');
  }

  async #judge(death: Death): Promise<WatchEnd | null> {
    const [edge, before, healthyBefore] = await Promise.all([
      edgeOf(this.run.session),
      tasksBefore(this.run, this.rollout),
      this.#healthyBefore(),
    ]);
    const answer = answerToDeath({
      sameEdge: edge !== null && edge === this.#baseline.edge,
      endedBefore: endedTasks(before).filter((task) => !this.#baseline.ended.has(task.id)).length,
      healthyBefore,
    });
    if (answer !== 'wait') return this.#dead(death, answer);
    const { number, settings } = this.rollout.record;
    this.#stage?.log(
      `Docker or the server itself was down meanwhile: release ${number} has ${settings.healthySeconds} s to become healthy again.`,
      'note',
    );
    this.#waitsSince = Date.now();
    return null;
  }

  #dead(death: Death, answer: 'back' | 'stay'): WatchEnd {
    this.#died.abort();
    return { kind: 'dead', death, answer, afterMs: Date.now() - this.#since };
  }

  async #healthyBefore(): Promise<number | null> {
    const { liveBefore } = this.rollout;
    return liveBefore === null || this.beforeRests ? null : (await this.run.session.edge.slotServers(this.run.app, liveBefore)).healthy;
  }
}

function tasksOf(run: Run, service: string): Promise<readonly Task[]> {
  return run.session.docker.tasks({ service });
}

async function tasksBefore(run: Run, { before, liveBefore }: Rollout): Promise<readonly Task[]> {
  return before && liveBefore !== null ? await tasksOf(run, before.service.name) : [];
}

/** Another text once the edge's container was started anew, as it is whenever Docker or the server was. */
async function edgeOf({ docker }: ServerSession): Promise<string | null> {
  const running = await runningContainer(docker, { [serviceLabels.name]: EDGE_SERVICE });
  const state = running && (await docker.container(running.id));
  return state ? `${state.id} ${state.startedAt}` : null;
}
