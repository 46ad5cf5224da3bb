import { type ErrorCode, ExpectedError } from '../contract/index.ts';

const passingCodes: ReadonlySet<ErrorCode> = new Set([
  'ssh-lost',
  'ssh-timeout',
  'ssh-refused',
  'ssh-unreachable',
  'channel-refused',
  'docker-unavailable',
  // A manager that was started a moment ago says that it is none; and its edge comes after it.
  'not-set-up',
  'edge-unavailable',
  // Somebody else changed the same thing at the same moment.
  'busy',
]);

/** True for a failure of the way to the server, or of daemons that are being restarted: it may heal by itself. */
export function isPassing(error: unknown): boolean {
  return error instanceof ExpectedError && passingCodes.has(error.code);
}
