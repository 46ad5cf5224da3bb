import { ExpectedError, type ProbeResult } from '../contract/index.ts';
import { type ProbeAnswer, RequestProbe } from '../deploy/index.ts';
import type { EdgeRenewal } from '../edge/types.ts';

const MOST_HOSTS = 20;
/** Of what failed so many are told. */
const MOST_TOLD = 20;
/** No host of anybody (RFC 6761): the edge itself answers. */
const NOBODY = 'longshore.invalid';

type Ask = Pick<EdgeRenewal, 'hosts' | 'request'>;

/** A status that an edge gives in its own name when it reached nobody. */
function isFailure(status: number): boolean {
  return status >= 502 && status <= 504;
}

/** The laptop's own lost connection says nothing of the edge. */
function isOurs(error: unknown): boolean {
  return error instanceof ExpectedError && error.code.startsWith('ssh-');
}

/**
 * Asks one app after the other through the edge, on the way that visitors take, until it is stopped, and counts. An app that fails before
 * anything was begun is not asked: that would say nothing of the edge.
 */
export class RenewalWitness {
  readonly #failures: string[] = [];
  readonly #probe: RequestProbe;

  private constructor(
    private readonly renewal: Ask,
    hosts: readonly string[],
  ) {
    this.#probe = new RequestProbe({ ask: (turn, signal) => this.#ask(hosts[turn % hosts.length] ?? NOBODY, signal), isOurs });
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
  stop(): Promise<ProbeResult> {
    return this.#probe.stop();
  }

  async #ask(host: string, signal: AbortSignal): Promise<ProbeAnswer> {
    const at = new Date().toISOString().slice(11, 23);
    const note = (what: string): void => {
      if (this.#failures.length < MOST_TOLD) this.#failures.push(`${at} ${host}: ${what}`);
    };
    try {
      const { status, ms } = await this.renewal.request(host, '/', signal);
      const failed = isFailure(status);
      if (failed) note(`status ${status}`);
      return { ms, failed };
    } catch (error) {
      if (!isOurs(error)) note(error instanceof ExpectedError ? (error.detail ?? error.message) : String(error));
      throw error;
    }
  }
}
