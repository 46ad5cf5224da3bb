import { type EdgeUpdateWay, ExpectedError, isCancellation, probeWords } from '../contract/index.ts';
import { acquireLease, type Lease, leasedApps, leaseTtlMs, settle } from '../deploy/index.ts';
import { createEdgeRenewal } from '../edge/index.ts';
import type { EdgeRenewal } from '../edge/types.ts';
import type { JobContext, Jobs, StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { expectations, reasons } from './plan.ts';
import { RenewalWitness } from './witness.ts';

const stages = [
  { id: 'check', title: 'Look at the edge' },
  { id: 'image', title: 'Fetch HAProxy' },
  { id: 'second', title: 'Start a second edge' },
  { id: 'lead', title: 'Lead visitors to it' },
  { id: 'replace', title: 'Renew the edge' },
  { id: 'back', title: 'Lead visitors back' },
  { id: 'clean', title: 'Remove the second edge' },
] as const;

export interface EdgeUpdateOptions {
  readonly way: EdgeUpdateWay;
  /** Also where there is nothing to do. */
  readonly force: boolean;
  /** `user@computer`. */
  readonly by: string;
}

/** Starts renewing the edge of a server as a job, and returns the job's id. Throws `busy`. */
export function startEdgeUpdate(jobs: Jobs, session: ServerSession, options: EdgeUpdateOptions): string {
  return jobs.start({
    kind: 'edge',
    title: `Renew the edge of ${session.profile.name}`,
    server: session.profile.id,
    app: null,
    stages,
    run: (job) => new Update(job, session, options).run(),
  });
}

class Update {
  readonly #renewal: EdgeRenewal;
  #lease: Lease | null = null;
  #witness: RenewalWitness | null = null;

  constructor(
    private readonly job: JobContext,
    private readonly session: ServerSession,
    private readonly options: EdgeUpdateOptions,
  ) {
    this.#renewal = createEdgeRenewal(session);
  }

  async run(): Promise<void> {
    try {
      await this.job.stage('check', (stage) => this.#check(stage));
      const image = await this.job.stage('image', (stage) => this.#fetch(stage));
      if (image === null) {
        for (const { id } of stages.slice(2)) this.job.skip(id, 'nothing to do');
        return;
      }
      this.#witness = await RenewalWitness.begin(this.#renewal, this.job.signal);
      if (this.options.way === 'with-a-gap') await this.#withGap(image);
      else await this.#behindASecond(image);
    } finally {
      await this.#witness?.stop();
      await this.#letGo();
    }
  }

  async #check(stage: StageContext): Promise<void> {
    const { connection, docker, profile } = this.session;
    await connection.ready(stage.signal);
    const onWait = (text: string): void => stage.detail(text);
    const lease = { docker, server: profile.name, app: null, holder: this.options.by, doing: 'renewal', ttlMs: leaseTtlMs } as const;
    this.#lease = await acquireLease({ ...lease, signal: stage.signal, onWait });
    // After our own is taken: a run that begins now finds it, see settleEdge.
    const [other] = await leasedApps(docker);
    if (other) {
      throw new ExpectedError('lease-held', `${other.sight.holder} is running a ${other.sight.doing} of ${other.app} on ${profile.name}`, {
        next: 'Renew the edge when that has ended.',
      });
    }
    await settle(this.#renewal, onWait, (text) => stage.log(text, 'note'));
    if (this.options.way === 'behind-a-second') {
      const why = await this.#renewal.whyNoSecond(stage.signal);
      if (why !== null) {
        throw new ExpectedError('unsupported-system', `The edge of ${profile.name} cannot be renewed without a gap: ${why}`, {
          next: `With a gap it can, at a time when few visitors come: longshore edge update --server ${profile.name} --with-gap`,
        });
      }
    }
    const state = await this.#renewal.state();
    stage.detail(state.version === null ? 'HAProxy' : `HAProxy ${state.version}`);
  }

  /** The image to renew it with; null when there is nothing to do. */
  async #fetch(stage: StageContext): Promise<string | null> {
    let failure: unknown = null;
    try {
      await this.#renewal.pull(stage.signal, (line) => stage.log(line));
    } catch (error) {
      if (isCancellation(error)) throw error;
      failure = error;
    }
    const state = await this.#renewal.state();
    const image = state.newest;
    if (image === null) throw failure;
    if (failure !== null) {
      stage.log(
        `It could not be fetched (${failure instanceof Error ? failure.message : String(failure)}); the image on the server is taken.`,
        'note',
      );
    }
    const why = reasons(state);
    if (why.length === 0 && !this.options.force) {
      stage.already('the edge is as it should be');
      return null;
    }
    for (const line of expectations(state, this.options.way)) stage.log(line, 'note');
    await this.#renewal.check(image, stage.signal);
    stage.detail(why[0] ?? 'the same as runs');
    return image;
  }

  async #behindASecond(image: string): Promise<void> {
    let replaced = false;
    try {
      await this.job.stage('second', async (stage) => {
        await this.#assertHeld();
        await this.#renewal.startSecond(image, stage.signal);
        stage.detail('it serves what the edge serves');
      });
      await this.job.stage('lead', async () => {
        await this.#assertHeld();
        this.job.signal.throwIfAborted();
        await this.#renewal.leadToSecond();
      });
      await this.job.stage('replace', async (stage) => {
        await this.#assertHeld();
        const before = await this.#renewal.containerOfEdge();
        this.job.commit('the edge is being made anew, and a second one serves meanwhile');
        replaced = true;
        await this.#renewal.replace(image);
        await this.#renewal.untilReplaced(before, (text) => stage.detail(text));
        stage.detail('waiting until it serves what the second one serves');
        await this.#renewal.untilServesAlike();
        const { version } = await this.#renewal.state();
        stage.detail(version === null ? 'it serves' : `HAProxy ${version} serves`);
      });
    } catch (error) {
      // Once the edge itself is under way, the second one serves on, and the next run goes on from there.
      if (!replaced) await this.#undo();
      throw error;
    }
    await this.job.stage('back', async (stage) => {
      await this.#assertHeld();
      await this.#renewal.leadBack();
      stage.detail('new connections go to the edge');
    });
    await this.job.stage('clean', async (stage) => {
      await this.#renewal.removeSecond();
      await this.#renewal.untilSecondGone((text) => stage.detail(text));
      await this.#tell(stage);
    });
  }

  async #withGap(image: string): Promise<void> {
    for (const id of ['second', 'lead'] as const) this.job.skip(id, 'with a gap, as asked');
    await this.job.stage('replace', async (stage) => {
      await this.#assertHeld();
      const before = await this.#renewal.containerOfEdge();
      this.job.commit('the edge is being made anew');
      await this.#renewal.replace(image);
      await this.#renewal.untilReplaced(before, (text) => stage.detail(text));
      await this.#renewal.untilServesAlike();
      await this.#tell(stage);
    });
    for (const id of ['back', 'clean'] as const) this.job.skip(id, 'with a gap, as asked');
  }

  /** What the witness saw. */
  async #tell(stage: StageContext): Promise<void> {
    const witness = this.#witness;
    if (!witness) return;
    const seen = await witness.stop();
    for (const failure of witness.failures) stage.log(failure, 'note');
    stage.detail(`${probeWords(seen)}, slowest ${seen.slowestMs} ms`);
  }

  /** Back to the edge that was never touched. What does not work now is done by the next run. */
  async #undo(): Promise<void> {
    try {
      await this.session.connection.ready();
      if (await this.#renewal.leadsToSecond()) await this.#renewal.leadBack();
      await this.#renewal.removeSecond();
      await this.#renewal.untilSecondGone();
    } catch {
      // It is told by the error that led here; the second edge serves on, or nobody is led to it.
    }
  }

  async #assertHeld(): Promise<void> {
    await this.#lease?.assertHeld();
  }

  async #letGo(): Promise<void> {
    // Without a connection it ends by itself after 90 s.
    await this.#lease?.release().catch(() => undefined);
  }
}
