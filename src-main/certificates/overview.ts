import type { Certificate, CertificatesOverview } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { renewalFailure } from './certbot.ts';
import { covers, factsOf } from './facts.ts';
import { servedFor } from './handshake.ts';
import { ownPrefix } from './own.ts';
import { type RenewalRun, renewerState } from './renewer.ts';

/** All that there is to know of the certificates of a server, from its files, from HAProxy and from a handshake for each. */
export async function certificatesOverview(session: ServerSession, signal?: AbortSignal): Promise<CertificatesOverview> {
  const { connection, docker, edge } = session;
  await connection.ready(signal);
  const [found, { hosts, https }, renewer] = await Promise.all([
    edge.certificates(signal),
    edge.readLive(),
    renewerState(docker),
  ]);
  const certificates = (
    await Promise.all(found.map(({ name, chain }) => describe(session, name, chain, renewer?.lastRun ?? null, signal)))
  ).filter((each) => each !== null);
  return {
    certificates: certificates.sort((one, other) => (one.name < other.name ? -1 : 1)),
    hosts: Object.entries(hosts)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([host, app]) => ({
        host,
        app,
        certificate: certificates.find(({ names }) => covers(names, host))?.name ?? null,
        https: https[host] ?? null,
      })),
    renewer: renewer && {
      running: renewer.running,
      lastRunAt: renewer.lastRun?.at ?? null,
      lastRunFailed: renewer.lastRun !== null && renewer.lastRun.code !== 0,
      said: renewer.lastRun?.said ?? '',
    },
  };
}

async function describe(
  { connection }: ServerSession,
  name: string,
  chain: string,
  lastRun: RenewalRun | null,
  signal: AbortSignal | undefined,
): Promise<Certificate | null> {
  const facts = factsOf(chain);
  if (!facts) return null;
  const first = facts.names[0];
  // For a wildcard any name below it does.
  const seen = first === undefined ? null : await servedFor(connection, first.replace('*', 'any'), signal);
  const source = name.startsWith(ownPrefix) ? 'own' : 'acme';
  return {
    name,
    names: [...facts.names],
    issuer: facts.issuer,
    key: facts.key,
    notBefore: facts.notBefore,
    notAfter: facts.notAfter,
    source,
    served: seen && { notAfter: seen.notAfter, same: seen.serial === facts.serial, trusted: seen.trusted },
    renewalFailure: source === 'acme' && lastRun ? renewalFailure(lastRun.said, name) : null,
  };
}
