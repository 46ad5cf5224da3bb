import { z } from 'zod';
import { hostName, timestamp } from './common.ts';

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
  /** What a handshake with the edge itself shows for the first name: null when there was none. */
  served: z.object({ notAfter: timestamp, same: z.boolean(), trusted: z.boolean() }).nullable(),
  /** Why the last renewal failed, in the words of the authority; null when it did not. */
  renewalFailure: z.string().nullable(),
});
export type Certificate = z.infer<typeof certificate>;

export const certificatesOverview = z.object({
  certificates: z.array(certificate),
  /** Every host that leads to an app, with the certificate that covers it. */
  hosts: z.array(z.object({ host: z.string(), app: z.string(), certificate: z.string().nullable(), https: httpsMode.nullable() })),
  /** The service on the server that renews certificates; null where there is none. */
  renewer: z
    .object({
      running: z.boolean(),
      /** By the server's clock; null before its first run. */
      lastRunAt: timestamp.nullable(),
      lastRunFailed: z.boolean(),
      said: z.string(),
    })
    .nullable(),
});
export type CertificatesOverview = z.infer<typeof certificatesOverview>;

/** Who is asked for a certificate. `root` is the PEM by which an authority of one's own is recognised. */
export const acmeDirectory = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('letsencrypt') }),
  /** Issues certificates that no browser trusts, without the limits of the real one. */
  z.object({ kind: z.literal('letsencrypt-staging') }),
  z.object({
    kind: z.literal('other'),
    url: z.url({ protocol: /^https$/, error: 'The directory of an authority is an https address' }).max(1_000),
    root: z.string().max(100_000).nullable(),
  }),
]);
export type AcmeDirectory = z.infer<typeof acmeDirectory>;

export const certificateRequest = z.object({
  names: z.array(certificateHost).min(1, 'A certificate is for at least one name').max(100, 'At most 100 names'),
  directory: acmeDirectory,
  /** Where the authority writes to about the certificate; null for nowhere. */
  email: z.email('An address looks like you@example.com').max(254).nullable(),
  key: z.enum(['ecdsa', 'rsa']),
  /** Ask for a new one though the one that is there is not due. */
  renew: z.boolean(),
});
export type CertificateRequest = z.infer<typeof certificateRequest>;
