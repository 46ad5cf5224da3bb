import { createHash } from 'node:crypto';
import type { PortRoute } from '../contract/index.ts';
import { addressLists, backendName, dockerResolvers, SLOTS_MAP, type Slot, slotAlias } from '../edge/index.ts';

/** Where a proxy sees its folder. */
export const FOLDER = '/run/port';
/** On which it listens, whatever port of the server leads there. */
export const INNER_PORT = 9000;
/** As many replicas as an app can have. */
const ROOM = 32;

/**
 * The configuration of the HAProxy behind a TCP port. A new connection goes to the slot that the edge's own map names; where nothing of it
 * takes connections (a switch of which this proxy was not told, since the laptop that made it was closed) to the other one.
 *
 * Connections may be silent for hours, as those of databases are: what ends them is their end, or a peer that answers no keep-alive.
 */
export function renderTcp(route: PortRoute): string {
  const body = [...settings(), ...frontend(route), ...backends(route)];
  const hash = createHash('sha256').update(body.join('\n')).digest('hex').slice(0, 32);
  const comment = '# Written by Longshore from the labels of this service. The next change by Longshore replaces it.';
  return `${[comment, 'global', `  description longshore-${hash}`, ...body].join('\n')}\n`;
}

/** What `show info` gives as the description of a HAProxy that runs this text. */
export function fingerprintOf(config: string): string {
  return /^ {2}description (longshore-[0-9a-f]{32})$/m.exec(config)?.[1] ?? '';
}

function settings(): string[] {
  return [
    '  log stdout format raw local0 notice',
    `  stats socket ${FOLDER}/api.sock mode 666 level admin expose-fd listeners`,
    '  stats timeout 2m',
    '  nbthread 1',
    // See the edge's own: the limit on open files may be a billion.
    '  fd-hard-limit 20000',
    // Of a worker that was replaced by an edit, for the connections it still has.
    '  hard-stop-after 24h',
    'defaults',
    '  mode tcp',
    '  log global',
    '  option redispatch 1',
    '  retries 3',
    '  timeout connect 2s',
    '  timeout client 24h',
    '  timeout server 24h',
    '  timeout check 5s',
    ...['cli', 'srv'].flatMap((side) => [
      `  option ${side}tcpka`,
      `  ${side}tcpka-idle 60s`,
      `  ${side}tcpka-intvl 15s`,
      `  ${side}tcpka-cnt 4`,
    ]),
    ...dockerResolvers,
  ];
}

function frontend({ allow, target }: PortRoute): string[] {
  const lines = ['frontend port', `  bind :${INNER_PORT}`];
  lines.push(...addressLists('allowed', allow));
  if (allow.length > 0) lines.push('  tcp-request connection reject unless allowed');
  if (target.kind === 'address') return [...lines, '  default_backend target'];
  const lives = (slot: Slot): string => `{ str(${target.app}),map(${SLOTS_MAP}) -m str ${backendName(target.app, slot)} }`;
  const works = (slot: Slot): string => `{ nbsrv(${slot}) gt 0 }`;
  return [
    ...lines,
    `  use_backend a if ${lives('a')} ${works('a')}`,
    `  use_backend b if ${lives('b')} ${works('b')}`,
    `  use_backend a if ${works('a')}`,
    `  use_backend b if ${works('b')}`,
    '  default_backend a',
  ];
}

function backends({ target, proxyProtocol }: PortRoute): string[] {
  const found = `resolvers docker resolve-prefer ipv4 init-addr libc,none${proxyProtocol ? ' send-proxy-v2' : ''}`;
  // Nobody else's server is asked each second whether it is there.
  if (target.kind === 'address') return ['backend target', `  server target ${target.host}:${target.port} ${found}`];
  return (['a', 'b'] as const).flatMap((slot) => [
    `backend ${slot}`,
    '  balance leastconn',
    '  option tcp-check',
    // Closed in good order: some servers print an error for each reset.
    '  tcp-check connect default linger',
    `  default-server check inter 1s fastinter 250ms fall 3 rise 1 ${found}`,
    `  server-template ${slot} ${ROOM} ${slotAlias(target.app, slot)}:${target.port}`,
  ]);
}
