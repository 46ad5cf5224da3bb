import { isIP } from 'node:net';
import { hostByAddress } from '../contract/index.ts';
import type { Slot } from '../edge/types.ts';

/** Swarm takes config names up to 64 characters; ours end at 54 with a release number of two digits and the longest app name. */
export function recordName(app: string, release: number): string {
  return `longshore.${app}.r${release}`;
}

/** Takes {@link recordName} apart; null for a name that is not ours. */
export function parseRecordName(name: string): { readonly app: string; readonly release: number } | null {
  const match = /^longshore\.([a-z][a-z0-9-]*)\.r([1-9][0-9]*)$/.exec(name);
  return match?.[1] && match[2] ? { app: match[1], release: Number(match[2]) } : null;
}

/** An app name has no dot, so this can be no release's record. */
export function leaseName(app: string): string {
  return `longshore.${app}.lease`;
}

/** Of the server's edge: with one dot less than any of an app. */
export const edgeLeaseName = 'longshore.edge-lease';

/**
 * The Swarm service of a release. A release that is started afresh beside itself (restart) needs a second name:
 * `taken` are the names that are in use.
 */
export function serviceName(app: string, release: number, taken: ReadonlySet<string> = new Set()): string {
  const name = `${app}-r${release}`;
  return taken.has(name) ? `${name}-again` : name;
}

export const imageRepositoryPrefix = 'longshore/';

export function imageTag(app: string, release: number): string {
  return `${imageRepositoryPrefix}${app}:r${release}`;
}

/** Takes {@link imageTag} apart; null for a tag that is not ours. */
export function parseImageTag(tag: string): { readonly app: string; readonly release: number } | null {
  const match = /^longshore\/([a-z][a-z0-9-]*):r([1-9][0-9]*)$/.exec(tag);
  return match?.[1] && match[2] ? { app: match[1], release: Number(match[2]) } : null;
}

/** {@link hostByAddress}; throws for what is no IP address, which nothing would resolve. */
export function defaultHost(app: string, address: string): string {
  if (isIP(address.replace(/%.*$/, '')) === 0) throw new Error(`"${address}" is not an IP address`);
  return hostByAddress(app, address);
}

export function otherSlot(slot: Slot): Slot {
  return slot === 'a' ? 'b' : 'a';
}
