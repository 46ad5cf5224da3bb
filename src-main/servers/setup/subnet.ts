/**
 * Where the network of the apps may lie. Swarm takes an overlay's addresses from its pool (10.0.0.0/8 unless told otherwise) without a
 * look at the server's own networks; what is at the same addresses there is then out of every app's reach: a database on the private
 * network, at some providers even the name server.
 */

/** Prints what this server has routes to and its name servers. `ip` is not on every user's path. */
export const NETWORKS_SCRIPT = `
PATH="$PATH:/usr/sbin:/sbin"
ip -4 route show
cat /etc/resolv.conf /run/systemd/resolve/resolv.conf
`;

/** First and last address, as numbers. */
type Range = readonly [first: number, last: number];

/** Docker's own bridges: they avoid others by themselves, and Docker tells of them. */
const ownDevice = /\bdev (docker\S*|br-\S+|veth\S*)/;

/** Routes may begin with their kind: "blackhole 10.1.0.0/16". */
const routeOrServer = /^(?:(?:unicast|blackhole|unreachable|prohibit|throw|nameserver)\s+)?(\d+\.\d+\.\d+\.\d+(?:\/\d+)?)(?:\s|$)/;

/** Takes apart what {@link NETWORKS_SCRIPT} printed: networks (`10.0.0.0/16`) and single addresses, without the default route and loopback. */
export function parseNetworks(output: string): readonly string[] {
  return output.split('\n').flatMap((line) => {
    if (ownDevice.test(line)) return [];
    const [, found = ''] = routeOrServer.exec(line) ?? [];
    const range = rangeOf(found);
    return range === null || overlap(range, loopback) || found.endsWith('/0') ? [] : [found];
  });
}

/** What Swarm takes addresses from when it was not told otherwise. */
const usualPool = '10.0.0.0/8';

/**
 * Private addresses (RFC 1918), and subnets of them: where Docker gives such addresses to its bridges, at the end, where it comes last.
 */
const blocks = [
  { whole: '192.168.0.0/16', subnets: numbers(248, 254).map((part) => `192.168.${part}.0/24`) },
  { whole: '172.16.0.0/12', subnets: numbers(248, 254).map((part) => `172.31.${part}.0/24`) },
  { whole: '10.0.0.0/8', subnets: numbers(200, 254).map((part) => `10.${part}.248.0/24`) },
];

/**
 * A subnet that neither the server's networks nor Docker's overlap, where there is one in a block that the server is not part of at all:
 * what lies behind its gateway is not known. Null where Docker's own choice cannot be wrong, and where nothing is free.
 */
export function chooseSubnet(networks: readonly string[], ofDocker: readonly string[], pools: readonly string[] = []): string | null {
  const own = ranges(networks);
  if (!ranges(pools.length > 0 ? pools : [usualPool]).some((pool) => own.some((range) => overlap(range, pool)))) return null;
  const taken = [...own, ...ranges(ofDocker)];
  const isFree = (subnet: string): boolean => ranges([subnet]).every((range) => !taken.some((other) => overlap(range, other)));
  const strange = blocks.filter(({ whole }) => ranges([whole]).every((block) => !own.some((range) => overlap(range, block))));
  return [...strange, ...blocks].flatMap(({ subnets }) => subnets).find(isFree) ?? null;
}

const loopback: Range = [0x7f000000, 0x7fffffff];

function ranges(networks: readonly string[]): readonly Range[] {
  return networks.map(rangeOf).filter((range) => range !== null);
}

/** Null for what is no IPv4 network. */
function rangeOf(network: string): Range | null {
  const found = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(network);
  if (!found) return null;
  const [a = 0, b = 0, c = 0, d = 0] = found.slice(1, 5).map(Number);
  const length = found[5] === undefined ? 32 : Number(found[5]);
  if ([a, b, c, d].some((part) => part > 255) || length > 32) return null;
  const size = 2 ** (32 - length);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = Math.floor(address / size) * size;
  return [first, first + size - 1];
}

function overlap(one: Range, other: Range): boolean {
  return one[0] <= other[1] && other[0] <= one[1];
}

function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
