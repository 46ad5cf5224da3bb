import { edgeLeaseLabels, edgeLeaseName, leasedApp, leaseLabels, leaseName } from '../apps/index.ts';
import { KeyedMutex } from '../base/keyed-mutex.ts';
import { sleep } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Docker, SwarmConfig } from '../docker/types.ts';

/** After this long without a sign of life of its holder a lease may be taken, by the server's clock. */
export const leaseTtlMs = 90_000;

const labels = {
  holder: 'dev.longshore.lease-holder',
  doing: 'dev.longshore.lease-doing',
  beat: 'dev.longshore.lease-beat',
} as const;

/** For a lease without the labels that say it. */
const unknownHolder = 'Another computer';
const unknownJob = 'job';

export interface LeaseOptions {
  readonly docker: Docker;
  /** For messages. */
  readonly server: string;
  /** Null for the edge of the server, while that itself is made anew. */
  readonly app: string | null;
  /** `user@computer`. */
  readonly holder: string;
  /** "deploy", "rollback" …: shown to whoever finds the lease held. */
  readonly doing: string;
  readonly ttlMs: number;
  readonly signal: AbortSignal;
  /** Told while it waits for a dead run of the same holder to expire. */
  readonly onWait: (text: string) => void;
}

/**
 * The right to write one app on a server, held by one laptop at a time. It is a Swarm config: created atomically, kept alive by
 * changing a label (compare-and-swap), removed at the end. A new holder makes a new config, so the config's id is the fencing
 * token: who finds another id, or none, has lost it.
 */
export interface Lease {
  /** Renews it now, so that it is certainly held for the next `ttlMs`. Throws `lease-lost`. Called before each write. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
  /** Stops renewing without releasing, as a laptop that dies does. */
  abandon(): void;
}

/** What a lease tells to whoever does not hold it. */
export interface LeaseSight {
  /** `user@computer`. */
  readonly holder: string;
  /** "deploy", "rollback" … */
  readonly doing: string;
  /** Milliseconds since 1970 by the server's clock. */
  readonly since: number;
  /** Milliseconds since the last sign of life of its holder, by the server's clock. */
  readonly beatAgeMs: number;
  /** Its holder gave no sign of life for so long that the next run takes it over. */
  readonly stale: boolean;
}

/** Who holds the lease of an app, without touching it; null when it is free. */
export async function readLease(docker: Docker, app: string | null): Promise<LeaseSight | null> {
  const found = await docker.config(nameOf(app));
  return found && leaseSight(found, await docker.serverTime(), leaseTtlMs);
}

/** The apps of a server whose leases are held by somebody who is alive. */
export async function leasedApps(docker: Docker): Promise<{ readonly app: string; readonly sight: LeaseSight }[]> {
  const [configs, now] = [await docker.configs(), await docker.serverTime()];
  return configs.flatMap((config) => {
    const app = leasedApp(config);
    const sight = leaseSight(config, now, leaseTtlMs);
    return app === null || sight.stale ? [] : [{ app, sight }];
  });
}

/** What the lease's config says at the moment `now` of the server's clock. */
export function leaseSight(config: SwarmConfig, now: number, ttlMs: number): LeaseSight {
  const age = now - config.updatedAt;
  return {
    holder: config.labels[labels.holder] ?? unknownHolder,
    doing: config.labels[labels.doing] ?? unknownJob,
    since: config.createdAt,
    // Docker tells the time in whole seconds: a sign of just now may seem to come from a moment ahead.
    beatAgeMs: Math.max(0, age),
    stale: age > ttlMs,
  };
}

/** Throws `lease-held`, naming the holder, when another one has it. */
export async function acquireLease(options: LeaseOptions): Promise<Lease> {
  const { docker, app } = options;
  const name = nameOf(app);
  let seen: SwarmConfig | null = null;
  for (;;) {
    options.signal.throwIfAborted();
    const id = await tryCreate(options, name);
    if (id) return new HeldLease(options, id);

    const found: SwarmConfig | null = await docker.config(name);
    if (!found) continue;
    const age = (await docker.serverTime()) - found.updatedAt;
    if (age > options.ttlMs) {
      // By id: should another taker be faster, its new lease has another one and stays.
      await removeIfThere(docker, found.id);
      continue;
    }
    const isOwn = found.labels[labels.holder] === options.holder;
    const isAlive: boolean = seen !== null && (seen.id !== found.id || seen.versionIndex !== found.versionIndex);
    if (!isOwn || isAlive) throw heldBy(found, age, options);
    // The same user on the same computer: most often a run that died. Its lease ends soon, unless it shows a sign of life.
    seen = found;
    options.onWait(`an earlier ${found.labels[labels.doing] ?? 'run'} of yours may still run: waiting ${seconds(options.ttlMs - age)}`);
    await sleep(Math.min(1000, options.ttlMs / 6), options.signal);
  }
}

async function tryCreate(options: LeaseOptions, name: string): Promise<string | null> {
  try {
    return await options.docker.createConfig({ name, labels: labelsOf(options, 0), data: '{}' });
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'name-taken') return null;
    throw error;
  }
}

class HeldLease implements Lease {
  readonly #mutex = new KeyedMutex();
  readonly #stop = new AbortController();
  #beats = 0;
  #lost = false;

  constructor(
    private readonly options: LeaseOptions,
    private readonly id: string,
  ) {
    void this.#beatUntilStopped();
  }

  async assertHeld(): Promise<void> {
    await this.#mutex.run('beat', () => this.#beat());
  }

  async release(): Promise<void> {
    this.abandon();
    await this.#mutex.run('beat', () => removeIfThere(this.options.docker, this.id));
  }

  abandon(): void {
    this.#stop.abort();
  }

  async #beatUntilStopped(): Promise<void> {
    while (!this.#stop.signal.aborted && !this.#lost) {
      try {
        await sleep(this.options.ttlMs / 6, this.#stop.signal);
        await this.assertHeld();
      } catch {
        // A lost connection heals or the lease expires; a lost lease is told by the next assertHeld.
      }
    }
  }

  async #beat(): Promise<void> {
    const { docker, app } = this.options;
    for (let attempt = 1; ; attempt += 1) {
      const config = this.#lost ? null : await docker.config(nameOf(app));
      if (config?.id !== this.id) {
        this.#lost = true;
        throw lost(this.options, config);
      }
      this.#beats += 1;
      try {
        await docker.updateConfigLabels(config, labelsOf(this.options, this.#beats));
        return;
      } catch (error) {
        // `busy`: an earlier beat whose answer was lost on the way has arrived after all. `not-found`: taken in between.
        const passing = error instanceof ExpectedError && (error.code === 'busy' || error.code === 'not-found');
        if (!passing || attempt >= 5) throw error;
      }
    }
  }
}

function labelsOf(options: LeaseOptions, beats: number): Record<string, string> {
  return {
    ...(options.app === null ? edgeLeaseLabels : leaseLabels(options.app)),
    [labels.holder]: options.holder,
    [labels.doing]: options.doing,
    [labels.beat]: String(beats),
  };
}

async function removeIfThere(docker: Docker, id: string): Promise<void> {
  try {
    await docker.removeConfig(id);
  } catch (error) {
    if (!(error instanceof ExpectedError && error.code === 'not-found')) throw error;
  }
}

function heldBy(config: SwarmConfig, ageMs: number, options: LeaseOptions): ExpectedError {
  const holder = config.labels[labels.holder] ?? unknownHolder;
  const doing = config.labels[labels.doing] ?? unknownJob;
  return new ExpectedError(
    'lease-held',
    `${holder} is running a ${doing} of ${wordsOf(options.app)} on ${options.server}; its last sign was ${seconds(ageMs)} ago`,
    { next: `Wait until it has ended. Should that computer be gone, try again in ${seconds(options.ttlMs - ageMs)}.` },
  );
}

function lost(options: LeaseOptions, found: SwarmConfig | null): ExpectedError {
  const by = found?.labels[labels.holder];
  return new ExpectedError(
    'lease-lost',
    `${by ?? unknownHolder} took over ${wordsOf(options.app)} on ${options.server} while this ${options.doing} was out of reach`,
    { next: `Nothing more was written. Look at ${options.app === null ? 'the edge' : 'the releases of the app'} before you start again.` },
  );
}

function nameOf(app: string | null): string {
  return app === null ? edgeLeaseName : leaseName(app);
}

function wordsOf(app: string | null): string {
  return app ?? 'the edge';
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.ceil(ms / 1000))} s`;
}
