/** The servers' network: one bridge with the gateway, one namespace and one cable per server, and NAT to where apt's mirrors are. */
import { readFile, writeFile } from 'node:fs/promises';
import { addressOf, GATEWAY, hardwareAddressOf, NETWORK } from './addresses.ts';
import { SandboxError } from './errors.ts';
import { pollUntil } from './poll.ts';
import { mustRun, run } from './run.ts';

export const BRIDGE = 'ls-practice';
const NEIGHBOUR_MS = 10_000;
const IP_FORWARD = '/proc/sys/net/ipv4/ip_forward';

export function netnsName(name: string): string {
  return `practice-${name}`;
}

export function netnsFile(name: string): string {
  return `/run/netns/${netnsName(name)}`;
}

/** The host's end of the server's cable. */
function cable(octet: number): string {
  return `ls-v${octet}`;
}

const rules: readonly (readonly [table: string, chain: string, ...rule: string[]])[] = [
  ['filter', 'FORWARD', '-i', BRIDGE, '-j', 'ACCEPT'],
  ['filter', 'FORWARD', '-o', BRIDGE, '-j', 'ACCEPT'],
  ['nat', 'POSTROUTING', '-s', NETWORK, '!', '-d', NETWORK, '-j', 'MASQUERADE'],
];

function iptables(action: '-C' | '-I' | '-D', [table, chain, ...rule]: (typeof rules)[number]): string[] {
  return ['iptables', '--wait', '30', '-t', table, action, chain, ...rule];
}

/** Makes bridge, rules and forwarding where they are not there. `owner` is the cache folder, so that two do not share a bridge. */
export async function ensureBridge(owner: string): Promise<void> {
  const link = await run(['ip', '-d', 'link', 'show', BRIDGE]);
  if (link.code !== 0) {
    await mustRun(['ip', 'link', 'add', BRIDGE, 'address', hardwareAddressOf(1), 'type', 'bridge']);
    await mustRun(['ip', 'link', 'set', BRIDGE, 'alias', owner]);
    await mustRun(['ip', 'address', 'add', `${GATEWAY}/24`, 'dev', BRIDGE]);
    await mustRun(['ip', 'link', 'set', BRIDGE, 'up']);
  } else if (!link.stdout.includes(`alias ${owner}\n`)) {
    throw new SandboxError(`practice servers of another cache folder are running (see "ip link show ${BRIDGE}"); take those down first`);
  }
  for (const rule of rules) {
    if ((await run(iptables('-C', rule))).code !== 0) {
      await mustRun(iptables('-I', rule));
    }
  }
}

/** Removes what ensureBridge made; nothing where it is not there, or is of another cache folder. */
export async function removeBridge(owner: string): Promise<void> {
  const link = await run(['ip', '-d', 'link', 'show', BRIDGE]);
  if (link.code === 0 && !link.stdout.includes(`alias ${owner}\n`)) {
    return;
  }
  for (const rule of rules) {
    while ((await run(iptables('-D', rule)).catch(() => ({ code: 1 }))).code === 0) {
      // A rule that was put in twice is removed twice.
    }
  }
  await run(['ip', 'link', 'delete', BRIDGE]);
}

/** Switches forwarding on and gives back what it was before. */
export async function enableForwarding(): Promise<string> {
  const before = (await readFile(IP_FORWARD, 'utf8')).trim();
  await writeFile(IP_FORWARD, '1\n');
  return before;
}

export async function restoreForwarding(before: string): Promise<void> {
  await writeFile(IP_FORWARD, `${before}\n`);
}

/** Gives the server a namespace with its address, anew. */
export async function plugIn(name: string, octet: number): Promise<void> {
  await unplug(name, octet);
  const netns = netnsName(name);
  await mustRun(['ip', 'netns', 'add', netns]);
  await mustRun([
    'ip',
    'link',
    'add',
    cable(octet),
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'address',
    hardwareAddressOf(octet),
    'netns',
    netns,
  ]);
  await mustRun(['ip', 'link', 'set', cable(octet), 'master', BRIDGE, 'up']);
  await mustRun(['ip', '-n', netns, 'address', 'add', `${addressOf(octet)}/24`, 'dev', 'eth0']);
  await mustRun(['ip', '-n', netns, 'link', 'set', 'lo', 'up']);
  await mustRun(['ip', '-n', netns, 'link', 'set', 'eth0', 'up']);
  await mustRun(['ip', '-n', netns, 'route', 'add', 'default', 'via', GATEWAY]);
}

/** Removes namespace and cable; nothing where they are not there. */
export async function unplug(name: string, octet: number | undefined): Promise<void> {
  await run(['ip', 'netns', 'delete', netnsName(name)]);
  if (octet !== undefined) {
    await run(['ip', 'link', 'delete', cable(octet)]);
  }
}

/** Takes the cable out or puts it back in. Throws SandboxError where the server has none. */
export async function setCable(octet: number, state: 'up' | 'down'): Promise<void> {
  await mustRun(['ip', 'link', 'set', cable(octet), state]);
}

/**
 * Waits until the server answers to its address again: the kernel remembers for seconds that nobody did while the cable was out, and
 * says "no route to host" to whoever calls meanwhile. A server that is off or frozen never does; that is no error.
 */
export async function awaitNeighbour(octet: number): Promise<void> {
  const address = addressOf(octet);
  await run(['ip', 'neighbour', 'del', address, 'dev', BRIDGE]);
  await pollUntil(async () => {
    // One datagram to the discard port makes the kernel ask for the neighbour.
    await run(['bash', '-c', `echo > /dev/udp/${address}/9`]);
    const entry = await run(['ip', 'neighbour', 'show', 'to', address, 'dev', BRIDGE]);
    return /REACHABLE|DELAY|STALE|PROBE|PERMANENT/.test(entry.stdout) ? true : undefined;
  }, NEIGHBOUR_MS);
}

/** Whether the cable is taken out. */
export async function isCut(octet: number): Promise<boolean> {
  const link = await run(['ip', 'link', 'show', cable(octet)]);
  return link.code === 0 && !/[<,]UP[,>]/.test(link.stdout);
}
