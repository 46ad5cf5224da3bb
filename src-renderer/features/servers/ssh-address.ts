/** The parts of an SSH address as people write it. What is not said is null. */
export interface SshAddress {
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
}

export type ParsedAddress = { readonly ok: true; readonly address: SshAddress } | { readonly ok: false; readonly message: string };

const hostPattern = /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/;
const ipv6Pattern = /^[0-9a-fA-F:.]+(%[A-Za-z0-9._-]+)?$/;

/**
 * Reads `ssh://user@host:port`, `user@host`, `user@host:port`, `host`, a whole `ssh -p 2222 user@host` as it is copied from a
 * provider's page, and IPv6 in brackets or bare.
 */
export function parseSshAddress(text: string): ParsedAddress {
  const command = readCommand(text.trim());
  let rest = command.target.replace(/^ssh:\/\//i, '').replace(/\/+$/, '');
  if (rest === '') return wrong('Enter the address of a server: root@203.0.113.7');

  let user: string | null = null;
  const at = rest.lastIndexOf('@');
  if (at >= 0) {
    user = rest.slice(0, at);
    rest = rest.slice(at + 1);
    if (user.includes(':')) return wrong('Leave the password out of the address; it is asked for when it is needed');
    if (user === '' || /[\s/]/.test(user)) return wrong('The user name before @ is missing or has spaces');
  }

  const { host, port } = splitPort(rest);
  if (host === '') return wrong('The host name after @ is missing');
  if (!hostPattern.test(host) && !(host.includes(':') && ipv6Pattern.test(host)))
    return wrong(`“${host}” is not a host name or an address`);
  const portText = port ?? command.port;
  const portNumber = portText === null ? null : Number(portText);
  if (portNumber !== null && !(Number.isInteger(portNumber) && portNumber >= 1 && portNumber <= 65535)) {
    return wrong('A port is between 1 and 65535');
  }
  return { ok: true, address: { user, host, port: portNumber } };
}

function readCommand(text: string): { readonly target: string; readonly port: string | null } {
  if (!/^ssh\s/.test(text)) return { target: text, port: null };
  const words = text.split(/\s+/).slice(1);
  const flag = words.findIndex((word) => word.startsWith('-p'));
  if (flag < 0) return { target: words.join(' '), port: null };
  const own = words[flag]?.slice(2) ?? '';
  const port = own === '' ? (words[flag + 1] ?? '') : own;
  words.splice(flag, own === '' ? 2 : 1);
  return { target: words.join(' '), port };
}

function splitPort(text: string): { readonly host: string; readonly port: string | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed) return { host: bracketed[1] ?? '', port: bracketed[2] ?? null };
  const colon = text.indexOf(':');
  // More than one colon and no brackets: an IPv6 address, which can have no port.
  if (colon < 0 || text.indexOf(':', colon + 1) >= 0) return { host: text, port: null };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function wrong(message: string): ParsedAddress {
  return { ok: false, message };
}

/** A name to propose: the first part of a host name, or `server-1`, `server-2` … for an address; none that is taken. */
export function proposedName(host: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  const label = host.split('.')[0] ?? '';
  const isAddress = /^[0-9]+(\.[0-9]+){3}$/.test(host) || host.includes(':') || /^[0-9]+$/.test(label);
  const base =
    isAddress || label === '' || label === 'localhost'
      ? 'server'
      : label
          .replace(/[^A-Za-z0-9-]/g, '-')
          .replace(/^-+|-+$/g, '')
          .slice(0, 36);
  if (base !== 'server' && base !== '' && !used.has(base.toLowerCase())) return base;
  for (let number = base === 'server' || base === '' ? 1 : 2; ; number += 1) {
    const name = `${base === '' ? 'server' : base}-${number}`;
    if (!used.has(name.toLowerCase())) return name;
  }
}
