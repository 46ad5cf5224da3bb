import type { ChallengeKind } from '../contract/index.ts';

/** The folder of a renewing service, as its container sees it. */
export const folder = '/etc/letsencrypt';
export const hookFile = `${folder}/hook.py`;
export const rootsFile = `${folder}/roots.pem`;
export const statusFile = `${folder}/last-renewal.txt`;
/** What a DNS provider wants to see. Only root may read it; it never comes back to any computer. */
export const credentialsFile = `${folder}/credentials`;
/** Those that were there, while others are tried. */
export const credentialsBefore = `${folder}/credentials.before`;

/**
 * What renews certificates of one kind of challenge. Each DNS provider has a service and a folder of its own, since certbot has one image
 * for each, and fails at a certificate whose plugin it lacks.
 */
export interface Renewer {
  readonly challenge: ChallengeKind;
  readonly service: string;
  /** What certbot keeps on the server: accounts, keys, and how each certificate was got. Only root may read it. */
  readonly hostFolder: string;
  /** Certbot of the Electronic Frontier Foundation, in its own image. */
  readonly image: string;
  readonly environment: readonly string[];
}

export function renewerBy(challenge: ChallengeKind): Renewer {
  const suffix = challenge === 'http' ? '' : `-${challenge}`;
  return {
    challenge,
    service: `longshore-certificates${suffix}`,
    hostFolder: `/var/lib/longshore/certificates${suffix}`,
    image: `certbot/${challenge === 'http' ? 'certbot' : `dns-${challenge}`}:v2.1.0`,
    // Its plugin takes no file; the library below it looks for two of the same form.
    environment: challenge === 'route53' ? [`AWS_SHARED_CREDENTIALS_FILE=${credentialsFile}`, `AWS_CONFIG_FILE=${credentialsFile}`] : [],
  };
}
