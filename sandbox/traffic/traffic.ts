/**
 * Visitors of apps on practice servers, for the tests and the benchmark that show whether a request is ever lost. Open loop: every kind of
 * request is sent at its own times, whether earlier ones were answered or not, since a client that waits for its answer does not see a gap.
 * Everything but a whole 200 with the right body is a failure. Knows nothing of the product.
 */
import type { Agent } from 'node:http';
import { keepingAgent, visitByHttp1, visitIdly } from './http1.ts';
import { Http2Visitor } from './http2.ts';
import type { Outcome, Question, Target } from './visit.ts';
import { visitByWebsocket } from './websocket.ts';
import type { Witness } from './witness.ts';

export { speaksHttp2 } from './http2.ts';
export type { Target } from './visit.ts';
export { type Manners, writeVisitedApp } from './visited-app.ts';
export { startWitness, type Witness } from './witness.ts';

export interface TrafficOptions {
  /** The apps that are visited, all alike; `tls` is where an app is reached by HTTP/2 over TLS. */
  readonly targets: readonly (Target & { readonly tls?: Target })[];
  /** Requests in a second, all kinds and apps together; those by HTTP/2 come on top. */
  readonly perSecond: number;
  readonly witness: Witness;
  /** Leaves out what lasts longer, for a try that is not to last; milliseconds. */
  readonly longestMs?: number;
}

export interface KindCount {
  readonly kind: string;
  readonly requests: number;
  readonly failed: number;
  readonly slowestMs: number;
}

export interface TrafficReport {
  readonly kinds: readonly KindCount[];
  readonly requests: number;
  readonly failed: number;
  /** One line for each failure: when, which app, which kind, why. */
  readonly failures: readonly string[];
  /** How many failed for which reason, without its particulars. */
  readonly reasons: ReadonlyMap<string, number>;
  /** By the name of an app: how many requests each release answered. */
  readonly releases: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Ids of POSTs that reached an app more than once. */
  readonly replayed: readonly string[];
  /** POSTs that were answered and that the witness was not told of: more than none, and its word is worth nothing. */
  readonly unseen: number;
  /** Second requests of idle clients that went over the connection of the first. */
  readonly idleReused: number;
  /** HTTP/2 streams that the server refused unbegun, and that were sent once more. */
  readonly askedAgain: number;
}

export interface Traffic {
  requests(): number;
  /** Sends nothing any more, waits for every answer, and says what became of all. */
  stop(): Promise<TrafficReport>;
}

interface Visitors {
  readonly target: Target;
  readonly http2: Http2Visitor | null;
  /** One for each kind: those that wait long would hold the connections that the others need. */
  agent(kind: Kind): Agent;
}

interface Kind {
  readonly name: string;
  /** Its part of all requests. */
  readonly share: number;
  readonly lastsMs: number;
  /** One visit may be more than one request. */
  readonly requests?: number;
  readonly needsTls?: boolean;
  readonly visit: (visitors: Visitors, kind: Kind, report: (outcome: Outcome) => void) => Promise<void>;
}

const one =
  (question: Question, connection: 'kept' | 'new'): Kind['visit'] =>
  async (visitors, kind, report) =>
    report(await visitByHttp1(visitors.target, question, connection === 'kept' ? visitors.agent(kind) : undefined));

const byHttp2 =
  (question: Question): Kind['visit'] =>
  async ({ http2 }, _kind, report) => {
    if (http2) report(await http2.visit(question));
  };

const small = 500;
const get = (takes: number): Question => ({ method: 'GET', takes });
const post = (takes: number): Question => ({ method: 'POST', takes, bytes: small });
const stream: Question = { method: 'GET', takes: 20_000, drips: true };
const upload: Question = { method: 'POST', takes: 0, bytes: 4_000_000, bytesPerSecond: 1_000_000 };

const kinds: readonly Kind[] = [
  { name: 'GET 20 ms, kept connection', share: 0.33, lastsMs: 20, visit: one(get(20), 'kept') },
  { name: 'GET 20 ms, new connection', share: 0.2, lastsMs: 20, visit: one(get(20), 'new') },
  { name: 'POST 20 ms, kept connection', share: 0.2, lastsMs: 20, visit: one(post(20), 'kept') },
  { name: 'POST 20 ms, new connection', share: 0.15, lastsMs: 20, visit: one(post(20), 'new') },
  { name: 'GET 3 s, kept connection', share: 0.02, lastsMs: 3_000, visit: one(get(3_000), 'kept') },
  { name: 'GET 3 s, new connection', share: 0.02, lastsMs: 3_000, visit: one(get(3_000), 'new') },
  { name: 'POST 3 s, kept connection', share: 0.02, lastsMs: 3_000, visit: one(post(3_000), 'kept') },
  { name: 'POST 3 s, new connection', share: 0.02, lastsMs: 3_000, visit: one(post(3_000), 'new') },
  { name: 'GET 20 s, answered in drips', share: 0.006, lastsMs: 20_000, visit: one(stream, 'kept') },
  { name: 'POST 20 s', share: 0.006, lastsMs: 20_000, visit: one(post(20_000), 'kept') },
  { name: 'upload of 4 MB at 1 MB/s', share: 0.004, lastsMs: 4_000, visit: one(upload, 'kept') },
  {
    name: 'websocket, 15 s',
    share: 0.004,
    lastsMs: 15_000,
    visit: async ({ target }, _kind, report) => report(await visitByWebsocket(target, 15_000)),
  },
  {
    name: 'GET, idle for 5 s, GET',
    share: 0.02,
    lastsMs: 5_040,
    requests: 2,
    visit: ({ target }, _kind, report) => visitIdly(target, report),
  },
  { name: 'HTTP/2 GET 20 ms', share: 0.05, lastsMs: 20, needsTls: true, visit: byHttp2(get(20)) },
  { name: 'HTTP/2 POST 3 s', share: 0.01, lastsMs: 3_000, needsTls: true, visit: byHttp2(post(3_000)) },
];

const TICK_MS = 5;
/** What a report tells of in words; all are counted. */
const MOST_TOLD = 200;

export function startTraffic({ targets, perSecond, witness, longestMs = Number.POSITIVE_INFINITY }: TrafficOptions): Traffic {
  const count = new Count();
  const running = new Set<Promise<void>>();
  const everyone = targets.map(({ tls, ...target }) => visitorsOf(target, tls));
  const streams = everyone.flatMap((visitors) =>
    kinds
      .filter((kind) => kind.lastsMs <= longestMs && (!kind.needsTls || visitors.http2))
      .map((kind) => {
        const everyMs = (1000 * targets.length * (kind.requests ?? 1)) / (perSecond * kind.share);
        // Not all kinds of all apps at one moment.
        return { kind, visitors, everyMs, next: performance.now() + Math.random() * everyMs };
      }),
  );
  const timer = setInterval(() => {
    const now = performance.now();
    for (const stream of streams) {
      for (; stream.next <= now; stream.next += stream.everyMs) {
        const { kind, visitors } = stream;
        const visit = kind.visit(visitors, kind, (outcome) => count.add(visitors.target.host, kind.name, outcome));
        running.add(visit);
        void visit.finally(() => running.delete(visit));
      }
    }
  }, TICK_MS);
  return {
    requests: () => count.requests,
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      for (const visitors of everyone) visitors.close();
      return count.report(witness);
    },
  };
}

function visitorsOf(target: Target, tls: Target | undefined): Visitors & { close(): void } {
  const agents = new Map<Kind, Agent>();
  const http2 = tls ? new Http2Visitor(tls) : null;
  return {
    target,
    http2,
    agent(kind) {
      const agent = agents.get(kind) ?? keepingAgent();
      agents.set(kind, agent);
      return agent;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      http2?.close();
    },
  };
}

class Count {
  readonly #began = performance.now();
  readonly #kinds = new Map<string, { requests: number; failed: number; slowestMs: number }>();
  readonly #failures: string[] = [];
  readonly #reasons = new Map<string, number>();
  readonly #releases = new Map<string, Map<string, number>>();
  readonly #answeredPosts: string[] = [];
  #idleReused = 0;
  #askedAgain = 0;
  requests = 0;

  add(host: string, kind: string, outcome: Outcome): void {
    this.requests += 1;
    const counts = this.#kinds.get(kind) ?? { requests: 0, failed: 0, slowestMs: 0 };
    this.#kinds.set(kind, counts);
    counts.requests += 1;
    counts.slowestMs = Math.max(counts.slowestMs, outcome.ms);
    if (kind.includes('idle') && outcome.reused) this.#idleReused += 1;
    if (outcome.askedAgain) this.#askedAgain += 1;
    if (outcome.failed !== null) {
      counts.failed += 1;
      const [reason = ''] = outcome.failed.split(':');
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
      const at = ((performance.now() - this.#began) / 1000).toFixed(2);
      if (this.#failures.length < MOST_TOLD)
        this.#failures.push(`${at} s ${host}: ${kind}: ${outcome.failed}, after ${Math.round(outcome.ms)} ms`);
      return;
    }
    if (outcome.isPost) this.#answeredPosts.push(outcome.id);
    const releases = this.#releases.get(host) ?? new Map<string, number>();
    this.#releases.set(host, releases);
    if (outcome.release !== null) releases.set(outcome.release, (releases.get(outcome.release) ?? 0) + 1);
  }

  report({ seen }: Witness): TrafficReport {
    const counted = kinds.flatMap(({ name }) => {
      const counts = this.#kinds.get(name);
      return counts ? [{ kind: name, ...counts }] : [];
    });
    return {
      kinds: counted,
      requests: this.requests,
      failed: counted.reduce((sum, { failed }) => sum + failed, 0),
      failures: this.#failures,
      reasons: this.#reasons,
      releases: this.#releases,
      replayed: [...seen].filter(([, times]) => times > 1).map(([id]) => id),
      unseen: this.#answeredPosts.filter((id) => !seen.has(id)).length,
      idleReused: this.#idleReused,
      askedAgain: this.#askedAgain,
    };
  }
}
