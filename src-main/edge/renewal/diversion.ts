import { isIPv4 } from 'node:net';
import { ExpectedError } from '../../contract/index.ts';
import type { SshConnection } from '../../ssh/types.ts';

/** The comment by which every rule of ours is found again, whoever made it. */
const TAG = 'longshore-second-edge';

/**
 * Leads what comes for ports 80 and 443 to another container, by packet filter rules. Arguments: `on`, address, the addresses of
 * containers beside it; `off` and the address that is to serve then, or nothing; or `show`. Doing anything twice is the same as once, and what another run left is replaced.
 *
 * New connections only: the kernel keeps those that are open where they are (conntrack). Each chain gets one rule for both ports, so
 * that nobody meets half of it. OUTPUT is for what the server asks itself by its own address; 127.0.0.1 is answered by Docker's proxy,
 * as are visitors by IPv6, and neither can be led elsewhere this way. Containers beside the second edge would get answers from an address
 * they did not ask, hence MASQUERADE.
 */
const DIVERT = `
set -euf
PATH="$PATH:/usr/sbin:/sbin"
tag=${TAG}
ipt() { iptables -w 20 "$@"; }
ours() { ipt -t "$1" -S | grep -e "--comment $tag " || true; }
drop() {
  for table in nat filter; do
    ours "$table" | { if [ -n "$1" ]; then grep -v -e "-d $1/32 " -e "--to-destination $1$" || true; else cat; fi; } | sed 's/^-A /-D /' | while read -r rule; do
      ipt -t "$table" $rule
    done
  done
}
have() {
  table="$1"; chain="$2"; place="$3"; shift 3
  ipt -t "$table" -C "$chain" "$@" 2> /dev/null || ipt -t "$table" $place "$@"
}
case "$1" in
on)
  both="-p tcp -m multiport --dports 80,443 -m comment --comment $tag"
  have filter DOCKER-USER '-I DOCKER-USER 1' -d "$2/32" $both -j ACCEPT
  have nat POSTROUTING '-A POSTROUTING' -s "$3" -d "$2/32" $both -j MASQUERADE
  have nat PREROUTING '-I PREROUTING 1' -m addrtype --dst-type LOCAL $both -j DNAT --to-destination "$2"
  have nat OUTPUT '-I OUTPUT 1' ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL $both -j DNAT --to-destination "$2"
  # Rules to another address are of a second edge that was started anew, or of another run.
  drop "$2"
  ;;
off)
  # Not before Docker's own rule leads to the edge that is to serve.
  if [ -n "$2" ] && ! ipt -t nat -S DOCKER | grep -q -e "--dport 80 .*--to-destination $2:80$"; then
    echo "Docker does not lead port 80 to $2." >&2
    exit 7
  fi
  drop ''
  ;;
esac
ours nat | sed -n 's/.*-A PREROUTING .*--to-destination \\([0-9.]*\\).*/\\1/p'
`;

/**
 * Whether that can be done here, without doing it: prints why not. It is Docker's own use of iptables that the rules go before; where
 * Docker publishes ports in another way they might do nothing.
 */
const CHECK = `
PATH="$PATH:/usr/sbin:/sbin"
command -v iptables > /dev/null || { echo 'there is no iptables'; exit 0; }
rules="$(iptables -w 20 -t nat -S 2>&1)" || { echo "iptables does not work: $(echo "$rules" | head -n 1)"; exit 0; }
iptables -w 20 -S DOCKER-USER > /dev/null 2>&1 || { echo 'Docker does not use iptables'; exit 0; }
echo "$rules" | grep -q -e '--dport 80 .*-j DNAT' || { echo 'Docker does not publish port 80 by iptables'; exit 0; }
iptables -w 20 -t nat -C POSTROUTING -p tcp -m multiport --dports 80,443 -m addrtype --dst-type LOCAL -m comment --comment ${TAG} -j MASQUERADE 2>&1 |
  grep -i -e "couldn't load" -e 'no such file' | head -n 1
`;

const RULES_WITHIN_MS = 60_000;

type Connection = Pick<SshConnection, 'name' | 'script'>;

/** Leads new connections to ports 80 and 443 to `address`; `beside` is the network it is in (172.18.0.0/16). Needs root. */
export async function divert(connection: Connection, address: string, beside: string): Promise<void> {
  if (!isIPv4(address) || !/^[0-9./]+$/.test(beside))
    throw new ExpectedError('edge-failed', `"${address}" is no address to lead visitors to`);
  const leads = await run(connection, ['on', address, beside]);
  if (leads.length === 1 && leads[0] === address) return;
  throw new ExpectedError('edge-failed', `The rules on ${connection.name} do not lead to the second edge`, { detail: leads.join('\n') });
}

/** Takes every such rule away, so that Docker's own count again: which must lead to `address`, where one is given. Throws `command-failed`. */
export async function undivert(connection: Connection, address: string | null): Promise<void> {
  await run(connection, ['off', address ?? '']);
}

/** Where visitors are led to; null where Docker's own rules count. */
export async function divertedTo(connection: Connection): Promise<string | null> {
  return (await run(connection, ['show']))[0] ?? null;
}

/** Why visitors of this server cannot be led to a second edge, in a few words; null when they can. Needs root. */
export async function whyNoDiversion(connection: Connection, signal?: AbortSignal): Promise<string | null> {
  const result = await connection.script(CHECK, [], { asRoot: true, signal, timeoutMs: RULES_WITHIN_MS });
  return result.stdout.trim().split('\n')[0] || null;
}

/** Not under a signal: rules are whole or not there, and it takes milliseconds. */
async function run(connection: Connection, args: readonly string[]): Promise<string[]> {
  const result = await connection.script(DIVERT, args, { asRoot: true, timeoutMs: RULES_WITHIN_MS });
  if (result.code === 0) return [...new Set(result.stdout.split('\n').filter((line) => line !== ''))];
  throw new ExpectedError('command-failed', `The packet filter of ${connection.name} could not be changed`, {
    detail: result.stderr.trim() || `The script ended with ${result.code}.`,
    next: 'Look at the details. `iptables -t nat -S` on the server shows the rules; those of Longshore say so in their comment.',
  });
}
