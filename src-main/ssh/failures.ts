import { type ConnectionNeed, ExpectedError } from '../contract/index.ts';
import type { ConnectionTarget } from './target.ts';

type Place = Pick<ConnectionTarget, 'name' | 'host' | 'port'>;

/** A try that cannot succeed before the user did something. */
export class UserNeeded extends Error {
  override readonly name = 'UserNeeded';
  constructor(
    readonly need: ConnectionNeed,
    readonly reason: ExpectedError,
  ) {
    super(reason.message, { cause: reason });
  }
}

/** What ssh2 and Node's sockets put on their errors. */
function fact(error: unknown, name: 'code' | 'level'): string | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const unreachable = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EINVAL']);

/** Why no connection came about, in the user's words. */
export function connectFailure(error: unknown, place: Place): ExpectedError {
  if (error instanceof ExpectedError) return error;
  const at = `“${place.name}” (${place.host}, port ${place.port})`;
  const options = { detail: text(error), cause: error };
  const code = fact(error, 'code');
  const level = fact(error, 'level');
  if (code === 'ECONNREFUSED') {
    return new ExpectedError('ssh-refused', `${at} refused the connection: nothing listens on that port.`, {
      ...options,
      next: 'Check the port, and that the SSH server runs there.',
    });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return new ExpectedError('ssh-unreachable', `The name ${place.host} of “${place.name}” could not be resolved.`, {
      ...options,
      next: 'Check the spelling and this computer’s network.',
    });
  }
  if (code !== undefined && unreachable.has(code)) {
    return new ExpectedError('ssh-unreachable', `There is no way to ${at} from here.`, {
      ...options,
      next: 'Check this computer’s network, a VPN, and that the server is switched on.',
    });
  }
  if (code === 'ETIMEDOUT' || level === 'client-timeout') {
    return new ExpectedError('ssh-timeout', `${at} does not answer.`, {
      ...options,
      next: 'Check that the server is switched on and that no firewall closes the port.',
    });
  }
  if (level === 'handshake' || level === 'protocol') {
    return new ExpectedError('ssh-refused', `${at} answered, but no secure connection could be agreed on.`, {
      ...options,
      next: 'Check that an SSH server of the last ten years listens on that port, and that it is not limiting connections.',
    });
  }
  return new ExpectedError('ssh-lost', `${at} closed the connection before the login was done.`, {
    ...options,
    next: 'It is tried again by itself. If that goes on, look into the server’s SSH log.',
  });
}

/** The link was there and is gone. */
export function lost(place: Pick<Place, 'name'>, error: unknown): ExpectedError {
  return new ExpectedError('ssh-lost', `The connection to “${place.name}” was lost.`, {
    next: 'It is made again by itself as soon as the server can be reached.',
    detail: error === undefined || error === null ? undefined : text(error),
    cause: error,
  });
}

/** SSH's reasons for refusing a channel, RFC 4254 5.1. */
export function channelRefused(error: unknown, place: Pick<Place, 'name'>, what: string): ExpectedError {
  const reason: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'reason') : undefined;
  const next =
    reason === 1
      ? 'The server’s SSH settings forbid it: allow it in sshd_config (AllowStreamLocalForwarding, AllowTcpForwarding, PermitTTY).'
      : reason === 2
        ? 'Nothing listens there, or the user may not use it.'
        : 'Try again; if it goes on, look into the server’s SSH log.';
  return new ExpectedError('channel-refused', `“${place.name}” refused ${what}.`, { next, detail: text(error), cause: error });
}

/** A shell or command that found no place, however long it waited. */
export function tooManySessions(refusal: ExpectedError, place: Pick<Place, 'name'>, what: string): ExpectedError {
  return new ExpectedError('channel-refused', `“${place.name}” refused ${what}.`, {
    next: 'It allows no more sessions at once: close terminals, or raise MaxSessions in its sshd_config.',
    detail: refusal.detail,
    cause: refusal,
  });
}
