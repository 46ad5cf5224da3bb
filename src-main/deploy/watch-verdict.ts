import { taskFailure } from '../apps/index.ts';
import type { ContainerState, Task } from '../docker/types.ts';
import { commandWords } from './diagnosis.ts';

/** What is seen of a release at one moment of its watch time, over what was seen when it was switched to. */
export interface WatchSight {
  /** Its replicas that ended by themselves since. */
  readonly ended: readonly Task[];
  /** Of the edge's servers, those that pass their check. */
  readonly healthy: number;
  /** What the check of a server that is down said last. */
  readonly lastFailure: string | null;
  /** Milliseconds for which the edge has had no healthy server. */
  readonly downForMs: number;
  readonly answers: AnswersSight;
}

/** How the edge answered the requests that watch the switch, since the release answered one last. */
export interface AnswersSight {
  /** The release answered below status 500 once since the switch. */
  readonly everGood: boolean;
  /** Milliseconds since it did so last. */
  readonly sinceGoodMs: number;
  /** Answers of status 500 and more since then. */
  readonly bad: number;
  /** Of the last one of those. */
  readonly lastStatus: number | null;
}

/** What a release died of. */
export type Death =
  | { readonly kind: 'ended'; readonly task: Task }
  | { readonly kind: 'down'; readonly words: string }
  | { readonly kind: 'unanswered'; readonly status: number; readonly count: number };

/** HAProxy says DOWN after three failed checks, the last two of them 250 ms apart: one that fails alone has passed again by then. */
const downHoldsMs = 1_000;
/** Without a failed check: a HAProxy that was reloaded a moment ago has checked nothing yet. */
const goneHoldsMs = 15_000;
const unansweredHoldsMs = 3_000;
const badAnswersThatProve = 5;

/**
 * What the release died of; null while it is well. A replica that ended is proof, whatever its code: a server is not meant to end. So is
 * an edge that finds none healthy. Answers count against what the release itself answered before and never against a rule: an app may
 * answer 500 by nature, or now and then, but one that answered and then gives nothing but 500 and more for seconds has died inside.
 */
export function findDeath({ ended, healthy, lastFailure, downForMs, answers }: WatchSight): Death | null {
  const [first] = [...ended].sort((one, other) => one.updatedAt - other.updatedAt);
  if (first) return { kind: 'ended', task: first };
  if (healthy === 0 && downForMs >= (lastFailure === null ? goneHoldsMs : downHoldsMs)) {
    return { kind: 'down', words: lastFailure ?? 'the edge finds none' };
  }
  const { everGood, sinceGoodMs, bad, lastStatus } = answers;
  if (everGood && lastStatus !== null && bad >= badAnswersThatProve && sinceGoodMs >= unansweredHoldsMs) {
    return { kind: 'unanswered', status: lastStatus, count: bad };
  }
  return null;
}

const endedStates: ReadonlySet<string> = new Set(['failed', 'rejected', 'complete']);

/** The tasks that ended by themselves. One that Swarm was told to stop is `shutdown`. */
export function endedTasks(tasks: readonly Task[]): Task[] {
  return tasks.filter((task) => endedStates.has(task.state));
}

/** What stands around a release that seems to have died. */
export interface Surroundings {
  /** The edge's container is the one that ran at the switch: neither Docker nor the server was started anew since. */
  readonly sameEdge: boolean;
  /** Replicas of the release before that ended by themselves since the switch. */
  readonly endedBefore: number;
  /** Healthy servers of the slot that answered before; null where none did. */
  readonly healthyBefore: number | null;
}

/**
 * What to do about a death. `wait`: it was not the release's doing, since the server itself or what ran beside it went down as well; it
 * has to become healthy again. `back`: what was before the switch is put back. `stay`: there is nothing better to go back to.
 */
export function answerToDeath({ sameEdge, endedBefore, healthyBefore }: Surroundings): 'wait' | 'back' | 'stay' {
  if (!sameEdge || endedBefore > 0) return 'wait';
  return healthyBefore === 0 ? 'stay' : 'back';
}

/** What the container of a replica that ended says besides. */
export type LastWords = Pick<ContainerState, 'outOfMemory' | 'lastCheck'>;

/** `exit code 7`. */
export function deathInWords(death: Death, last: LastWords | null): string {
  switch (death.kind) {
    case 'ended':
      if (last?.outOfMemory) return 'it ran out of memory';
      if (wasEnded(death.task) && last?.lastCheck && last.lastCheck.exitCode !== 0) {
        return `its health command failed: ${commandWords(last.lastCheck)}`;
      }
      if (death.task.state === 'complete') return 'it ended by itself, with exit code 0';
      return taskFailure(death.task);
    case 'down':
      return `no replica passes its health check any more (${death.words})`;
    case 'unanswered':
      return `it answered, and then the last ${death.count} requests only with status ${death.status}`;
  }
}

/** Swarm ends a replica whose health command fails: by SIGTERM, after which a server that ends in good order has code 0, then by SIGKILL. */
function wasEnded({ state, exitCode }: Task): boolean {
  return state === 'complete' || exitCode === 143 || exitCode === 137;
}
