import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { execOn, type PracticeServer } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';

/**
 * Only for tests: a DNS server (BIND) on a practice server that is set up, for one zone, in which every name is that practice server. It
 * takes changes by RFC 2136 from who has its key.
 */

const IMAGE = 'internetsystemsconsortium/bind9:9.18';
const CONTAINER = 'practice-dns';
const NETWORK = 'longshore';
/** At which the server itself can be asked: its port 53 may be taken. */
const PORT = 5353;
const KEY = 'certbot.';
const READY = { everyMs: 200, withinMs: 30_000 };

export interface PracticeDns {
  /** Address and port, for who is on the network `longshore`. */
  readonly address: string;
  /** What certbot's plugin has to be given, with its secret or another. */
  credentials(secret?: string): string;
  readonly secret: string;
  /** The TXT entries of a name in the zone. */
  textOf(name: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts it, instead of one that ran there before; resolves when it answers. */
export async function startPracticeDns(server: PracticeServer, zone: string): Promise<PracticeDns> {
  const secret = randomBytes(64).toString('base64');
  const docker = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await execOn(server.name, ['docker', ...words]);
    if (code !== 0) throw new Error(`docker ${words[0]} on ${server.name}: ${stderr || stdout}`);
    return stdout;
  };
  const config = `key "${KEY}" { algorithm hmac-sha512; secret "${secret}"; };
options { directory "/var/lib/bind"; listen-on { any; }; listen-on-v6 { none; }; recursion no; allow-transfer { any; }; };
zone "${zone}" { type primary; file "/var/lib/bind/zone"; allow-update { key "${KEY}"; }; };`;
  const records = `$TTL 1
@ SOA ns.${zone}. you.${zone}. 1 3600 600 86400 1
@ NS ns.${zone}.
@ A ${server.host}
* A ${server.host}`;
  const script = `echo "$CONFIG" > /etc/bind/named.conf
echo "$RECORDS" > /var/lib/bind/zone
chown bind /var/lib/bind/zone
exec named -u bind -g -c /etc/bind/named.conf`;
  const stop = async (): Promise<void> => {
    await docker('rm', '--force', CONTAINER);
  };
  await execOn(server.name, ['docker', 'rm', '--force', CONTAINER]);
  await docker(
    ...[
      'run',
      '--detach',
      '--name',
      CONTAINER,
      '--network',
      NETWORK,
      '--publish',
      `${PORT}:53/udp`,
      '--env',
      `CONFIG=${config}`,
      '--env',
      `RECORDS=${records}`,
    ],
    ...['--entrypoint', 'sh', IMAGE, '-euc', script],
  );
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`${server.host}:${PORT}`]);
  const ready = await poll(() => resolver.resolve4(zone).catch(() => undefined), READY);
  if (ready === undefined) {
    const { stdout } = await execOn(server.name, `docker logs ${CONTAINER} 2>&1`);
    await stop();
    throw new Error(`The practice DNS server on ${server.name} does not answer. Its log:\n${stdout}`);
  }
  const ip = (await docker('inspect', '--format', `{{.NetworkSettings.Networks.${NETWORK}.IPAddress}}`, CONTAINER)).trim();
  return {
    address: `${ip}:53`,
    secret,
    credentials: (other = secret) =>
      [
        `dns_rfc2136_server = ${ip}`,
        `dns_rfc2136_name = ${KEY}`,
        `dns_rfc2136_secret = ${other}`,
        'dns_rfc2136_algorithm = HMAC-SHA512',
      ].join('\n'),
    textOf: (name) =>
      resolver.resolveTxt(name).then(
        (entries) => entries.map((parts) => parts.join('')),
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENODATA') return [];
          throw error;
        },
      ),
    stop,
  };
}
