import type { AcmeDirectory, CertificateRequest } from '../contract/index.ts';
import { dnsArguments } from './dns.ts';
import { hookFile } from './renewers.ts';

const directories = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const;

export function directoryUrl(directory: AcmeDirectory): string {
  return directory.kind === 'other' ? directory.url : directories[directory.kind];
}

/** "Let's Encrypt", or the host of another authority. */
export function authorityName(directory: AcmeDirectory): string {
  if (directory.kind === 'letsencrypt') return "Let's Encrypt";
  if (directory.kind === 'letsencrypt-staging') return "Let's Encrypt (staging)";
  return new URL(directory.url).host;
}

/** The account that the authority gave its customer, as a file of certbot's settings; empty for none. A secret. */
export function accountSettings(directory: AcmeDirectory): string {
  if (directory.kind !== 'other' || directory.account === null) return '';
  return `eab-kid = ${directory.account.keyId}\neab-hmac-key = ${directory.account.hmacKey}\n`;
}

/** What certbot calls the certificate, and the edge its file: the first name, with `_` for the star. */
export function certificateName(names: readonly string[]): string {
  return (names[0] ?? '').replace('*', '_');
}

/** A host that a certificate for `name` is served for: of a wildcard, any does. */
export function hostOf(name: string): string {
  return name.replace('*', 'any');
}

/**
 * Certbot's command line (its documentation, "certbot command-line options"). `propagationSeconds`: how long an entry in the DNS is given,
 * null for as long as the plugin thinks best.
 */
export function certbotArguments(request: CertificateRequest, propagationSeconds: number | null = null): string[] {
  const hook = (kind: string): string => `python3 ${hookFile} ${kind}`;
  const { challenge } = request;
  return [
    'certbot',
    'certonly',
    '--non-interactive',
    '--agree-tos',
    ...(request.email === null ? ['--register-unsafely-without-email'] : ['--email', request.email]),
    '--server',
    directoryUrl(request.directory),
    ...(challenge.kind === 'dns'
      ? dnsArguments(challenge, propagationSeconds)
      : ['--manual', '--preferred-challenges', 'http', '--manual-auth-hook', hook('auth'), '--manual-cleanup-hook', hook('cleanup')]),
    '--deploy-hook',
    hook('deploy'),
    '--key-type',
    request.key,
    '--cert-name',
    certificateName(request.names),
    '--renew-with-new-domains',
    request.renew ? '--force-renewal' : '--keep-until-expiring',
    ...request.names.flatMap((name) => ['-d', name]),
  ];
}

const refusedPattern =
  /^(?:Failed to renew certificate \S+ with error: |Error: |Unable to register an account with ACME server\. )([^\n]+)/m;

/**
 * The authority's reason in what certbot printed when it failed: what stands behind "Detail:" for each name, or the error of the order;
 * null when neither is there.
 */
export function authorityReason(output: string): string | null {
  const problems = [
    ...output.matchAll(/^\s*Domain:\s*(\S+)\s*\n\s*Type:\s*(\S+)\s*\n\s*Detail:\s*([^\n]+(?:\n(?!\s*\n|\s*(?:Domain|Hint):)[^\n]+)*)/gm),
  ];
  if (problems.length > 0) return problems.map(([, name, , detail]) => `${name}: ${oneLine(detail ?? '')}`).join('\n');
  const unexpected = /^An unexpected error occurred:\s*\n([^\n]+)/m.exec(output)?.[1];
  if (unexpected) return oneLine(unexpected);
  const refused = refusedPattern.exec(output)?.[1];
  return refused ? oneLine(refused) : null;
}

/** What to do about a reason of the authority that has nothing to do with how the names were proved; null for any other. */
export function adviceOn(reason: string): string | null {
  if (/external.?account/i.test(reason))
    return 'It wants to know its customers: give the key ID and the MAC key that it has for you ("external account binding", EAB).';
  if (/too many|rate.?limit/i.test(reason)) return 'Wait until the time that it names; its staging has no such limits, for trying.';
  if (/\bCAA\b/.test(reason))
    return 'An entry of the kind CAA in the DNS of the name forbids it: allow this authority there, or ask the one it names.';
  if (/policy|forbidden|not issue|rejectedIdentifier/i.test(reason))
    return 'It gives nobody a certificate for that name: take another name, or another authority.';
  return null;
}

/** Why a certificate could not be renewed, in the output of `certbot renew`; null when it does not say so. */
export function renewalFailure(output: string, name: string): string | null {
  const line = output.split('\n').find((text) => text.startsWith(`Failed to renew certificate ${name} with error: `));
  if (line === undefined) return null;
  const before = output.slice(0, output.indexOf(line));
  // The problems of each certificate stand before the line that names it.
  const own = before.slice(Math.max(before.lastIndexOf('Processing '), 0));
  return authorityReason(own) ?? oneLine(line.slice(line.indexOf('error: ') + 7));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
