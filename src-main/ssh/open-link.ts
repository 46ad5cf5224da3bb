import { Socket } from 'node:net';
import ssh2 from 'ssh2';
import { type ConnectionNeed, ExpectedError } from '../contract/index.ts';
import { algorithms } from './algorithms.ts';
import { connectFailure, UserNeeded } from './failures.ts';
import { judgeHostKey, readHostKey } from './host-key.ts';
import { Link } from './link.ts';
import { Login, type LoginOptions } from './login.ts';
import type { ConnectionTarget } from './target.ts';

/** Milliseconds until TCP must be there, and from then on until the login is done. */
export interface LinkLimits {
  readonly tcpMs: number;
  readonly loginMs: number;
}

const usualLimits: LinkLimits = { tcpMs: 8_000, loginMs: 20_000 };

export interface LinkOptions extends LoginOptions {
  readonly onLatency?: (ms: number) => void;
  /** The usual ones unless a test says otherwise. */
  readonly limits?: LinkLimits;
}

/**
 * Makes one SSH connection. The host key is judged before anything of the user's is sent. Rejects with {@link UserNeeded} when
 * only the user can help, with an ExpectedError when another try may, with the signal's reason on abort.
 */
export async function openLink(target: ConnectionTarget, options: LinkOptions, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const { tcpMs, loginMs } = options.limits ?? usualLimits;
  const socket = new Socket();
  // ssh2 writes each packet by itself: with Nagle's algorithm opening a channel takes 45 ms instead of 1.
  socket.setNoDelay(true);
  const client = new ssh2.Client();
  const login = new Login(target, options);
  let stop: UserNeeded | null = null;
  let tcpTimer: NodeJS.Timeout | undefined;
  let abort = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      tcpTimer = setTimeout(() => reject(Object.assign(new Error('No TCP connection in time'), { code: 'ETIMEDOUT' })), tcpMs);
      socket.once('connect', () => clearTimeout(tcpTimer));
      client.once('ready', resolve);
      client.on('error', (error: Error & { level?: string }) => {
        // An agent that fails is one way to log in less; ssh2 goes on with the next.
        if (error.level === 'agent') return;
        reject(stop ?? login.failure ?? tooManyKeys(error, target) ?? error);
      });
      client.once('close', () => reject(stop ?? login.failure ?? new Error('The connection was closed')));
      client.on('change password', (prompt: string) => {
        login.passwordExpired(prompt);
        client.end();
      });
      client.connect({
        sock: socket,
        username: target.user,
        readyTimeout: tcpMs + loginMs,
        algorithms: algorithms(target.hostKey?.type ?? null),
        strictVendor: false,
        hostVerifier: (blob: Buffer): boolean => {
          stop = hostKeyProblem(target, blob);
          return stop === null;
        },
        authHandler: (left, partial, next) => {
          // ssh2 takes false as "no more"; its type does not say so.
          login
            .next(left, partial)
            .then((method) => next(method as Exclude<typeof method, false>))
            .catch((error: unknown) => reject(error));
        },
      });
      socket.connect({ host: target.host, port: target.port });
    });
    return new Link(target, client, socket, options.onLatency);
  } catch (error) {
    client.on('error', () => undefined);
    socket.destroy();
    if (error instanceof UserNeeded || signal.aborted) throw error;
    throw connectFailure(error, target);
  } finally {
    clearTimeout(tcpTimer);
    signal.removeEventListener('abort', abort);
  }
}

function hostKeyProblem(target: ConnectionTarget, blob: Buffer): UserNeeded | null {
  const offered = readHostKey(blob);
  const verdict = judgeHostKey(target.hostKey, offered);
  if (verdict === 'trusted') return null;
  if (verdict === 'unknown' || target.hostKey === null) {
    return new UserNeeded(
      { kind: 'accept-host-key', offered },
      new ExpectedError(
        'host-key-unknown',
        `The host key of “${target.name}” is not known yet: ${offered.fingerprint} (${offered.type}).`,
        {
          next: 'Compare it with what the server or its provider says, then accept it. Nothing was sent yet.',
        },
      ),
    );
  }
  const need: ConnectionNeed = { kind: 'host-key-changed', pinned: target.hostKey, offered };
  return new UserNeeded(
    need,
    new ExpectedError(
      'host-key-changed',
      `“${target.name}” shows another host key than the accepted one: somebody may be in between, or the server was set up anew.`,
      {
        next: 'Nothing was sent. Accept the new key only when you know why it changed.',
        detail: `Accepted: ${target.hostKey.fingerprint} (${target.hostKey.type})\nOffered:  ${offered.fingerprint} (${offered.type})`,
      },
    ),
  );
}

/** An agent with many keys runs into the server's MaxAuthTries, and the server hangs up. */
function tooManyKeys(error: Error, target: ConnectionTarget): UserNeeded | null {
  if (!/too many authentication failures/i.test(error.message)) return null;
  return new UserNeeded(
    { kind: 'authentication' },
    new ExpectedError('authentication-failed', `“${target.name}” hung up after too many tries to log in.`, {
      next:
        target.authentication.kind === 'agent'
          ? 'The agent holds many keys: choose the key file for this server instead.'
          : 'Check the user name and how to log in.',
      detail: error.message,
      cause: error,
    }),
  );
}
