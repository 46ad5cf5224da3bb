import { sleep } from '../base/wait.ts';
import type { LogLine } from '../contract/index.ts';
import { nanosecondsOf } from './time.ts';

/** Lines of several replicas wait this long for each other, to be put into the order of their times. */
const batchMs = 50;
/** Lines that may wait to be taken before their readers pause, and with them the channels from the server. */
const highWater = 2_000;

/** Gathers the lines of several readers into batches in the order of time. A reader waits in `push` while too much is waiting. */
export class LineMerger {
  #lines: LogLine[] = [];
  #failure: unknown;
  #ended = false;
  readonly #room = new Set<() => void>();
  #wake: (() => void) | null = null;

  async push(line: LogLine): Promise<void> {
    this.#lines.push(line);
    this.#wake?.();
    if (this.#lines.length >= highWater && !this.#ended) await new Promise<void>((resolve) => this.#room.add(resolve));
  }

  /** Ends the batches after what is waiting; with `failure` they then throw it. */
  end(failure?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#wake?.();
    this.#letIn();
  }

  async *batches(): AsyncGenerator<readonly LogLine[], void, undefined> {
    try {
      for (;;) {
        if (this.#lines.length === 0) {
          if (this.#ended) {
            if (this.#failure !== undefined) throw this.#failure;
            return;
          }
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = null;
          continue;
        }
        if (this.#lines.length < highWater && !this.#ended) await sleep(batchMs);
        const batch = this.#lines;
        this.#lines = [];
        this.#letIn();
        yield inOrder(batch);
      }
    } finally {
      this.end();
    }
  }

  #letIn(): void {
    for (const enter of [...this.#room]) enter();
    this.#room.clear();
  }
}

/** By time; lines of the same time keep the order in which they came. */
export function inOrder(lines: readonly LogLine[]): LogLine[] {
  return lines
    .map((line) => ({ line, at: nanosecondsOf(line.at) ?? 0n }))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    .map(({ line }) => line);
}

/**
 * The lines of several sources, each of which is in the order of time, as one in that order. Holds one line of each; closes all that are
 * still open when it is left early or one fails.
 */
export async function* mergedByTime(
  sources: readonly AsyncGenerator<LogLine, void, undefined>[],
): AsyncGenerator<LogLine, void, undefined> {
  const take = async (source: AsyncGenerator<LogLine, void, undefined>): Promise<Head | null> => {
    const { done, value } = await source.next();
    return done ? null : { source, line: value, at: nanosecondsOf(value.at) ?? 0n };
  };
  try {
    let heads = (await Promise.all(sources.map(take))).filter((head) => head !== null);
    for (;;) {
      const first = heads.reduce<Head | null>((least, head) => (least === null || head.at < least.at ? head : least), null);
      if (first === null) return;
      yield first.line;
      const next = await take(first.source);
      // In its place, so that lines of the same time come in the order of the sources.
      heads = heads.flatMap((head) => (head !== first ? [head] : next === null ? [] : [next]));
    }
  } finally {
    await Promise.allSettled(sources.map((source) => source.return()));
  }
}

interface Head {
  readonly source: AsyncGenerator<LogLine, void, undefined>;
  readonly line: LogLine;
  readonly at: bigint;
}
