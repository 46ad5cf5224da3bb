/** Names and addresses of the practice servers. All in TEST-NET-2 (RFC 5737), which no real network uses. */
import { SandboxError } from './errors.ts';

export const NETWORK = '198.51.100.0/24';
export const GATEWAY = '198.51.100.1';
export const REGISTRY_PORT = 5000;

const PREFIX = '198.51.100.';
const FIRST = 11;
const LAST = 254;
const LONGEST_NAME = 40;

export function addressOf(octet: number): string {
  return `${PREFIX}${octet}`;
}

/**
 * The hardware address of a server, the same after each boot as on a real one: with a new one, hosts that talked to the server before
 * would go on sending to the old one for half a minute.
 */
export function hardwareAddressOf(octet: number): string {
  return `02:00:c6:33:64:${octet.toString(16).padStart(2, '0')}`;
}

/** Throws SandboxError where `name` is not a server name: a lower-case letter, then letters, digits and dashes. */
export function checkName(name: string): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name) || name.length > LONGEST_NAME) {
    throw new SandboxError(
      `"${name}" is no name for a practice server: begin with a-z, then a-z, 0-9 and "-", at most ${LONGEST_NAME} characters`,
    );
  }
}

/**
 * The last part of the address for `name`: the one it had, else the lowest that no name has, else the one of a name whose server
 * is gone. Throws SandboxError when all are in use.
 */
export function allocate(known: Readonly<Record<string, number>>, existing: ReadonlySet<string>, name: string): number {
  const own = known[name];
  if (own !== undefined) {
    return own;
  }
  const all = Array.from({ length: LAST - FIRST + 1 }, (_, index) => FIRST + index);
  const given = new Set(Object.values(known));
  const inUse = new Set(Object.entries(known).flatMap(([other, octet]) => (existing.has(other) ? [octet] : [])));
  const free = all.find((octet) => !given.has(octet)) ?? all.find((octet) => !inUse.has(octet));
  if (free === undefined) {
    throw new SandboxError(`all ${all.length} addresses of ${NETWORK} are in use; take a practice server down first`);
  }
  return free;
}
