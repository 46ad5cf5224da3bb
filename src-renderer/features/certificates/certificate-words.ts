import {
  type AcmeDirectory,
  type Certificate,
  type CertificateChallenge,
  type CertificatesOverview,
  covers,
  dnsProviders,
  type Renewer,
} from '../../../src-main/contract/index.ts';
import { exactTime, plural, relativeTime } from '../../ui/format.ts';
import type { Status } from '../../ui/status.tsx';

export interface CertificateSaid {
  readonly status: Status;
  /** "Served, 71 days left". */
  readonly words: string;
  /** What else has to be known, a sentence each: what is wrong and what follows. */
  readonly notes: readonly string[];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** `71 days`, and for what is nearly over `31 h` or `12 min`: whole ones that are surely left. */
export function timeLeft(until: number, now: number): string {
  const left = Math.max(0, until - now);
  if (left >= 2 * day) return plural(Math.floor(left / day), 'day');
  return left >= 2 * hour ? `${Math.floor(left / hour)} h` : `${Math.floor(left / minute)} min`;
}

/** `2026-02-23`, by this computer's time zone. */
export function dateOf(at: number): string {
  return exactTime(at).slice(0, 10);
}

/** What is to be said of a certificate, the worst first. `now` in milliseconds since 1970. */
export function certificateSaid(certificate: Certificate, renewer: Renewer | null, now: number): CertificateSaid {
  const { notAfter, served, source, renewalFailure } = certificate;
  const left = `${timeLeft(notAfter, now)} left`;
  const host = certificate.names[0] ?? certificate.name;
  const renews = source === 'acme' && renewer?.running === true;
  const failure = renewalFailure === null ? [] : [`It could not be renewed: ${renewalFailure}`];
  const unrenewed =
    source === 'acme' && !renews ? ['Nothing renews it: the service that does is not running. “Renew now” starts it again.'] : [];
  const unknown =
    served?.same === true && !served.trusted
      ? [`It is signed by ${certificate.issuer}, no well-known authority: browsers warn of it, unless they were told to trust it.`]
      : [];
  const notes = [...failure, ...unrenewed, ...unknown];

  if (notAfter <= now) return { status: 'failed', words: `Ended ${relativeTime(notAfter, now)}`, notes: ['Browsers refuse it.', ...notes] };
  if (served === null) {
    return { status: 'failed', words: 'Not served', notes: [`Asked for ${host} at port 443, the edge shows no certificate.`, ...notes] };
  }
  if (!served.same) {
    const other = `Asked for ${host} at port 443, the edge shows another certificate, valid until ${dateOf(served.notAfter)}.`;
    return { status: 'failed', words: 'Another is served', notes: [other, ...notes] };
  }
  if (renewalFailure !== null) return { status: 'failed', words: `Renewal failed, ${left}`, notes };
  const ends = endsSoon(certificate, now);
  if (ends === 'very') {
    const next = renews ? 'It should have been renewed by now: “Renew now” says why not.' : 'Browsers refuse it from then on.';
    return { status: 'degraded', words: left, notes: unrenewed.length > 0 ? notes : [next, ...notes] };
  }
  if (unrenewed.length > 0) return { status: 'degraded', words: `${left}, not renewed`, notes };
  if (unknown.length > 0) return { status: 'degraded', words: `Not publicly trusted, ${left}`, notes };
  if (ends === 'soon') {
    return renews
      ? { status: 'working', words: `Being renewed, ${left}`, notes }
      : { status: 'waiting', words: left, notes: ['It does not renew itself: give the next one before it ends.'] };
  }
  return { status: 'live', words: `Served, ${left}`, notes };
}

/** Certbot renews in the last third. Certificates of days instead of months are late by the same measure. */
function endsSoon({ notBefore, notAfter }: Certificate, now: number): 'no' | 'soon' | 'very' {
  const life = notAfter - notBefore;
  const left = notAfter - now;
  if (left < Math.min(14 * day, life / 6)) return 'very';
  return left < Math.min(30 * day, life / 3) ? 'soon' : 'no';
}

/** `shop.example.com and 2 more`. */
export function namesInShort(names: readonly string[]): string {
  const [first = 'no name', ...more] = names;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

/** A name that leads to its server without any DNS of one's own. Nobody needs a certificate for it. */
export function isDefaultHost(host: string): boolean {
  return host.endsWith('.sslip.io');
}

/** The user's own domains that lead to apps and have no certificate. */
export function namesWithout(overview: CertificatesOverview): readonly string[] {
  return overview.hosts.filter(({ host, certificate }) => certificate === null && !isDefaultHost(host)).map(({ host }) => host);
}

export interface Uncovered {
  readonly host: string;
  /** The names of another certificate that covers it then; null for none. */
  readonly instead: string | null;
  readonly https: CertificatesOverview['hosts'][number]['https'];
}

/** The hosts that a certificate covers, and what they have without it. */
export function hostsWithout(overview: CertificatesOverview, name: string): readonly Uncovered[] {
  const removed = overview.certificates.find((one) => one.name === name);
  if (removed === undefined) return [];
  const others = overview.certificates.filter((one) => one !== removed);
  return overview.hosts
    .filter(({ host }) => covers(removed.names, host))
    .map(({ host, https }) => {
      const other = others.find(({ names }) => covers(names, host));
      return { host, instead: other ? namesInShort(other.names) : null, https };
    });
}

/** Who gave a certificate, where its issuer's name says so; null where only the user knows. */
export function directoryOf({ issuer }: Pick<Certificate, 'issuer'>): AcmeDirectory | null {
  if (!issuer.includes("Let's Encrypt")) return null;
  return { kind: /staging/i.test(issuer) ? 'letsencrypt-staging' : 'letsencrypt' };
}

/** As it was asked for: by the kind of its key. */
export function keyKind({ key }: Pick<Certificate, 'key'>): 'ecdsa' | 'rsa' {
  return key.startsWith('RSA') ? 'rsa' : 'ecdsa';
}

export const sourceWords: Readonly<Record<Certificate['source'], string>> = { acme: 'Renews itself', own: 'Your own' };

/** The service that renews a certificate; null where none does that is known. */
export function renewerOf({ renewers }: CertificatesOverview, { challenge }: Pick<Certificate, 'challenge'>): Renewer | null {
  return renewers.find((renewer) => renewer.challenge === challenge) ?? null;
}

/** How a certificate is asked for again: by what the server has already. Null for a wildcard of which it is not known. */
export function challengeOf({ challenge, names }: Pick<Certificate, 'challenge' | 'names'>): CertificateChallenge | null {
  if (challenge === null && names.some((name) => name.startsWith('*.'))) return null;
  if (challenge === null || challenge === 'http') return { kind: 'http' };
  return { kind: 'dns', provider: challenge, credentials: null, propagationSeconds: null };
}

/** By what the names of its certificates are shown to be the user's: "by HTTP", "by the DNS of Cloudflare". */
export function challengeWords({ challenge }: Pick<Renewer, 'challenge'>): string {
  return challenge === 'http' ? 'by HTTP' : `by the DNS of ${dnsProviders[challenge].title}`;
}

/** What is to be said of the service that renews; `needed` when there is a certificate for it to renew. */
export function renewerSaid(renewer: Renewer | null, needed: boolean): { readonly status: Status; readonly words: string } {
  if (renewer === null)
    return needed ? { status: 'degraded', words: 'Not on the server' } : { status: 'stale', words: 'Not on the server' };
  if (!renewer.running) return { status: needed ? 'degraded' : 'stopped', words: 'Not running' };
  if (renewer.lastRunAt === null) return { status: 'working', words: 'Starting' };
  return renewer.lastRunFailed ? { status: 'failed', words: 'Last run failed' } : { status: 'live', words: 'Running' };
}
