import { setMaxListeners } from 'node:events';
import {
  CancelledError,
  isCancellation,
  type JobLogLine,
  type JobResult,
  type JobState,
  type JobSummary,
  type Stage,
  type StageProgress,
  toErrorShape,
} from '../contract/index.ts';
import { JobLog } from './job-log.ts';
import type { JobContext, JobStart, StageContext } from './types.ts';

export type JobChange = 'progress' | 'stage' | 'cancelling' | 'committed' | 'ended';

/** One job from its start to its end: its stages, its log, and the words for how it ended. */
export class RunningJob implements JobContext {
  readonly log: JobLog = new JobLog();
  readonly finished: Promise<JobSummary>;
  readonly #abort = new AbortController();
  readonly #stages = new Map<string, Stage>();
  readonly #startedAt: number;
  #state: JobState = 'running';
  #endedAt: number | null = null;
  #failure: unknown = null;
  #result: JobResult | null = null;
  /** What can no longer be taken back; null while all of it can. */
  #stays: string | null = null;
  /** What a cancel does once something stays; null where it is refused. */
  #endEarly: (() => void) | null = null;

  constructor(
    readonly id: string,
    private readonly what: JobStart,
    private readonly now: () => number,
    private readonly changed: (change: JobChange) => void,
  ) {
    this.#startedAt = now();
    // Every wait of the job listens to its signal, and AbortSignal.any holds on until it is collected: many are no leak.
    setMaxListeners(0, this.signal);
    for (const { id: stage, title } of what.stages) {
      this.#stages.set(stage, { id: stage, title, state: 'waiting', detail: '', progress: null, startedAt: null, durationMs: null });
    }
    // Begins after the caller has its id, so that a job that fails at once is still a job.
    this.finished = Promise.resolve().then(() => this.#run());
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get active(): boolean {
    return this.#endedAt === null;
  }

  summary(): JobSummary {
    return {
      id: this.id,
      kind: this.what.kind,
      title: this.what.title,
      server: this.what.server,
      app: this.what.app,
      state: this.#state,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      stages: [...this.#stages.values()],
      error: this.#failure === null ? null : toErrorShape(this.#failure),
      result: this.#result,
      cancellable: this.#stays === null || this.#endEarly !== null,
      stays: this.#stays,
    };
  }

  /** Takes nothing back of one that is past the point of no return. */
  cancel(): void {
    if (this.#state !== 'running') return;
    if (this.#stays !== null) {
      this.#endEarly?.();
      return;
    }
    this.#state = 'cancelling';
    this.changed('cancelling');
    this.#abort.abort(new CancelledError());
  }

  commit(stays: string, endEarly?: () => void): void {
    this.signal.throwIfAborted();
    this.#stays = stays;
    this.#endEarly = endEarly ?? null;
    this.changed('committed');
  }

  async stage<T>(id: string, run: (stage: StageContext) => Promise<T>): Promise<T> {
    const startedAt = this.now();
    this.#update(id, { state: 'running', startedAt }, 'stage');
    let end: Stage['state'] = 'done';
    try {
      this.signal.throwIfAborted();
      return await run({
        signal: this.signal,
        detail: (detail) => this.#update(id, { detail }, 'progress'),
        progress: (progress: StageProgress | null) => this.#update(id, { progress }, 'progress'),
        already: (detail) => {
          end = 'already';
          this.#update(id, { detail }, 'progress');
        },
        log: (text, stream: JobLogLine['stream'] = 'stdout') => this.log.append({ at: this.now(), stage: id, stream, text }),
      });
    } catch (error) {
      end = isCancellation(error) ? 'cancelled' : 'failed';
      throw error;
    } finally {
      this.#update(id, { state: end, durationMs: this.now() - startedAt }, 'stage');
    }
  }

  skip(id: string, detail: string): void {
    this.#update(id, { state: 'skipped', detail }, 'stage');
  }

  setResult(result: JobResult | null): void {
    this.#result = result;
    this.changed('progress');
  }

  async #run(): Promise<JobSummary> {
    try {
      await this.what.run(this);
      // A cancel that came too late to stop it: it is done, and says so.
      this.#state = 'succeeded';
    } catch (error) {
      const cancelled = isCancellation(error);
      this.#state = cancelled ? 'cancelled' : 'failed';
      if (!cancelled) this.#failure = error;
    }
    this.#endedAt = this.now();
    this.log.end();
    this.changed('ended');
    return this.summary();
  }

  #update(id: string, change: Partial<Stage>, kind: JobChange): void {
    const stage = this.#stages.get(id);
    if (!stage) throw new Error(`Job "${this.what.title}" has no stage "${id}"`);
    this.#stages.set(id, { ...stage, ...change });
    this.changed(kind);
  }
}
