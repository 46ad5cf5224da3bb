import { sleep } from '../base/wait.ts';
import { type ErrorCode, ExpectedError } from '../contract/index.ts';
import type { SshConnection } from '../ssh/types.ts';

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

/** Milliseconds for which a lost connection is waited for, each time. */
export const reconnectMs = 60_000;
/** Milliseconds between two tries of what fails in passing. */
const againAfterMs = 500;

/** Does `step` again while it fails in passing, once the connection is back; for `withinMs` at the most. For steps that can be done twice. */
export async function throughPassing<T>(
  connection: Pick<SshConnection, 'ready'>,
  step: () => Promise<T>,
  { withinMs, signal }: { readonly withinMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (Date.now() > deadline || !isPassing(error)) throw error;
      await connection.ready(signal, reconnectMs);
      await sleep(againAfterMs, signal);
    }
  }
}
