import { covers, ExpectedError } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { factsOf } from './facts.ts';
import { forget } from './order.ts';
import { checkedOwnCertificate, ownPrefix } from './own.ts';
import { forgetWithoutService } from './renewer.ts';
import { renewerStates } from './renewer-state.ts';

/**
 * Serves a certificate of the user's own. Throws `invalid-input` for one that cannot serve, and `name-taken` where certbot renews one for
 * the same name, which would fight with it.
 */
export async function installOwn(
  { connection, edge }: ServerSession,
  chain: string,
  key: string,
  signal?: AbortSignal,
): Promise<{ readonly name: string; readonly warning: string | null }> {
  const own = checkedOwnCertificate(chain, key, Date.now());
  await connection.ready(signal);
  for (const other of await edge.certificates(signal)) {
    if (other.name.startsWith(ownPrefix)) continue;
    const taken = factsOf(other.chain)?.names.find((name) => covers(own.names, name));
    if (taken === undefined) continue;
    throw new ExpectedError('name-taken', `${taken} has a certificate that renews itself`, { next: `Remove ${other.name} first.` });
  }
  await edge.installCertificate(own.name, own.pem, signal);
  return { name: own.name, warning: own.warning };
}

/** Takes a certificate off, and what plain requests were sent on to. Certbot forgets one of its own. Throws `not-found`. */
export async function removeCertificate({ connection, docker, edge }: ServerSession, name: string, signal?: AbortSignal): Promise<void> {
  await connection.ready(signal);
  const all = await edge.certificates(signal);
  const found = all.find((each) => each.name === name);
  if (!found) throw new ExpectedError('not-found', `There is no certificate ${name} on ${connection.name}`);
  const others = all.filter((each) => each !== found).map((each) => factsOf(each.chain)?.names ?? []);
  const names = factsOf(found.chain)?.names ?? [];
  // First: a visitor who is sent to https would find nothing there.
  for (const host of Object.keys((await edge.readLive()).https)) {
    if (covers(names, host) && !others.some((covered) => covers(covered, host))) await edge.setHttps(host, null, signal);
  }
  if (!name.startsWith(ownPrefix)) {
    let known = false;
    for (const { container, certificates } of await renewerStates(docker)) {
      if (container === null || !certificates.includes(name)) continue;
      known = true;
      const failure = await forget(docker, container, name, signal);
      if (failure === null) continue;
      throw new ExpectedError('command-failed', `Certbot on ${connection.name} could not forget ${name}`, {
        detail: failure,
        next: 'Try again: it may be renewing certificates at this moment.',
      });
    }
    if (!known) await forgetWithoutService(docker, name, signal);
  }
  await edge.removeCertificate(name, signal);
}
