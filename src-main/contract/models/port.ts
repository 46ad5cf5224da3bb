import { z } from 'zod';
import { appName, hostName, portNumber } from './common.ts';
import { addressBlock } from './route.ts';

export const portProtocol = z.enum(['tcp', 'udp']);
export type PortProtocol = z.infer<typeof portProtocol>;

/** A port of the server. There is one route of each. */
export const portKey = z.object({ protocol: portProtocol, port: portNumber });
export type PortKey = z.infer<typeof portKey>;

/** Somewhere else, as the server reaches it. */
const otherAddress = z.object({
  kind: z.literal('address'),
  host: z.union([hostName, z.ipv4()], 'A host or an IPv4 address'),
  port: portNumber,
});

export const portTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('app'), app: appName, port: portNumber }),
  otherAddress,
]);
export type PortTarget = z.infer<typeof portTarget>;

const rules = {
  /** Only from there; empty for everywhere. */
  allow: z.array(addressBlock).max(200),
  /** Tell the target who the client is, by the PROXY protocol, version 2. */
  proxyProtocol: z.boolean(),
};
const noProxyOverUdp = {
  check: ({ protocol, proxyProtocol }: { protocol: PortProtocol; proxyProtocol: boolean }) => protocol === 'tcp' || !proxyProtocol,
  error: { error: 'The PROXY protocol is for TCP', path: ['proxyProtocol'] },
};

/** A port of the server that leads to a port of an app, or elsewhere. */
export const portRoute = portKey.extend({ target: portTarget, ...rules }).refine(noProxyOverUdp.check, noProxyOverUdp.error);
export type PortRoute = z.infer<typeof portRoute>;

/** As a user gives it: an app without a port means the one that it listens on now. */
export const portDraft = portKey
  .extend({
    target: z.discriminatedUnion('kind', [z.object({ kind: z.literal('app'), app: appName, port: portNumber.nullable() }), otherAddress]),
    ...rules,
  })
  .refine(noProxyOverUdp.check, noProxyOverUdp.error);
export type PortDraft = z.infer<typeof portDraft>;

/**
 * open: its proxy runs by what is wanted. starting: not yet. changing: its proxy runs by something else still. closed: its proxy does not
 * run. unreached: it runs, and nothing that it could lead to takes connections.
 */
export const portState = z.enum(['open', 'starting', 'changing', 'closed', 'unreached']);
export type PortState = z.infer<typeof portState>;

export const portView = portKey.extend({
  target: portTarget,
  ...rules,
  state: portState,
  /** What is wrong, in a sentence; empty when nothing is. */
  reason: z.string(),
  /** Connections that are open now; null where nobody counts them. */
  connections: z.number().int().nullable(),
  /** Who made or changed it last, and when by that computer's clock. */
  by: z.string(),
  at: z.number(),
});
export type PortView = z.infer<typeof portView>;

export const portsView = z.object({
  ports: z.array(portView),
  /** What the user should know after a change, as a sentence; null for nothing, and when only listed. */
  note: z.string().nullable(),
});
export type PortsView = z.infer<typeof portsView>;

export const portChange = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add'), port: portDraft }),
  z.object({ do: z.literal('edit'), port: portDraft }),
  z.object({ do: z.literal('remove'), port: portKey }),
]);
export type PortChange = z.infer<typeof portChange>;

/** `5432/tcp`, as Docker writes it. */
export function portInWords({ protocol, port }: PortKey): string {
  return `${port}/${protocol}`;
}

/** `app shop, port 5432`, or `db.example.com:5432`. */
export function portTargetInWords(target: PortTarget): string {
  return target.kind === 'app' ? `app ${target.app}, port ${target.port}` : `${target.host}:${target.port}`;
}
