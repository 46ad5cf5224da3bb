import type { CertificateChallenge, CertificateRequest, DnsProvider } from '../contract/index.ts';
import { credentialsBefore, credentialsFile, folder, rootsFile } from './renewers.ts';

type DnsChallenge = Extract<CertificateChallenge, { kind: 'dns' }>;

/** How certbot is told to show by DNS that a name is the asker's own. `seconds` null for the plugin's own waiting time. */
export function dnsArguments({ provider }: Pick<DnsChallenge, 'provider'>, seconds: number | null): string[] {
  const plugin = `dns-${provider}`;
  return [
    '--authenticator',
    plugin,
    // Route 53's has none: see the environment of its service.
    ...(provider === 'route53' ? [] : [`--${plugin}-credentials`, credentialsFile]),
    ...(seconds === null || provider === 'route53' ? [] : [`--${plugin}-propagation-seconds`, String(seconds)]),
  ];
}

/**
 * Runs certbot with the roots that are trusted here. Arguments: `given` or `kept`, a length, then the command. So many bytes of what comes in
 * are an account at the authority, for this one run; with `given` the rest is put where the provider's credentials are, and those that
 * were there come back if the program fails: others may be renewed by them.
 */
export const askScript = `
if [ -s ${rootsFile} ]; then export REQUESTS_CA_BUNDLE=${rootsFile}; fi
how=$1
account=$2
shift 2
if [ "$account" -gt 0 ]; then
  file=$(mktemp) || exit 1
  trap 'rm -f "$file"' EXIT
  # Not a byte more than that, unlike head of busybox.
  dd bs=1 "count=$account" of="$file" 2> /dev/null || exit 1
  set -- "$@" --config "$file"
fi
if [ "$how" = kept ]; then
  "$@"
  exit
fi
umask 077
exec 9> ${folder}/credentials.lock
flock 9
cat > ${credentialsFile}.given || exit 1
if [ -e ${credentialsFile} ]; then cp -p ${credentialsFile} ${credentialsBefore} || exit 1; fi
mv ${credentialsFile}.given ${credentialsFile}
"$@"
code=$?
if [ "$code" -eq 0 ]; then rm -f ${credentialsBefore}
elif [ -e ${credentialsBefore} ]; then mv ${credentialsBefore} ${credentialsFile}
else rm -f ${credentialsFile}; fi
exit "$code"
`;

/** What {@link askScript} reads. */
export function credentialsOf({ challenge }: Pick<CertificateRequest, 'challenge'>): string | null {
  return challenge.kind === 'dns' && challenge.credentials !== null ? `${challenge.credentials.trim()}\n` : null;
}

/** Settings that are no secrets, and help where something does not work. */
const tellable = /(server|port|name|algorithm|email|username|endpoint|version|region|type|uri|url|project_id|universe_domain)"?$/;
/** What is shorter is no secret, and may be anywhere in a text. */
const shortestSecret = 6;

/**
 * A text without what is secret in `credentials`: certbot quotes a line that it does not understand, and some providers what they were sent.
 */
export function withoutSecrets(text: string, credentials: string | null): string {
  const secrets = new Set<string>();
  // In JSON on one line a secret is one of its strings.
  for (const [, quoted] of (credentials ?? '').matchAll(/"([^"\n]{20,})"/g)) secrets.add(quoted ?? '');
  for (const line of (credentials ?? '').split('\n').map((each) => each.trim())) {
    const [, key, value] = /^([\w."-]+)\s*[=:]\s*(.+)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && tellable.test(key)) continue;
    for (const secret of [line, value, value?.replace(/^["']|["'],?$/g, '')]) {
      if (secret !== undefined && secret.length >= shortestSecret) secrets.add(secret);
    }
  }
  // The longest first: one may be part of another.
  return [...secrets].sort((one, other) => other.length - one.length).reduce((left, secret) => left.replaceAll(secret, '…'), text);
}

/** Why a plugin could not change an entry, in what certbot printed; null where it does not end like that. */
export function pluginReason(output: string): string | null {
  const lines = output.split('\n').map((line) => line.trim());
  const end = lines.findLastIndex((line) => line.startsWith('Ask for help or search for solutions'));
  if (end < 1) return null;
  // The error stands before it, after what certbot did.
  const begin = lines.findLastIndex(
    (line, at) => at < end && /^(Saving debug log|Requesting a certificate|Renewing an existing|Waiting)/.test(line),
  );
  const words = lines.slice(begin + 1, end).filter((line) => line !== '');
  return words.length === 0 ? null : words.join(' ').replaceAll(/\s+/g, ' ').replaceAll(' * ', ' ');
}

/** The waiting time that a certificate was got with, in certbot's file about it; null for none. */
export function propagationIn(renewalFile: string, provider: DnsProvider): number | null {
  const seconds = new RegExp(`^dns_${provider}_propagation_seconds = (\\d+)$`, 'm').exec(renewalFile)?.[1];
  return seconds === undefined ? null : Number(seconds);
}
