import { labelNames } from '../apps/index.ts';
import { ExpectedError, type LogLine } from '../contract/index.ts';
import type { Labels, LogChunk } from '../docker/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { Recovery } from './recovery.ts';
import { ResumePoint } from './resume-point.ts';

/** A container of an app, and how its lines are signed. */
export interface ReplicaContainer {
  readonly id: string;
  /** `shop.1`. */
  readonly name: string;
  readonly release: number;
}

/** From the labels of a container, as a list or an event gives them; null for a container that is no replica of the app. */
export function replicaOf(id: string, labels: Labels, app: string): ReplicaContainer | null {
  const release = Number(labels[labelNames.release]);
  // Swarm names a task `service.slot.id`.
  const slot = /\.(\d+)\.[a-z0-9]+$/.exec(labels['com.docker.swarm.task.name'] ?? '')?.[1];
  if (labels[labelNames.app] !== app || !Number.isInteger(release) || !slot) return null;
  return { id, name: `${app}.${slot}`, release };
}

/** The log of one replica from where it was left, across lost connections. */
export class ReplicaLog {
  readonly #point = new ResumePoint();

  constructor(
    private readonly session: ServerSession,
    private readonly replica: ReplicaContainer,
    /** RFC 3339: nothing older is asked for. */
    private since: string | undefined,
  ) {}

  /** What is there now, at most the last `tail` lines. Where it gives none, `follow` begins at `now` (RFC 3339, the server's clock). */
  async *history(tail: number | 'all', now: string, signal: AbortSignal): AsyncGenerator<LogLine, void, undefined> {
    let none = true;
    try {
      for await (const chunk of this.#read({ follow: false, tail, signal })) {
        if (!this.#point.take(chunk)) continue;
        none = false;
        yield this.#line(chunk);
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    if (none) this.since = now;
  }

  /** Gives every line after those to `give`, until the container has ended. Waits for lost connections to come back. */
  async follow(signal: AbortSignal, give: (line: LogLine) => Promise<void>): Promise<void> {
    const recovery = new Recovery(this.session, signal);
    while (!signal.aborted) {
      try {
        this.#point.resume();
        for await (const chunk of this.#read({ follow: true, tail: 'all', signal })) {
          recovery.worked();
          if (this.#point.take(chunk)) await give(this.#line(chunk));
        }
        // Docker ends the stream when the container has ended, and when it is itself restarted.
        const state = signal.aborted ? null : await this.session.docker.container(this.replica.id);
        if (!state?.running) return;
      } catch (error) {
        if (signal.aborted || isGone(error)) return;
        await recovery.after(error);
      }
    }
  }

  #read(options: { readonly follow: boolean; readonly tail: number | 'all'; readonly signal: AbortSignal }): AsyncIterable<LogChunk> {
    return this.session.docker.logs(this.replica.id, { ...options, since: this.#point.since ?? this.since });
  }

  #line(chunk: LogChunk): LogLine {
    return { at: chunk.at, replica: this.replica.name, release: this.replica.release, stream: chunk.stream, text: chunk.text };
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'not-found';
}
