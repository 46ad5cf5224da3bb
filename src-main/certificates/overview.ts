import { type Certificate, type CertificatesOverview, covers } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { hostOf, renewalFailure } from './certbot.ts';
import { factsOf } from './facts.ts';
import { servedFor } from './handshake.ts';
import { ownPrefix } from './own.ts';
import { type RenewerState, renewerStates } from './renewer-state.ts';

/** All that there is to know of the certificates of a server, from its files, from HAProxy and from a handshake for each. */
export async function certificatesOverview(session: ServerSession, signal?: AbortSignal): Promise<CertificatesOverview> {
  const { connection, docker, edge } = session;
  await connection.ready(signal);
  const [found, { hosts, https, routed }, renewers] = await Promise.all([
    edge.certificates(signal),
    edge.readLive(),
    renewerStates(docker),
  ]);
  const certificates = (await Promise.all(found.map(({ name, chain }) => describe(session, name, chain, renewers, signal)))).filter(
    (each) => each !== null,
  );
  return {
    certificates: certificates.sort((one, other) => (one.name < other.name ? -1 : 1)),
    hosts: Object.entries<string | null>({ ...Object.fromEntries(routed.map((host) => [host, null])), ...hosts })
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([host, app]) => ({
        host,
        app,
        certificate: certificates.find(({ names }) => covers(names, host))?.name ?? null,
        https: https[host] ?? null,
      })),
    renewers: renewers.map(({ challenge, container, lastRun }) => ({
      challenge,
      running: container !== null,
      lastRunAt: lastRun?.at ?? null,
      lastRunFailed: lastRun !== null && lastRun.code !== 0,
      said: lastRun?.said ?? '',
    })),
  };
}

async function describe(
  { connection }: ServerSession,
  name: string,
  chain: string,
  renewers: readonly RenewerState[],
  signal: AbortSignal | undefined,
): Promise<Certificate | null> {
  const facts = factsOf(chain);
  if (!facts) return null;
  const first = facts.names[0];
  const seen = first === undefined ? null : await servedFor(connection, hostOf(first), signal);
  const source = name.startsWith(ownPrefix) ? 'own' : 'acme';
  const renewer = source === 'own' ? undefined : renewers.find(({ certificates }) => certificates.includes(name));
  return {
    name,
    names: [...facts.names],
    issuer: facts.issuer,
    key: facts.key,
    notBefore: facts.notBefore,
    notAfter: facts.notAfter,
    source,
    challenge: renewer?.challenge ?? null,
    served: seen && { notAfter: seen.notAfter, same: seen.serial === facts.serial, trusted: seen.trusted },
    renewalFailure: renewer?.lastRun ? renewalFailure(renewer.lastRun.said, name) : null,
  };
}
