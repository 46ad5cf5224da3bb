/**
 * Every expected failure has one of these codes. A code is stable: scripts and the interface branch on it, never on the text.
 */
export const errorCodes = [
  // the request itself
  'invalid-input',
  'not-found',
  'name-taken',
  'busy',
  // the folder
  'not-a-folder',
  'folder-empty',
  'everything-ignored',
  'file-unreadable',
  'file-changed',
  'language-unknown',
  // the way to the server
  'ssh-refused',
  'ssh-timeout',
  'ssh-unreachable',
  'ssh-lost',
  'host-key-unknown',
  'host-key-changed',
  'authentication-failed',
  'passphrase-needed',
  'password-needed',
  'channel-refused',
  // the server
  'not-set-up',
  'privileges-missing',
  'unsupported-system',
  'ports-taken',
  'disk-full',
  'docker-unavailable',
  'docker-failed',
  'command-failed',
  // a deploy
  'build-failed',
  'app-crashed',
  'app-unhealthy',
  'app-loopback-only',
  // It does not answer now, and may again by itself; `edge-failed` is what waiting does not help.
  'edge-unavailable',
  'edge-failed',
  'lease-held',
  'lease-lost',
  'domain-taken',
  'release-gone',
  // this computer
  'store-failed',
  'vault-unavailable',
  'cancelled',
  'bug',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An error as it crosses a process boundary. `message` is one sentence for the user; `next` says what to do; `detail` is what the server said. */
export interface ErrorShape {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next?: string | undefined;
  readonly detail?: string | undefined;
}

export interface ExpectedErrorOptions {
  /** What the user can do now, one sentence. */
  readonly next?: string | undefined;
  /** What the server or the tool said, kept and shown. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** A failure that the product expects and explains. Anything else that is thrown is a bug, except {@link CancelledError}. */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError';
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly detail: string | undefined;

  constructor(code: Exclude<ErrorCode, 'bug' | 'cancelled'>, message: string, options: ExpectedErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.next = options.next;
    this.detail = options.detail;
  }
}

/** Somebody asked for it to stop: neither a failure nor a bug. */
export class CancelledError extends Error {
  override readonly name: string = 'CancelledError';
  constructor(message = 'Cancelled') {
    super(message);
  }
}

/** True for what an aborted signal makes: our own class and the platform's AbortError. */
export function isCancellation(error: unknown): boolean {
  return error instanceof CancelledError || (error instanceof Error && (error.name === 'AbortError' || error.name === 'CancelledError'));
}

/** Turns anything thrown into the shape that crosses processes. A bug keeps its stack in `detail`. */
export function toErrorShape(error: unknown): ErrorShape {
  if (error instanceof ExpectedError) {
    return { code: error.code, message: error.message, ...optional('next', error.next), ...optional('detail', error.detail) };
  }
  if (isCancellation(error)) return { code: 'cancelled', message: 'Cancelled' };
  if (error instanceof Error) return { code: 'bug', message: error.message, ...optional('detail', error.stack) };
  return { code: 'bug', message: String(error) };
}

/** Rebuilds the error that {@link toErrorShape} took apart. */
export function fromErrorShape(shape: ErrorShape): Error {
  if (shape.code === 'cancelled') return new CancelledError(shape.message);
  if (shape.code === 'bug') return new Error(shape.message);
  return new ExpectedError(shape.code, shape.message, { next: shape.next, detail: shape.detail });
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}
