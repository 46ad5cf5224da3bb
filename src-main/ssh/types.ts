import type { Duplex, Readable } from 'node:stream';
import type { Event } from '../base/emitter.ts';
import type { ConnectionState } from '../contract/index.ts';

/**
 * What the rest of the product sees of SSH. One held connection per server that heals itself; every method settles:
 * with an ExpectedError (`ssh-lost`, `ssh-timeout`, `authentication-failed`, `channel-refused` …) when the link is gone.
 */
export interface ExecOptions {
  /** Written to the command's standard input, which is then closed. Secrets go this way, never as an argument. */
  readonly input?: Readable | string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 60,000 when not given. 0 for no limit. */
  readonly timeoutMs?: number | undefined;
  readonly onStdout?: ((chunk: Buffer) => void) | undefined;
  readonly onStderr?: ((chunk: Buffer) => void) | undefined;
}

export interface ExecResult {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** UTF-8 text; empty when a listener took the chunks. At most 16 MiB is kept. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A pseudo-terminal. Reading slowly pauses the channel. */
export interface PtyChannel {
  readonly output: AsyncIterable<Uint8Array>;
  write(data: string | Uint8Array): void;
  resize(cols: number, rows: number): void;
  close(): void;
}

export interface SshConnection {
  /** What the server is called now, for messages. */
  readonly name: string;
  readonly state: ConnectionState;
  readonly onState: Event<ConnectionState>;
  /** Resolves once it is connected; rejects when it needs the user, on abort, or after `withinMs` (30,000 when not given). */
  ready(signal?: AbortSignal, withinMs?: number): Promise<void>;
  /** The server's IP address as the TCP connection reached it; null before the first connection. */
  readonly address: string | null;
  /**
   * Runs a program. `argv` is quoted for the remote shell in one audited place; user data may only be an argument or input.
   * A non-zero exit code is a result, not an error.
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Runs a fixed script by `sh -s` with arguments; as root by `sudo` where the user is not root. The sudo password goes to standard input. */
  script(
    script: string,
    args: readonly string[],
    options?: Omit<ExecOptions, 'input'> & { readonly asRoot?: boolean },
  ): Promise<ExecResult>;
  /** A channel to a Unix socket on the server (direct-streamlocal): not bound by OpenSSH's MaxSessions. */
  openSocket(path: string, signal?: AbortSignal): Promise<Duplex>;
  /**
   * A program's standard input and output as one stream; quoted as {@link exec} does it. It counts among the sessions until it is destroyed
   * or ended, which tells the program to end. A program that fails (its exit code is not 0) breaks the stream with `command-failed` and what it said.
   */
  openProgram(argv: readonly string[], signal?: AbortSignal): Promise<Duplex>;
  /** A channel to a TCP port as seen from the server (direct-tcpip). */
  openTcp(host: string, port: number, signal?: AbortSignal): Promise<Duplex>;
  /** A login shell. Shells share a second connection, which is there only while they are: a flood does not hold others up, and `renew()` leaves them. */
  openShell(size: { readonly cols: number; readonly rows: number }): Promise<PtyChannel>;
  /** Starts over at once: after wake, when the network is back, or when the user says so. */
  connect(): void;
  /** Drops the link and connects again, e.g. so that a new group membership counts. Resolves when it is ready. */
  renew(signal?: AbortSignal): Promise<void>;
  disconnect(): void;
}
