import type { RunningService } from '../apps/index.ts';
import type { DeployRequest, ReleaseRecord, SettingsChange } from '../contract/index.ts';
import type { Slot } from '../edge/types.ts';
import type { Jobs } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import type { Uploads } from '../uploads/index.ts';

/** The stages of all jobs on an app. Each kind of job has some of them, always in this order. */
export const stageTitles = {
  scan: 'Scan the folder',
  pack: 'Pack',
  upload: 'Upload',
  build: 'Build the image',
  distribute: 'Distribute the image',
  configure: 'Configure',
  start: 'Start replicas',
  healthy: 'Wait until healthy',
  route: 'Switch the traffic',
  drain: 'Drain',
  watch: 'Watch',
  pause: 'Let new requests wait',
  resume: 'Let requests through',
  stop: 'Stop replicas',
  remove: 'Remove',
  record: 'Record',
} as const;
export type StageId = keyof typeof stageTitles;

/**
 * Where tests kill, freeze or cut a run: told before and after each stage. What it throws is taken for the death of the laptop:
 * nothing is undone, the lease is left to expire.
 */
export interface FaultHooks {
  at(stage: StageId, moment: 'before' | 'after'): Promise<void> | void;
}

export interface DeployDeps {
  readonly jobs: Jobs;
  /** Throws `not-found`. */
  readonly session: (server: string) => ServerSession;
  /** `user@computer`: what releases and leases are signed with. */
  readonly by: string;
  /** How many releases beside the live one keep their image. */
  readonly keepReleases: () => number;
  readonly uploads: Uploads;
  readonly hooks?: FaultHooks | undefined;
  /** Milliseconds without a sign of life after which a lease may be taken over; 90,000 when not given. */
  readonly leaseTtlMs?: number | undefined;
}

export interface OnApp {
  readonly server: string;
  readonly app: string;
}

export interface RollbackRequest extends OnApp {
  /** Null for the newest release that served before the live one. */
  readonly number: number | null;
}

export interface PauseRequest extends OnApp {
  readonly seconds: number;
}

export interface ConfigureRequest extends OnApp {
  readonly settings: SettingsChange;
}

export type { DeployRequest };

/** A release on its way into a slot. */
export interface Rollout {
  readonly record: ReleaseRecord;
  readonly host: string;
  readonly service: string;
  readonly slot: Slot;
  /** What serves until the switch, or was stopped; null for a first release. */
  readonly before: RunningService | null;
  /** The slot that answers before the switch; null when none does. */
  readonly liveBefore: Slot | null;
}
