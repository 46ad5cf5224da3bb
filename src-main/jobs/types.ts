import type { Event } from '../base/emitter.ts';
import type { JobKind, JobLogLine, JobResult, JobSummary, StageProgress } from '../contract/index.ts';

/** What a running job may say about itself. Every long operation of the product runs inside one. */
export interface JobContext {
  readonly id: string;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
  /**
   * Runs one stage: shows it as running, then done with the detail it returns. `already` marks that there was nothing to do.
   * A failure marks the stage and is thrown on; the stages after it stay waiting.
   */
  stage<T>(id: string, run: (stage: StageContext) => Promise<T>): Promise<T>;
  /**
   * Throws when it was cancelled already; from here on a cancel is refused, since what was done cannot be taken back. `stays` says what
   * that is, "release 4 is live, only tidying up is left"; calling it again says it anew. Where `endEarly` is given a cancel is not
   * refused but calls it: it takes nothing back, and ends what is left to do early.
   */
  commit(stays: string, endEarly?: () => void): void;
  /** Marks a stage as not needed by this job. */
  skip(id: string, detail: string): void;
  /** Also while it runs, for what is there already; null takes it back. */
  setResult(result: JobResult | null): void;
}

export interface StageContext {
  readonly signal: AbortSignal;
  /** Replaces the stage's few words. */
  detail(text: string): void;
  progress(progress: StageProgress | null): void;
  /** Ends as `already` instead of `done`. */
  already(detail: string): void;
  /** A line of output; `text` without the line end. */
  log(text: string, stream?: JobLogLine['stream']): void;
}

export interface JobStart {
  readonly kind: JobKind;
  readonly title: string;
  readonly server: string;
  readonly app: string | null;
  readonly stages: readonly { readonly id: string; readonly title: string }[];
  readonly run: (job: JobContext) => Promise<void>;
}

export interface Jobs {
  readonly onChange: Event<readonly JobSummary[]>;
  /** All that are known, those of other programs on this computer included; the running ones first. */
  list(): readonly JobSummary[];
  /** Those that run in this program and would end with it. */
  running(): readonly JobSummary[];
  /** Throws `not-found`. */
  get(id: string): JobSummary;
  /** Starts it at once and returns its id. Refuses with `busy` when a job of the same server and app is running. */
  start(start: JobStart): string;
  /**
   * Asks it to stop; it ends as `cancelled` when what it began is undone. Throws `busy`, and changes nothing, for one that is past the
   * point of no return, unless there is something that it can end early, and for one that another program runs.
   */
  cancel(id: string): void;
  /** The log from its beginning, then live until the job has ended. Bounded: the oldest lines go first, and a note says how many. */
  log(id: string, signal: AbortSignal): AsyncIterable<readonly JobLogLine[]>;
  /** Resolves when it has ended, however, and that was written down; at once for a job of another program. */
  finished(id: string): Promise<JobSummary>;
  clearEnded(): void;
}
