import { lookup } from 'node:dns/promises';
import { type CertificateRequest, covers, dnsProviders, ExpectedError, named } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { factsOf } from './facts.ts';
import { ownPrefix } from './own.ts';

/** Whether a certificate can be had for the names. Returns the hosts of apps that it is for. */
export async function checkNames(session: ServerSession, request: CertificateRequest, stage: StageContext): Promise<readonly string[]> {
  const { connection, edge } = session;
  await connection.ready(stage.signal);
  const { challenge, names } = request;
  const wildcard = names.find((name) => name.startsWith('*.'));
  if (wildcard !== undefined && challenge.kind === 'http') {
    throw new ExpectedError(
      'invalid-input',
      `A certificate for ${wildcard} is given for an entry in its DNS, never for an answer over HTTP`,
      {
        next: 'Choose the provider of its DNS and give its credentials, or ask for the single names.',
      },
    );
  }
  if (challenge.kind === 'dns' && challenge.provider === 'route53' && challenge.propagationSeconds !== null) {
    throw new ExpectedError(
      'invalid-input',
      `${dnsProviders.route53.title} says itself when an entry can be seen: it needs no waiting time`,
      {
        next: 'Leave the waiting time out.',
      },
    );
  }
  const own = (await edge.certificates(stage.signal)).filter(({ name }) => name.startsWith(ownPrefix));
  for (const { name, chain } of own) {
    const taken = names.find((host) => covers(factsOf(chain)?.names ?? [], host));
    if (!taken) continue;
    throw new ExpectedError('name-taken', `${taken} is served with a certificate of your own`, {
      next: `Remove the certificate ${name} first.`,
    });
  }
  // Where an entry in the DNS is asked for, the names may lead anywhere.
  if (challenge.kind === 'http') for (const name of names) await noteAddress(name, connection.address, stage);
  const live = await edge.readLive();
  const hosts = [...new Set([...Object.keys(live.hosts), ...live.routed])];
  const unrouted = names.filter((name) => !hosts.some((host) => covers([name], host)));
  if (unrouted.length > 0) stage.log(`No app has ${named(unrouted)} as a domain yet, and no route leads there.`, 'note');
  stage.detail(named(names, 3));
  return hosts.filter((host) => covers(names, host));
}

/** Only a note: the authority looks names up by itself, and this computer may see another address than the world. */
async function noteAddress(name: string, address: string | null, stage: StageContext): Promise<void> {
  try {
    const found = (await lookup(name, { all: true })).map((entry) => entry.address);
    if (address !== null && !found.includes(address)) {
      stage.log(`${name} leads to ${found.join(' and ')} as seen from here, and this server is ${address}.`, 'note');
    }
  } catch {
    stage.log(`${name} has no address as seen from here: if the authority sees none either, it will refuse.`, 'note');
  }
}
