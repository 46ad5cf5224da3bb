import { isDeepStrictEqual } from 'node:util';
import { ExpectedError, type ServerProfile, serverProfile } from '../contract/index.ts';
import type { ServerChanges } from './types.ts';

/** Whether both lead to the same sshd: only then does a pinned host key hold for the other. Host names know no case. */
export function sameMachine(a: Machine, b: Machine): boolean {
  return a.host.toLowerCase() === b.host.toLowerCase() && a.port === b.port;
}

type Machine = Pick<ServerProfile, 'host' | 'port'>;

/** Whether a connection made for one may go on for the other. */
export function sameLogin(a: ServerProfile, b: ServerProfile): boolean {
  return sameMachine(a, b) && a.user === b.user && isDeepStrictEqual(a.authentication, b.authentication);
}

/** The profile with the changes made. Another machine has to show its own host key, so the pin stays behind. Throws `invalid-input`. */
export function withChanges(profile: ServerProfile, changes: ServerChanges): ServerProfile {
  const changed = { ...profile, ...changes };
  return parsedProfile({ ...changed, hostKey: sameMachine(profile, changed) ? profile.hostKey : (changes.hostKey ?? null) });
}

/** Throws `invalid-input` with what is wrong. */
export function parsedProfile(profile: ServerProfile): ServerProfile {
  const parsed = serverProfile.safeParse(profile);
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0];
  throw new ExpectedError(
    'invalid-input',
    problem ? `${problem.path.join('.')}: ${problem.message}` : 'The server’s settings are not valid.',
  );
}

/** Throws `name-taken` when another of the servers has the name of this one. Case does not count. */
export function refuseTakenName(profile: ServerProfile, servers: readonly ServerProfile[]): void {
  const name = profile.name.toLowerCase();
  if (servers.some((other) => other.id !== profile.id && other.name.toLowerCase() === name)) {
    throw new ExpectedError('name-taken', `There is a server named “${profile.name}” already.`, { next: 'Choose another name.' });
  }
}
