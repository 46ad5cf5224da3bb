import { z } from 'zod';
import { hostName, timestamp } from './common.ts';
import { dnsProvider } from './dns-provider.ts';

/** A name that a certificate is for: a host, or all hosts one label below another (`*.example.com`). */
export const certificateHost = z.union([
  hostName,
  z
    .string()
    .max(253)
    .regex(
      /^\*\.([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'A name of a certificate looks like shop.example.com or *.example.com',
    ),
]);

/** How it is shown that a name is the asker's own: by an answer over HTTP (HTTP-01), or by an entry in its DNS (DNS-01) with a provider. */
export const challengeKind = z.enum(['http', ...dnsProvider.options]);
export type ChallengeKind = z.infer<typeof challengeKind>;

/** Whether one of `names` is `host` or the wildcard one label above it (RFC 6125, section 6.4.3). */
export function covers(names: readonly string[], host: string): boolean {
  return names.includes(host) || names.includes(`*.${host.slice(host.indexOf('.') + 1)}`);
}

/** What plain requests of a host are answered with: `redirect` sends them on to https, `hsts` also tells browsers to remember it for a year. */
export const httpsMode = z.enum(['redirect', 'hsts']);

export const certificate = z.object({
  /** Of its file at the edge. */
  name: z.string(),
  names: z.array(z.string()),
  /** The name of who signed it: "Let's Encrypt", "R11". */
  issuer: z.string(),
  key: z.string(),
  notBefore: timestamp,
  notAfter: timestamp,
  /** acme: got by the certificate service on the server, which renews it. own: given by the user. */
  source: z.enum(['acme', 'own']),
  /** By which it is renewed; null where no running service on the server knows it, and for one of the user's own. */
  challenge: challengeKind.nullable(),
  /** What a handshake with the edge itself shows for the first name: null when there was none. */
  served: z.object({ notAfter: timestamp, same: z.boolean(), trusted: z.boolean() }).nullable(),
  /** Why the last renewal failed, in the words of the authority; null when it did not. */
  renewalFailure: z.string().nullable(),
});
export type Certificate = z.infer<typeof certificate>;

export const renewer = z.object({
  challenge: challengeKind,
  running: z.boolean(),
  /** By the server's clock; null before its first run. */
  lastRunAt: timestamp.nullable(),
  lastRunFailed: z.boolean(),
  said: z.string(),
});
export type Renewer = z.infer<typeof renewer>;

export const certificatesOverview = z.object({
  certificates: z.array(certificate),
  /** Every host that leads somewhere, with the certificate that covers it; `app` is null where a route says where. */
  hosts: z.array(
    z.object({ host: z.string(), app: z.string().nullable(), certificate: z.string().nullable(), https: httpsMode.nullable() }),
  ),
  /** The services on the server that renew certificates: one for each kind of challenge that was ever asked for. */
  renewers: z.array(renewer),
});
export type CertificatesOverview = z.infer<typeof certificatesOverview>;

/** What an authority gave a customer to be known by (RFC 8555, section 7.3.4). Needed once: certbot keeps the account that is made of it. */
export const acmeAccount = z.object({
  keyId: z
    .string()
    .max(500)
    .regex(/^[A-Za-z0-9._~+/=:@-]+$/, 'A key ID has no spaces'),
  hmacKey: z
    .string()
    .max(1_000)
    .regex(/^[A-Za-z0-9_-]{8,}={0,2}$/, 'A MAC key is of letters, digits, - and _ (base64url)'),
});
export type AcmeAccount = z.infer<typeof acmeAccount>;

/** Who is asked for a certificate. `root` is the PEM by which an authority of one's own is recognised. */
export const acmeDirectory = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('letsencrypt') }),
  /** Issues certificates that no browser trusts, without the limits of the real one. */
  z.object({ kind: z.literal('letsencrypt-staging') }),
  z.object({
    kind: z.literal('other'),
    url: z.url({ protocol: /^https$/, error: 'The directory of an authority is an https address' }).max(1_000),
    root: z.string().max(100_000).nullable(),
    /** Null where the authority takes anybody, or certbot on the server has an account there already. */
    account: acmeAccount.nullable().default(null),
  }),
]);
export type AcmeDirectory = z.infer<typeof acmeDirectory>;

export const certificateChallenge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('http') }),
  z.object({
    kind: z.literal('dns'),
    provider: dnsProvider,
    /** What the provider wants to see before it changes an entry, as text of a file; null for those that are on the server already. */
    credentials: z.string().trim().min(1, 'There are no credentials in the text').max(20_000).nullable(),
    /** How long to wait for the entry to be seen everywhere; null for as long as the last time, or the provider's usual time. */
    propagationSeconds: z.number().int('Whole seconds').min(1, 'At least a second').max(3_600, 'At most an hour').nullable(),
  }),
]);
export type CertificateChallenge = z.infer<typeof certificateChallenge>;

export const certificateRequest = z.object({
  names: z.array(certificateHost).min(1, 'A certificate is for at least one name').max(100, 'At most 100 names'),
  directory: acmeDirectory,
  challenge: certificateChallenge.default({ kind: 'http' }),
  /** Where the authority writes to about the certificate; null for nowhere. */
  email: z.email('An address looks like you@example.com').max(254).nullable(),
  key: z.enum(['ecdsa', 'rsa']),
  /** Ask for a new one though the one that is there is not due. */
  renew: z.boolean(),
});
export type CertificateRequest = z.infer<typeof certificateRequest>;
