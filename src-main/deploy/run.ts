import { sleep } from '../base/wait.ts';
import { ExpectedError, isCancellation, type JobKind } from '../contract/index.ts';
import type { JobContext, StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import type { ServerAccess, Uploads } from '../uploads/index.ts';
import { acquireLease, type Lease, leaseTtlMs } from './lease.ts';
import { isPassing, reconnectMs, throughPassing } from './passing.ts';
import { settleEdge } from './settle-edge.ts';
import { type DeployDeps, type OnApp, type StageId, stageTitles } from './types.ts';

/** Milliseconds for which giving back the lease is tried: a restarted daemon is back in less, and by then the lease has ended by itself. */
const letGoMs = 60_000;

/** Why something is undone. */
export type UndoReason = { readonly kind: 'failed'; readonly message: string } | { readonly kind: 'cancelled' };

type Undo = (reason: UndoReason) => Promise<void>;

/** What a hook threw: the run ends on the spot, as if the laptop had died. */
class Died extends Error {}

/**
 * One run of a job on an app: its stages with their hooks, the lease it writes under, and what it has to undo should it fail.
 * Until `keep` every step can be undone in reverse order; after it nothing is.
 */
export class Run {
  #undo: Undo[] = [];
  /** Whether an error is one after which all is undone; any is until something was kept. */
  #undoneBy: (error: unknown) => boolean = () => true;
  #lease: Lease | null = null;
  #died = false;
  #isUndoing = false;
  #lastStage: StageContext | null = null;

  constructor(
    private readonly deps: DeployDeps,
    private readonly kind: JobKind,
    readonly job: JobContext,
    readonly session: ServerSession,
    readonly app: string,
  ) {}

  get server(): string {
    return this.session.profile.name;
  }

  /** How many releases beside the live one keep their image. */
  get keepReleases(): number {
    return this.deps.keepReleases();
  }

  /** `user@computer`. */
  get by(): string {
    return this.deps.by;
  }

  get uploads(): Uploads {
    return this.deps.uploads;
  }

  /** The run's server as uploads know it. */
  get serverAccess(): ServerAccess {
    const { profile, connection, docker } = this.session;
    return { id: profile.id, name: profile.name, connection, docker };
  }

  async stage<T>(id: StageId, body: (stage: StageContext) => Promise<T>): Promise<T> {
    return await this.job.stage(id, async (stage) => {
      this.#lastStage = stage;
      await this.#hook(id, 'before');
      // What broke between two stages is waited for, not met by the first step of the next. A folder is scanned without any server.
      if (id !== 'scan') await this.session.connection.ready(this.#untilCancel(stage.signal), reconnectMs);
      const result = await body(stage);
      await this.#hook(id, 'after');
      return result;
    });
  }

  /** Waits for the connection and takes the lease, unless it has it; writes nothing else. Throws `lease-held`. */
  async begin(stage: StageContext): Promise<void> {
    if (this.#lease) return;
    await this.session.connection.ready(stage.signal);
    this.#lease = await acquireLease({
      docker: this.session.docker,
      server: this.server,
      app: this.app,
      holder: this.deps.by,
      doing: this.kind,
      ttlMs: this.deps.leaseTtlMs ?? leaseTtlMs,
      signal: stage.signal,
      onWait: (text) => stage.detail(text),
    });
    await settleEdge(this.session, {
      holder: this.deps.by,
      signal: stage.signal,
      onWait: (text) => stage.detail(text),
      onNote: (text) => stage.log(text, 'note'),
    });
  }

  /** To be called before each write. Waits for a connection that broke and for a daemon that is being restarted. Throws `lease-lost`. */
  async assertHeld(): Promise<void> {
    if (this.#died) throw new Died('the run is over');
    const lease = this.#lease;
    if (!lease) throw new Error('The lease was not taken');
    const signal = this.#untilCancel(this.job.signal);
    await throughPassing(this.session.connection, () => lease.assertHeld(), { withinMs: reconnectMs, signal });
  }

  /** What is undone is undone whether or not somebody cancelled. */
  #untilCancel(signal: AbortSignal): AbortSignal | undefined {
    return this.#isUndoing ? undefined : signal;
  }

  /** Registers how to undo what comes next; the last registered is undone first. */
  onUndo(undo: Undo): void {
    this.#undo.push(undo);
  }

  /** What was done so far stays, whatever comes. */
  keep(): void {
    this.#undo = [];
  }

  /** What was done so far stays, whatever comes but an error for which `isWayBack` holds; until `keep` is called. */
  keepUnless(isWayBack: (error: unknown) => boolean): void {
    this.#undoneBy = isWayBack;
  }

  /** Runs it to its end: undoes it when it fails or is cancelled, and lets go of the lease. */
  async through(body: (run: Run) => Promise<void>): Promise<void> {
    try {
      await body(this);
    } catch (error) {
      if (this.#died) throw error;
      const reason = await this.#reasonOf(error);
      await this.#undoAll(reason);
      throw reason;
    } finally {
      if (this.#died) this.#lease?.abandon();
      else await this.#letGo();
    }
  }

  /** Whoever took over has removed what this run was busy with: that it is gone is not what the user has to know. */
  async #reasonOf(error: unknown): Promise<unknown> {
    if (!(error instanceof ExpectedError) || isLeaseLost(error) || isPassing(error)) return error;
    try {
      await this.#lease?.assertHeld();
      return error;
    } catch (failure) {
      return isLeaseLost(failure) ? failure : error;
    }
  }

  async #undoAll(error: unknown): Promise<void> {
    this.#isUndoing = true;
    const steps = this.#undo.reverse();
    this.#undo = [];
    if (steps.length === 0 || isLeaseLost(error) || !this.#undoneBy(error)) return;
    const reason: UndoReason = isCancellation(error) ? { kind: 'cancelled' } : { kind: 'failed', message: messageOf(error) };
    try {
      await this.session.connection.ready(undefined, reconnectMs);
      for (const undo of steps) {
        await this.assertHeld();
        await undo(reason).catch((failure: unknown) => this.#note(`Not all of it could be undone: ${messageOf(failure)}.`));
      }
    } catch (failure) {
      this.#note(`It could not be undone now: ${messageOf(failure)}. The next run on this app does it.`);
    }
  }

  /**
   * Tries for a while, whatever Docker says: a lease that stays behind keeps the app's next run waiting, and a daemon that is being
   * restarted answers in many ways. To remove one that is gone already is no error.
   */
  async #letGo(): Promise<void> {
    const deadline = Date.now() + letGoMs;
    for (;;) {
      try {
        await this.#lease?.release();
        return;
      } catch (error) {
        if (Date.now() < deadline && error instanceof ExpectedError) {
          await sleep(500);
          continue;
        }
        this.#note(`The lease could not be given back and ends by itself: ${messageOf(error)}.`);
        return;
      }
    }
  }

  #note(text: string): void {
    this.#lastStage?.log(text, 'note');
  }

  async #hook(id: StageId, moment: 'before' | 'after'): Promise<void> {
    try {
      await this.deps.hooks?.at(id, moment);
    } catch (error) {
      this.#died = true;
      throw error;
    }
  }
}

/** Starts a job on an app with the given stages. Returns the job's id; throws `busy` and `not-found`. */
export function startRun(
  deps: DeployDeps,
  target: OnApp,
  kind: JobKind,
  title: (server: string) => string,
  stages: readonly StageId[],
  body: (run: Run) => Promise<void>,
): string {
  const session = deps.session(target.server);
  return deps.jobs.start({
    kind,
    title: title(session.profile.name),
    server: target.server,
    app: target.app,
    stages: stages.map((id) => ({ id, title: stageTitles[id] })),
    run: (job) => new Run(deps, kind, job, session, target.app).through(body),
  });
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'lease-lost';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
