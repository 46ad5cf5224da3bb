import { sleep } from '../base/wait.ts';
import { ExpectedError, type ProbeResult } from '../contract/index.ts';
import type { EdgeRenewal } from '../edge/types.ts';

const EVERY_MS = 75;
/** Slow apps must not pile requests up. */
const MOST_AT_ONCE = 8;
const MOST_HOSTS = 20;
/** No host of anybody (RFC 6761): the edge itself answers. */
const NOBODY = 'longshore.invalid';

type Ask = Pick<EdgeRenewal, 'hosts' | 'request'>;

/** A status that an edge gives in its own name when it reached nobody. */
function isFailure(status: number): boolean {
  return status >= 502 && status <= 504;
}

/**
 * Asks one app after the other through the edge, on the way that visitors take, until it is stopped, and counts. An app that fails before
 * anything was begun is not asked: that would say nothing of the edge.
 */
export class RenewalWitness {
  readonly #stop = new AbortController();
  readonly #requests = new Set<Promise<void>>();
  readonly #failures: string[] = [];
  readonly #loop: Promise<void>;
  #count = 0;
  #failed = 0;
  #slowestMs = 0;

  private constructor(
    private readonly renewal: Ask,
    private readonly hosts: readonly string[],
  ) {
    this.#loop = this.#run();
  }

  static async begin(renewal: Ask, signal: AbortSignal): Promise<RenewalWitness> {
    const hosts: string[] = [];
    for (const host of (await renewal.hosts(signal)).slice(0, MOST_HOSTS)) {
      const answer = await renewal.request(host, '/', signal).catch((error: unknown) => {
        if (signal.aborted) throw error;
        return null;
      });
      if (answer && !isFailure(answer.status)) hosts.push(host);
    }
    return new RenewalWitness(renewal, hosts.length > 0 ? hosts : [NOBODY]);
  }

  /** The first of what failed, in words. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Waits for the requests under way and says what was seen. Stopping twice gives the same. */
  async stop(): Promise<ProbeResult> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#requests);
    return { requests: this.#count, failed: this.#failed, slowestMs: Math.round(this.#slowestMs) };
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#stop.signal.aborted; turn += 1) {
      const host = this.hosts[turn % this.hosts.length];
      if (host !== undefined && this.#requests.size < MOST_AT_ONCE) {
        const request = this.#ask(host).finally(() => this.#requests.delete(request));
        this.#requests.add(request);
      }
      await sleep(EVERY_MS, this.#stop.signal).catch(() => undefined);
    }
  }

  async #ask(host: string): Promise<void> {
    const at = new Date().toISOString().slice(11, 23);
    try {
      // Not under the stop signal: a request that was sent is waited for, and counted.
      const { status, ms } = await this.renewal.request(host, '/', AbortSignal.timeout(30_000));
      this.#slowestMs = Math.max(this.#slowestMs, ms);
      if (isFailure(status)) this.#fail(`${at} ${host}: status ${status}`);
    } catch (error) {
      // The laptop's own lost connection says nothing of the edge.
      if (error instanceof ExpectedError && error.code.startsWith('ssh-')) return;
      this.#fail(`${at} ${host}: ${error instanceof ExpectedError ? (error.detail ?? error.message) : String(error)}`);
    }
    this.#count += 1;
  }

  #fail(what: string): void {
    this.#failed += 1;
    if (this.#failures.length < 20) this.#failures.push(what);
  }
}
