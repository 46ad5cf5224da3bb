import { lookup } from 'node:dns/promises';

/** Tells whether a name leads to an address from this computer. */
export type ResolvesTo = (host: string, address: string) => Promise<boolean>;

/** By the system's own resolver, as a browser would. A name that does not resolve is simply a no. */
export async function resolvesTo(host: string, address: string): Promise<boolean> {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.some((entry) => entry.address === address);
}

/**
 * The name of an app at which this computer's browser reaches it; null when none leads to the server. `hosts` are the default name
 * and then the user's own, `address` the server's, null while it is not known.
 */
export async function reachableHost(hosts: readonly string[], address: string | null, leadsTo: ResolvesTo): Promise<string | null> {
  if (address === null) return null;
  // The user's own domains before the default name, which is for those who have none.
  for (const host of [...hosts.slice(1), ...hosts.slice(0, 1)]) {
    if (await leadsTo(host, address)) return host;
  }
  return null;
}
