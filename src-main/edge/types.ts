import type { EdgeDifference, Route, RouteTraffic } from '../contract/index.ts';

/**
 * What the rest of the product sees of the edge. Hosts and slots are map entries; the two slot backends of an app are configuration.
 * The mechanism and its traps: one map entry switches a release with no reload; an empty or refused answer is unknown, never zero.
 */
export type Slot = 'a' | 'b';

/** How HAProxy checks and reaches the replicas in one slot of an app. */
export interface SlotModel {
  readonly port: number;
  readonly health: { readonly kind: 'http'; readonly path: string } | { readonly kind: 'tcp' };
  /** How many servers the template has room for. */
  readonly room: number;
  /** How often, how long and how many times in a row; as usual when left out. */
  readonly pace?: CheckPace | undefined;
}

export interface CheckPace {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly failures: number;
}

export interface EdgeApp {
  readonly name: string;
  readonly slots: Readonly<Record<Slot, SlotModel>>;
  /** Its requests can be held at the edge; false when left out. */
  readonly holds?: boolean | undefined;
}

/** The whole of what the edge serves, made from service labels. Rendering it is a pure function. */
export interface EdgeModel {
  readonly apps: readonly EdgeApp[];
  /** Host name to app name. */
  readonly hosts: Readonly<Record<string, string>>;
  /** App name to the slot that serves; an app without one answers 503 with a page of ours. */
  readonly live: Readonly<Record<string, Slot>>;
  /** Beside the hosts, and before them; none when left out. */
  readonly routes?: readonly Route[] | undefined;
  /** Addresses from which the PROXY protocol is expected; none when left out. */
  readonly balancers?: readonly string[] | undefined;
}

/** What plain requests of a host are answered with; `hsts` also tells browsers to remember it for a year. */
export type HttpsMode = 'redirect' | 'hsts';

/** A certificate that the edge serves by its names. */
export interface EdgeCertificate {
  /** Of its file, without `.pem`. */
  readonly name: string;
  /** The certificate and those of its issuers, as PEM; never the key. */
  readonly chain: string;
  /** Whether the HAProxy that runs has this very one. */
  readonly loaded: boolean;
}

export interface SlotServers {
  /** Servers of the template that have an address. */
  readonly present: number;
  /** Servers that are UP and passed their check. */
  readonly healthy: number;
  /** Servers to which visitors are sent, of which no check has ended yet: all of them for a moment after each reload. */
  readonly unchecked: number;
  /** What the check of a server that is down said last: "L4CON: Connection refused", "L7STS 500". */
  readonly lastFailure: string | null;
}

/** Counts of a slot since HAProxy took its configuration. */
export interface SlotTraffic {
  readonly requests: number;
  /** Answered with 5xx, or not at all. */
  readonly failed: number;
  readonly active: number;
  /** Milliseconds until the answer begins, over the last 1,024 requests. */
  readonly averageMs: number;
}

export interface Edge {
  /** Creates the folders, the files and the HAProxy service where missing, and waits until it answers. Returns whether anything had to be done. */
  ensure(signal?: AbortSignal): Promise<'created' | 'already'>;
  /** Whether the service is there and its HAProxy answers. */
  isRunning(): Promise<boolean>;
  /** Reads the model back from the files that are on the server (the maps are the truth about which slot is live). */
  readLive(): Promise<{
    readonly hosts: Readonly<Record<string, string>>;
    readonly live: Readonly<Record<string, Slot>>;
    /** Hosts whose plain requests are sent on to https. */
    readonly https: Readonly<Record<string, HttpsMode>>;
    /** Hosts of routes, wildcards left out. */
    readonly routed: readonly string[];
    /** Apps that were paused, with the second since 1970 by the server's clock until which; it may be over. */
    readonly paused: Readonly<Record<string, number>>;
    /** Whether somebody changed the configuration by hand. */
    readonly byHand: boolean;
  }>;
  /** Writes configuration and hosts where they differ, validated by the very HAProxy that runs; reloads only when the configuration text changed. Where somebody changed that by hand, a copy of it is kept and told of. */
  apply(model: EdgeModel, signal?: AbortSignal, onNote?: (text: string) => void): Promise<'unchanged' | 'maps' | 'reloaded'>;
  /** What differs between the edge and what {@link Edge.apply} would write for the model now. Writes nothing. */
  difference(model: EdgeModel, signal?: AbortSignal): Promise<EdgeDifference>;
  slotServers(app: string, slot: Slot): Promise<SlotServers>;
  /** Of all ports of the slot that routes lead to. */
  slotTraffic(app: string, slot: Slot): Promise<SlotTraffic>;
  /** What is counted of each of the routes now; of those that the edge does not have yet nothing. */
  routeTraffic(routes: readonly Route[], signal?: AbortSignal): Promise<readonly RouteTraffic[]>;
  /** Sessions of the slot in any worker; null where one does not say. */
  slotSessions(app: string, slot: Slot, signal?: AbortSignal): Promise<number | null>;
  /** Waits until no server of the slot has an address any more, three readings in a row (Swarm needs 2 to 12 s). */
  waitForEmptySlot(app: string, slot: Slot, signal?: AbortSignal): Promise<void>;
  /** File first, then the running map, confirmed by reading it back. Null takes the app off. */
  switchTo(app: string, slot: Slot | null, signal?: AbortSignal): Promise<void>;
  /** Waits until the slot has no session in any worker, at most `seconds`; returns the sessions left. */
  drain(app: string, slot: Slot, seconds: number, onSessions?: (sessions: number) => void, signal?: AbortSignal): Promise<number>;
  /**
   * New requests of the app wait at the edge for at most `seconds` from now by the server's clock, unless it is told to let them through
   * before: so long they are given to no replica in the slots `from`, and to one in the other slot as soon as that is healthy. Each waits
   * for 60 s at most. The app's model must hold. Reloads wait meanwhile.
   */
  hold(app: string, from: readonly Slot[], seconds: number, signal?: AbortSignal): Promise<void>;
  /** Ends a hold: the requests that wait go on at once. Where there is none it does nothing. */
  letThrough(app: string, signal?: AbortSignal): Promise<void>;
  /**
   * New requests of the app wait for at most `seconds`, whoever could answer them, unless it is resumed before; those of our own excepted.
   * Each waits for 60 s at most. The app's model must hold.
   */
  pause(app: string, seconds: number, signal?: AbortSignal): Promise<void>;
  /** The requests that wait go on at once. Where there is no pause it does nothing. */
  resume(app: string, signal?: AbortSignal): Promise<void>;
  /** Waits, for 40 s at most, until no idle client of a worker from before a reload may have its next request routed by old maps. */
  waitForOldClients(signal?: AbortSignal): Promise<void>;
  /** One GET through the edge for a host, sent from the server itself; says which slot answered. */
  request(
    host: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<{ readonly status: number; readonly slot: Slot | null; readonly app: string | null; readonly ms: number }>;

  /** Null serves the host on port 80 as well. File first, then the running map. */
  setHttps(host: string, mode: HttpsMode | null, signal?: AbortSignal): Promise<void>;
  certificates(signal?: AbortSignal): Promise<readonly EdgeCertificate[]>;
  /**
   * Serves a certificate from now on (chain and key as PEM), in place of one of the same name, with no reload and no connection cut.
   * Throws `edge-failed` with HAProxy's words when it cannot load it; what was served before goes on.
   */
  installCertificate(name: string, pem: string, signal?: AbortSignal): Promise<void>;
  /** Not being there is no error. */
  removeCertificate(name: string, signal?: AbortSignal): Promise<void>;
}

/** What there is to know before an edge is renewed. */
export interface EdgeState {
  /** Id of the image that runs. */
  readonly image: string;
  /** Of HAProxy; null when it does not say. */
  readonly version: string | null;
  /** Id of what the edge's image is on this server now; null when it is not there. */
  readonly newest: string | null;
  /** Its service was made by an older Longshore, in another form. */
  readonly older: boolean;
  /** A second edge is there: a renewal is under way, or was cut off. */
  readonly interrupted: boolean;
  /** The server has an IPv6 address that others reach. */
  readonly ipv6: boolean;
}

/** The steps of renewing the edge itself behind a second one. Each may be done again, by another computer too. */
export interface EdgeRenewal {
  state(): Promise<EdgeState>;
  /** Why visitors cannot be led to a second edge here, in a few words; null when they can. Needs root. */
  whyNoSecond(signal?: AbortSignal): Promise<string | null>;
  /** Fetches the edge's image and returns its id. */
  pull(signal?: AbortSignal, onLine?: (line: string) => void): Promise<string>;
  /** Throws `edge-failed` when that image's HAProxy refuses the configuration. */
  check(imageId: string, signal?: AbortSignal): Promise<void>;
  /** Starts it, and waits until it serves just what the edge does. Throws `edge-failed`. */
  startSecond(imageId: string, signal?: AbortSignal): Promise<void>;
  /** Leads new connections to the second edge, at the address it has now. Needs root. */
  leadToSecond(): Promise<void>;
  leadsToSecond(): Promise<boolean>;
  /** Docker's own rules count again. Throws where those do not lead to the edge yet. */
  leadBack(): Promise<void>;
  /** Has Swarm make the edge anew with the image; what that has begun gets its time to end. Does not wait. */
  replace(imageId: string, signal?: AbortSignal): Promise<void>;
  /** Waits until another container than `before` is the edge. The rules follow the second edge meanwhile: started anew it has another address. */
  untilReplaced(before: string | null, onWait?: (text: string) => void): Promise<void>;
  /** Waits until the edge serves just what the files say and the second one does, where there is one. Throws `edge-failed`. */
  untilServesAlike(signal?: AbortSignal): Promise<void>;
  /** It ends by itself once what it has begun is answered; not being there is no error. */
  removeSecond(): Promise<void>;
  untilSecondGone(onWait?: (text: string) => void, signal?: AbortSignal): Promise<void>;
  containerOfEdge(): Promise<string | null>;
  /** One host of each app that serves. */
  hosts(signal?: AbortSignal): Promise<readonly string[]>;
  /** One GET on the way that visitors from outside take, wherever that leads now. */
  request(host: string, path: string, signal?: AbortSignal): ReturnType<Edge['request']>;
}
