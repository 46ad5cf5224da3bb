import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { type Disposable, toDisposable } from '../base/disposable.ts';
import { sleep } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import { Budget } from './budget.ts';
import { ChannelStream } from './channel-stream.ts';
import { channelRefused, lost, tooManySessions } from './failures.ts';
import { Pulse } from './pulse.ts';
import type { ConnectionTarget } from './target.ts';

/** OpenSSH's MaxSessions is 10 unless changed; two are left for what else the user does. Forwarded sockets are not counted by it. */
const sessionBudget = 8;
/** Milliseconds a channel may take to open. ssh2's callbacks have no limit of their own. */
const channelMs = 20_000;
/** Milliseconds that a refused session waits for a place, and the pauses between its tries. */
const admissionMs = 10_000;
const firstPauseMs = 10;
const longestPauseMs = 500;

/** One established SSH connection, from login to loss. Nothing that it promised stays open once it is lost. */
export class Link {
  readonly address: string;
  readonly #sessions = new Budget(sessionBudget);
  readonly #atLoss = new Set<(error: ExpectedError) => void>();
  readonly #pulse: Pulse;
  #failure: ExpectedError | null = null;
  #cause: unknown = null;

  constructor(
    private readonly target: ConnectionTarget,
    private readonly client: Client,
    private readonly socket: Socket,
    onLatency: ((ms: number) => void) | undefined,
  ) {
    this.address = socket.remoteAddress ?? target.host;
    this.#pulse = new Pulse({
      roundTrip: () => this.#roundTrip(),
      onLatency: onLatency ?? (() => undefined),
      onSilence: () => this.drop(new Error('The server answered nothing for 18 seconds')),
    });
    socket.on('data', this.#pulse.heard);
    client.on('error', (error: Error) => {
      this.#cause ??= error;
      // ssh2 would wait for the other side to close, which a dead one never does.
      socket.destroy();
    });
    client.on('close', () => this.#lose());
    if (socket.destroyed) this.#lose();
  }

  /** Why it was lost; null while it holds. */
  get failure(): ExpectedError | null {
    return this.#failure;
  }

  /** Calls back once, when the link is lost; soon when it already is. */
  onLost(listener: (error: ExpectedError) => void): Disposable {
    this.#atLoss.add(listener);
    if (this.#failure) queueMicrotask(() => this.#tellLoss());
    return toDisposable(() => this.#atLoss.delete(listener));
  }

  /** Runs a command line. The caller has to read it to its end or close it: it holds a place among the sessions until then. */
  exec(command: string, signal?: AbortSignal): Promise<ClientChannel> {
    return this.#session('a command', signal, (done) => this.client.exec(command, done));
  }

  shell(size: { readonly cols: number; readonly rows: number }, signal?: AbortSignal): Promise<ClientChannel> {
    const pty = { term: 'xterm-256color', cols: size.cols, rows: size.rows };
    return this.#session('a terminal', signal, (done) => this.client.shell(pty, done));
  }

  async openSocket(path: string, signal?: AbortSignal): Promise<Duplex> {
    return this.stream(
      await this.#channel(`a channel to ${path}`, signal, (done) => this.client.openssh_forwardOutStreamLocal(path, done)),
    );
  }

  async openTcp(host: string, port: number, signal?: AbortSignal): Promise<Duplex> {
    return this.stream(
      await this.#channel(`a channel to ${host}:${port}`, signal, (done) => this.client.forwardOut('127.0.0.1', 0, host, port, done)),
    );
  }

  /** Drops the link when nothing at all comes from the server within `ms`, though it is asked. */
  async check(ms: number): Promise<void> {
    const before = this.socket.bytesRead;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.#roundTrip(), late]);
    clearTimeout(timer);
    // An answer can be held up behind a long upload; any byte will do.
    if (this.socket.bytesRead === before) this.drop(new Error(`The server did not answer within ${ms / 1000} seconds`));
  }

  /** Ends it in order. */
  close(): void {
    this.client.end();
    // An end that the other side does not confirm must not keep the socket.
    this.drop(new Error('Disconnected'));
  }

  /** Ends it at once. */
  drop(cause: Error): void {
    this.#cause ??= cause;
    this.socket.destroySoon();
    this.#lose();
  }

  /** A channel of this link as a stream that breaks when the link is lost. */
  stream(channel: ClientChannel): ChannelStream {
    const stream = new ChannelStream(channel, () => atLoss.dispose());
    const atLoss = this.onLost((error) => stream.destroy(error));
    return stream;
  }

  async #session(what: string, signal: AbortSignal | undefined, start: Start): Promise<ClientChannel> {
    const giveBack = await this.#race(this.#sessions.take(signal), signal, (late) => late());
    try {
      const channel = await this.#admitted(what, signal, start);
      channel.once('close', giveBack);
      return channel;
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /**
   * OpenSSH counts a session until its next round after the close, so that one which ended in the same moment can still take a place;
   * and a server may allow fewer than is usual. So a refused session waits for a place for a while.
   */
  async #admitted(what: string, signal: AbortSignal | undefined, start: Start): Promise<ClientChannel> {
    const giveUpAt = performance.now() + admissionMs;
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        return await this.#channel(what, signal, start);
      } catch (error) {
        if (!(error instanceof ExpectedError) || error.code !== 'channel-refused') throw error;
        if (performance.now() + pause > giveUpAt) throw tooManySessions(error, this.target, what);
        await this.#race(sleep(pause, signal), signal, () => undefined);
      }
    }
  }

  async #channel(what: string, signal: AbortSignal | undefined, start: Start): Promise<ClientChannel> {
    signal?.throwIfAborted();
    const opening = new Promise<ClientChannel>((resolve, reject) => {
      if (this.#failure) throw this.#failure;
      try {
        start((error, channel) => {
          if (!error) resolve(channel);
          else reject(this.#failure ?? channelRefused(error, this.target, what));
        });
      } catch (error) {
        // ssh2 throws "Not connected" once the other side has closed, a moment before it tells of the close.
        this.drop(error instanceof Error ? error : new Error(String(error)));
        throw this.#failure ?? error;
      }
    });
    return this.#race(opening, signal, (late) => late.close(), { ms: channelMs, what });
  }

  /** Settles with the first of: the promise, the link's loss, the signal, the deadline. What the promise gives after that is handed to `tooLate`. */
  #race<T>(
    promise: Promise<T>,
    signal: AbortSignal | undefined,
    tooLate: (value: T) => void,
    limit?: { readonly ms: number; readonly what: string },
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      let settled = false;
      let timer: NodeJS.Timeout | undefined;
      const settle = (act: () => void): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        atLoss.dispose();
        signal?.removeEventListener('abort', onAbort);
        act();
      };
      const onAbort = (): void => settle(() => reject(signal?.reason));
      const atLoss = this.onLost((error) => settle(() => reject(error)));
      signal?.addEventListener('abort', onAbort, { once: true });
      if (limit) {
        const late = (): ExpectedError =>
          new ExpectedError(
            'ssh-timeout',
            `“${this.target.name}” did not answer the request for ${limit.what} within ${limit.ms / 1000} seconds.`,
            {
              next: 'The server may be overloaded. Try again.',
            },
          );
        timer = setTimeout(() => settle(() => reject(late())), limit.ms);
      }
      promise.then(
        (value) => (settled ? tooLate(value) : settle(() => resolve(value))),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }

  /**
   * One question to which every SSH server has to answer (RFC 4254 4): taking back a forwarding that was never asked for. The answer
   * is a refusal, which is all that is wanted. ssh2 has no public way to send its own keepalive and hear of the answer.
   */
  #roundTrip(): Promise<number> {
    return new Promise((resolve) => {
      const from = performance.now();
      try {
        this.client.unforwardIn('127.0.0.1', 1, () => resolve(performance.now() - from));
      } catch {
        // Not connected any more: its loss is on the way.
      }
    });
  }

  #lose(): void {
    if (this.#failure) return;
    this.#failure = lost(this.target, this.#cause ?? new Error('The server closed the connection'));
    this.#pulse.dispose();
    this.#tellLoss();
  }

  #tellLoss(): void {
    const { failure } = this;
    const listeners = [...this.#atLoss];
    this.#atLoss.clear();
    if (failure) for (const listener of listeners) listener(failure);
  }
}

type Start = (done: (error: Error | undefined, channel: ClientChannel) => void) => void;
