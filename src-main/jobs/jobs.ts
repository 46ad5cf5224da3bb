import { randomUUID } from 'node:crypto';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { ExpectedError, type JobLogLine, type JobSummary, tooLateWords } from '../contract/index.ts';
import { type JobHistory, type JobOwner, mergeHistory, parseHistory, type SavedJob, toSummary } from './history.ts';
import { RunningJob } from './running-job.ts';
import { Throttle } from './throttle.ts';
import type { JobStart, Jobs } from './types.ts';

/** Milliseconds between two tellings of progress. */
const tellEveryMs = 100;

export interface JobsOptions {
  readonly history?: JobHistory | undefined;
  /** Without it every job that another program left running counts as interrupted. */
  readonly owner?: JobOwner | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** The jobs of this program, and what is known of those of others. Disposing cancels those that run here and stops telling. */
export function createJobs(options: JobsOptions = {}): Jobs & Disposable {
  return new JobList(options);
}

class JobList implements Jobs, Disposable {
  readonly #running = new Map<string, RunningJob>();
  /** With their logs, as long as the program runs. */
  readonly #endedHere = new Map<string, RunningJob>();
  /** What the history does not say yet; null is a job to remove. Only jobs of this program, and those cleared here. */
  readonly #unsaved = new Map<string, SavedJob | null>();
  /** What was read last and what it said, since it is asked for more often than it changes. */
  #read: { readonly raw: unknown; readonly jobs: readonly SavedJob[] } = { raw: undefined, jobs: [] };
  #saving: Promise<void> = Promise.resolve();
  readonly #disposables = new DisposableStore();
  readonly #changes = this.#disposables.add(new Emitter<readonly JobSummary[]>());
  readonly #tell = this.#disposables.add(new Throttle(tellEveryMs, () => this.#changes.fire(this.list())));
  readonly #now: () => number;

  readonly onChange = this.#changes.event;

  constructor(private readonly options: JobsOptions) {
    this.#now = options.now ?? Date.now;
    const listening = options.history?.onChange?.(() => this.#tell.ask());
    if (listening) this.#disposables.add(listening);
  }

  list(): readonly JobSummary[] {
    const others = this.#kept().filter((job) => !this.#running.has(job.id));
    return [...this.running(), ...others.map(toSummary)];
  }

  running(): readonly JobSummary[] {
    return [...this.#running.values()].map((job) => job.summary()).reverse();
  }

  get(id: string): JobSummary {
    const found = this.#running.get(id)?.summary() ?? this.list().find((job) => job.id === id);
    if (!found) throw unknownJob();
    return found;
  }

  start(start: JobStart): string {
    const other = this.running().find((job) => inTheWay(job, start));
    if (other) {
      throw new ExpectedError('busy', `"${other.title}" is still running`, { next: 'Wait until it has ended, or cancel it.' });
    }
    const id = randomUUID();
    const job = new RunningJob(id, start, this.#now, (change) => {
      // Its end is told by #end, once it stands among the ended ones.
      if (!job.active) return;
      if (change === 'committed') this.#tell.now();
      else this.#tell.ask();
      if (change === 'cancelling' || change === 'committed') this.#save(job.summary());
    });
    this.#running.set(id, job);
    this.#save(job.summary());
    this.#tell.now();
    void job.finished.then((summary) => this.#end(job, summary));
    return id;
  }

  cancel(id: string): void {
    const job = this.#running.get(id);
    if (job) {
      const tooLate = tooLateWords(job.summary());
      if (tooLate !== null) throw new ExpectedError('busy', tooLate, { next: 'It cannot be cancelled any more. Wait until it has ended.' });
      job.cancel();
      return;
    }
    if (this.get(id).endedAt === null) {
      throw new ExpectedError('busy', 'Another Longshore on this computer runs this job', { next: 'Cancel it where it was started.' });
    }
  }

  log(id: string, signal: AbortSignal): AsyncIterable<readonly JobLogLine[]> {
    const job = this.#running.get(id) ?? this.#endedHere.get(id);
    if (job) return job.log.read(signal);
    const { startedAt, endedAt } = this.get(id);
    const text =
      endedAt === null
        ? 'The output of this job is shown where it was started: another Longshore on this computer runs it.'
        : 'The output of this job was not kept: the program that ran it has ended.';
    return once([{ at: startedAt, stage: '', stream: 'note', text }]);
  }

  async finished(id: string): Promise<JobSummary> {
    const job = this.#running.get(id) ?? this.#endedHere.get(id);
    if (!job) return this.get(id);
    const summary = await job.finished;
    // A command ends right after: its job would be found as interrupted.
    await this.#saving;
    return summary;
  }

  clearEnded(): void {
    for (const { id, endedAt } of this.list()) if (endedAt !== null) this.#unsaved.set(id, null);
    this.#endedHere.clear();
    this.#write();
    this.#tell.now();
  }

  dispose(): void {
    for (const job of this.#running.values()) job.cancel();
    this.#disposables.dispose();
  }

  #end(job: RunningJob, summary: JobSummary): void {
    this.#running.delete(job.id);
    this.#endedHere.set(job.id, job);
    this.#save(summary);
    const kept = new Set(this.#kept().map((each) => each.id));
    for (const id of this.#endedHere.keys()) {
      if (kept.has(id)) continue;
      this.#endedHere.delete(id);
      this.#unsaved.delete(id);
    }
    this.#tell.now();
  }

  #kept(): SavedJob[] {
    const raw = this.options.history?.load();
    if (raw !== this.#read.raw) this.#read = { raw, jobs: parseHistory(raw) };
    return mergeHistory(this.#read.jobs, this.#unsaved, this.options.owner);
  }

  #save(summary: JobSummary): void {
    const owner = this.options.owner;
    this.#unsaved.set(summary.id, owner && summary.endedAt === null ? { ...summary, owner: owner.self } : summary);
    this.#write();
  }

  /** The history is a convenience: no job fails because it could not be written, and the next change writes what is missing. */
  #write(): void {
    const { history, owner } = this.options;
    if (!history) return;
    let written = new Map<string, SavedJob | null>();
    this.#saving = history
      .update((saved) => {
        written = new Map(this.#unsaved);
        return mergeHistory(parseHistory(saved), written, owner);
      })
      .then(() => {
        // Unless it changed meanwhile: then another write is on its way.
        for (const [id, job] of written) if (this.#unsaved.get(id) === job) this.#unsaved.delete(id);
      })
      .catch(() => undefined);
  }
}

/** Two jobs exclude each other on the same app, and a job on the whole server excludes every other on it. */
function inTheWay(running: JobSummary, start: JobStart): boolean {
  if (running.server !== start.server) return false;
  return running.app === null || start.app === null || running.app === start.app;
}

function unknownJob(): ExpectedError {
  return new ExpectedError('not-found', 'This job is not known any more', { next: 'Only the last 50 jobs are kept.' });
}

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}
