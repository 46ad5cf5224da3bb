import type { Duplex } from 'node:stream';
import { backoffDelay } from '../base/backoff.ts';
import type { Disposable } from '../base/disposable.ts';
import type { Event } from '../base/emitter.ts';
import { type Logger, silentLogger } from '../base/log.ts';
import { sleep } from '../base/wait.ts';
import { CancelledError, type ConnectionState, ExpectedError, toErrorShape } from '../contract/index.ts';
import { connectFailure, UserNeeded } from './failures.ts';
import type { Link } from './link.ts';
import { openLink } from './open-link.ts';
import { openProgram } from './program-stream.ts';
import { runAsRoot, runScript, type ScriptOptions } from './root-script.ts';
import { runCommand } from './run-command.ts';
import { ShellLink } from './shell-link.ts';
import { failureOf, States, type Verdict } from './states.ts';
import type { ConnectionTarget, Secrets } from './target.ts';
import type { ExecOptions, ExecResult, PtyChannel, SshConnection } from './types.ts';

/** Short at the top: a server that comes back is to be found within five seconds, and a try costs next to nothing. */
const backoff = { firstMs: 500, longestMs: 5_000, jitter: 0.3 } as const;
/** A login that worked before may be refused while the server boots (pam_nologin): it is tried once more after this time, then the user is asked. */
const secondLoginMs = 10_000;
const readyMs = 30_000;
/** How long a server may take to answer when somebody doubts that the link still holds. */
const checkMs = 3_000;

export interface HeldConnectionOptions {
  /** Asked anew at each try, so that an accepted host key or a changed profile counts at once. */
  readonly target: () => ConnectionTarget;
  readonly secrets: Secrets;
  /** Where the SSH agent listens; undefined when there is none. */
  readonly agentSocket?: () => string | undefined;
  readonly logger?: Logger;
}

/**
 * One held SSH connection to a server: logs in, notices the loss, comes back by itself for ever, and waits for its user where only
 * they can help. It knows nothing of what runs over it.
 */
export class HeldConnection implements SshConnection, Disposable {
  readonly #states = new States();
  readonly onState: Event<ConnectionState> = this.#states.onChange;
  readonly #shells = new ShellLink(() => this.#open((this.#effort ?? new AbortController()).signal));
  #link: Link | null = null;
  #address: string | null = null;
  /** Ends the running effort to be connected. */
  #effort: AbortController | null = null;
  /** Ends the pause before the next try. */
  #pause: AbortController | null = null;
  #loggedInBefore = false;
  #disposed = false;

  constructor(private readonly options: HeldConnectionOptions) {}

  get name(): string {
    return this.options.target().name;
  }

  get state(): ConnectionState {
    return this.#states.current;
  }

  get address(): string | null {
    return this.#address;
  }

  connect(): void {
    if (this.#disposed) return;
    if (this.#link) {
      // After a sleep it may be dead without anybody knowing. A live one is left alone.
      void this.#link.check(checkMs);
      return;
    }
    this.#pause?.abort();
    if (!this.#effort) this.#start();
  }

  disconnect(): void {
    this.#stop();
    this.#shells.close();
    this.#states.set({ phase: 'idle' });
  }

  /** Shells stay: they have a connection of their own. */
  async renew(signal?: AbortSignal): Promise<void> {
    this.#stop();
    if (!this.#disposed) this.#start();
    await this.ready(signal);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.disconnect();
    this.#disposed = true;
    this.#states.close();
  }

  ready(signal?: AbortSignal, withinMs: number = readyMs): Promise<void> {
    if (this.state.phase === 'idle') this.connect();
    const judge = (state: ConnectionState): Verdict =>
      state.phase === 'connected' ? 'go' : state.phase === 'needs-you' ? failureOf(state) : 'wait';
    return this.#states.until(judge, signal, withinMs, () => this.#late(withinMs));
  }

  async exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    const link = await this.#current(options?.signal);
    return runCommand(link, this.#target(), argv, options);
  }

  async script(script: string, args: readonly string[], options: ScriptOptions & { readonly asRoot?: boolean } = {}): Promise<ExecResult> {
    const { asRoot = false, ...rest } = options;
    const link = await this.#current(options.signal);
    if (asRoot) return runAsRoot(link, this.#target(), this.options.secrets, script, args, rest);
    return runScript(link, this.#target(), script, args, rest);
  }

  async openSocket(path: string, signal?: AbortSignal): Promise<Duplex> {
    return (await this.#current(signal)).openSocket(path, signal);
  }

  async openProgram(argv: readonly string[], signal?: AbortSignal): Promise<Duplex> {
    const link = await this.#current(signal);
    return openProgram(link, this.#target(), argv, signal);
  }

  async openTcp(host: string, port: number, signal?: AbortSignal): Promise<Duplex> {
    return (await this.#current(signal)).openTcp(host, port, signal);
  }

  async openShell(size: { readonly cols: number; readonly rows: number }): Promise<PtyChannel> {
    // Says why when the user is needed, before a second connection is tried.
    await this.#current(undefined);
    return this.#shells.shell(size);
  }

  get #log(): Logger {
    return this.options.logger ?? silentLogger;
  }

  #target(): ConnectionTarget {
    return this.options.target();
  }

  /** The link that holds, or the one that the try under way brings. A connection that waits for its next try or its user fails at once. */
  async #current(signal: AbortSignal | undefined): Promise<Link> {
    signal?.throwIfAborted();
    if (this.state.phase === 'idle') this.connect();
    if (!this.#link) {
      const judge = (state: ConnectionState): Verdict =>
        state.phase === 'connected' ? 'go' : state.phase === 'connecting' ? 'wait' : failureOf(state);
      await this.#states.until(judge, signal, readyMs, () => this.#late(readyMs));
    }
    if (this.#link) return this.#link;
    throw new ExpectedError('ssh-lost', `There is no connection to “${this.#target().name}”.`, { next: 'Connect to the server first.' });
  }

  #late(ms: number): ExpectedError {
    return new ExpectedError('ssh-timeout', `“${this.#target().name}” could not be reached within ${Math.round(ms / 1000)} seconds.`, {
      next: 'Check that the server is switched on and this computer’s network.',
    });
  }

  #stop(): void {
    this.#effort?.abort(new CancelledError('Disconnected'));
    this.#effort = null;
    this.#link?.close();
    this.#link = null;
  }

  #start(): void {
    const effort = new AbortController();
    this.#effort = effort;
    void this.#hold(effort.signal).catch((error: unknown) => {
      if (effort.signal.aborted) return;
      // A bug of ours must not look like a connection that goes on trying.
      this.#log.error('A connection ended unexpectedly', { error: String(error) });
      this.#effort = null;
      const reason = connectFailure(error, this.#target());
      this.#states.set({ phase: 'needs-you', need: { kind: 'authentication' }, reason: toErrorShape(reason) });
    });
  }

  /** Connects, holds, and connects again until it is told to stop or needs its user. */
  async #hold(signal: AbortSignal): Promise<void> {
    let attempt = 0;
    let refusedLogins = 0;
    while (!signal.aborted) {
      attempt += 1;
      this.#states.set({ phase: 'connecting', attempt });
      try {
        const link = await this.#open(signal, (ms) => this.#latency(ms));
        if (signal.aborted) {
          link.close();
          return;
        }
        this.#link = link;
        this.#address = link.address;
        this.#states.set({ phase: 'connected', since: Date.now(), latencyMs: null });
        attempt = 0;
        refusedLogins = 0;
        this.#loggedInBefore = true;
        const reason = await this.#untilLost(link);
        await this.#waitFor(backoffDelay(1, backoff), 1, reason, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof UserNeeded) {
          const mayPass = error.reason.code === 'authentication-failed' && this.#loggedInBefore && refusedLogins === 0;
          if (!mayPass) {
            const { need, reason } = error;
            if (reason.code === 'authentication-failed' && (need.kind === 'password' || need.kind === 'passphrase'))
              this.options.secrets.refused(need);
            this.#effort = null;
            this.#states.set({ phase: 'needs-you', need: error.need, reason: toErrorShape(error.reason) });
            return;
          }
          refusedLogins += 1;
          await this.#waitFor(secondLoginMs, attempt, error.reason, signal);
        } else {
          const failure = connectFailure(error, this.#target());
          this.#log.debug('A server could not be reached', { server: this.#target().name, attempt, reason: failure.detail });
          await this.#waitFor(backoffDelay(attempt, backoff), attempt, failure, signal);
        }
      }
    }
  }

  #open(signal: AbortSignal, onLatency: (ms: number) => void = () => undefined): Promise<Link> {
    const agentSocket = (this.options.agentSocket ?? defaultAgentSocket)();
    return openLink(this.#target(), { secrets: this.options.secrets, agentSocket, onLatency }, signal);
  }

  async #untilLost(link: Link): Promise<ExpectedError> {
    const reason = await new Promise<ExpectedError>((resolve) => link.onLost(resolve));
    if (this.#link === link) this.#link = null;
    this.#log.debug('A connection was lost', { server: this.#target().name, reason: reason.detail });
    return reason;
  }

  async #waitFor(ms: number, attempt: number, reason: ExpectedError, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const pause = new AbortController();
    this.#pause = pause;
    this.#states.set({ phase: 'waiting', retryAt: Date.now() + ms, attempt, reason: toErrorShape(reason) });
    await sleep(ms, AbortSignal.any([signal, pause.signal])).catch(() => undefined);
    if (this.#pause === pause) this.#pause = null;
  }

  #latency(ms: number): void {
    const { state } = this;
    if (state.phase === 'connected') this.#states.set({ ...state, latencyMs: Math.round(ms * 10) / 10 });
  }
}

/** Where OpenSSH's agent listens: by its environment variable, on Windows at a fixed pipe. */
function defaultAgentSocket(): string | undefined {
  return process.env['SSH_AUTH_SOCK'] ?? (process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined);
}
