import { randomUUID } from 'node:crypto';
import type { Disposable } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { ExpectedError, type JobLogLine, type JobSummary, jobSummary } from '../contract/index.ts';
import { RunningJob } from './running-job.ts';
import { Throttle } from './throttle.ts';
import type { JobStart, Jobs } from './types.ts';

const mostEnded = 50;
/** Milliseconds between two tellings of progress. */
const tellEveryMs = 100;

/** Where the list of jobs is kept between two runs of the program. Logs are not kept. */
export interface JobHistory {
  /** What was saved last; anything else is left out. */
  load(): unknown;
  /** The newest first. Called when a job starts, changes its state or ends, not for progress. */
  save(jobs: readonly JobSummary[]): void | Promise<void>;
}

export interface JobsOptions {
  readonly history?: JobHistory | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** The jobs of this program. Disposing cancels those that run and stops telling. */
export function createJobs(options: JobsOptions = {}): Jobs & Disposable {
  return new JobList(options);
}

class JobList implements Jobs, Disposable {
  readonly #running = new Map<string, RunningJob>();
  /** With their logs, as long as the program runs. */
  readonly #endedHere = new Map<string, RunningJob>();
  #ended: JobSummary[];
  readonly #changes = new Emitter<readonly JobSummary[]>();
  readonly #tell = new Throttle(tellEveryMs, () => this.#changes.fire(this.list()));
  readonly #now: () => number;

  readonly onChange = this.#changes.event;

  constructor(private readonly options: JobsOptions) {
    this.#now = options.now ?? Date.now;
    this.#ended = parseHistory(options.history?.load()).slice(0, mostEnded);
  }

  list(): readonly JobSummary[] {
    return [...[...this.#running.values()].map((job) => job.summary()).reverse(), ...this.#ended];
  }

  get(id: string): JobSummary {
    const found = this.#running.get(id)?.summary() ?? this.#ended.find((job) => job.id === id);
    if (!found) throw unknownJob();
    return found;
  }

  start(start: JobStart): string {
    const other = [...this.#running.values()].map((job) => job.summary()).find((job) => inTheWay(job, start));
    if (other) {
      throw new ExpectedError('busy', `"${other.title}" is still running`, { next: 'Wait until it has ended, or cancel it.' });
    }
    const id = randomUUID();
    const job = new RunningJob(id, start, this.#now, (change) => {
      // Its end is told by #end, once it stands among the ended ones.
      if (!job.active) return;
      this.#tell.ask();
      if (change === 'cancelling') this.#save();
    });
    this.#running.set(id, job);
    this.#save();
    this.#tell.now();
    void job.finished.then((summary) => this.#end(job, summary));
    return id;
  }

  cancel(id: string): void {
    const job = this.#running.get(id);
    if (!job) {
      this.get(id);
      return;
    }
    job.cancel();
  }

  log(id: string, signal: AbortSignal): AsyncIterable<readonly JobLogLine[]> {
    const job = this.#running.get(id) ?? this.#endedHere.get(id);
    if (job) return job.log.read(signal);
    const { startedAt } = this.get(id);
    return once([
      { at: startedAt, stage: '', stream: 'note', text: 'The output of this job was not kept: the program was restarted since.' },
    ]);
  }

  async finished(id: string): Promise<JobSummary> {
    const job = this.#running.get(id) ?? this.#endedHere.get(id);
    return job ? await job.finished : this.get(id);
  }

  clearEnded(): void {
    this.#ended = [];
    this.#endedHere.clear();
    this.#save();
    this.#tell.now();
  }

  dispose(): void {
    for (const job of this.#running.values()) job.cancel();
    this.#tell.dispose();
    this.#changes.dispose();
  }

  #end(job: RunningJob, summary: JobSummary): void {
    this.#running.delete(job.id);
    this.#endedHere.set(job.id, job);
    this.#ended = [summary, ...this.#ended].slice(0, mostEnded);
    const kept = new Set(this.#ended.map((each) => each.id));
    for (const id of this.#endedHere.keys()) if (!kept.has(id)) this.#endedHere.delete(id);
    this.#save();
    this.#tell.now();
  }

  #save(): void {
    // The history is a convenience: no job fails because it could not be written, and the next change writes it whole.
    void Promise.resolve(this.options.history?.save(this.list())).catch(() => undefined);
  }
}

/** Two jobs exclude each other on the same app, and a job on the whole server excludes every other on it. */
function inTheWay(running: JobSummary, start: JobStart): boolean {
  if (running.server !== start.server) return false;
  return running.app === null || start.app === null || running.app === start.app;
}

/** What a job that the program left behind looked like is not known: it was interrupted, and the next run on the server settles it. */
function parseHistory(saved: unknown): JobSummary[] {
  if (!Array.isArray(saved)) return [];
  return saved.flatMap((item) => {
    const parsed = jobSummary.safeParse(item);
    return parsed.success ? [interruptedIfRunning(parsed.data)] : [];
  });
}

function interruptedIfRunning(job: JobSummary): JobSummary {
  if (job.state !== 'running' && job.state !== 'cancelling') return job;
  const lastSign = Math.max(job.startedAt, ...job.stages.map((stage) => (stage.startedAt ?? 0) + (stage.durationMs ?? 0)));
  return {
    ...job,
    state: 'interrupted',
    endedAt: lastSign,
    stages: job.stages.map((stage) => (stage.state === 'running' ? { ...stage, state: 'cancelled', progress: null } : stage)),
  };
}

function unknownJob(): ExpectedError {
  return new ExpectedError('not-found', 'This job is not known any more', { next: 'Only the last 50 jobs are kept.' });
}

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}
