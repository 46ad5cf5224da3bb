import { Emitter, type Event } from '../base/emitter.ts';
import { CancelledError, type ConnectionState, ExpectedError } from '../contract/index.ts';

/** What a state means to somebody who waits: go on, give up with this error, or wait on. */
export type Verdict = 'go' | 'wait' | Error;

/** The state of a connection, told to whoever listens, and waited for with an end. */
export class States {
  readonly #told = new Emitter<ConnectionState>();
  readonly onChange: Event<ConnectionState> = this.#told.event;
  #current: ConnectionState = { phase: 'idle' };
  #closed = false;

  get current(): ConnectionState {
    return this.#current;
  }

  set(state: ConnectionState): void {
    if (this.#closed || (state.phase === 'idle' && this.#current.phase === 'idle')) return;
    this.#current = state;
    this.#told.fire(state);
  }

  /** Nothing is told any more; who waits has to be let go by a last state before. */
  close(): void {
    this.#closed = true;
    this.#told.dispose();
  }

  /** Resolves at the first state judged `go`. Rejects with what it is judged, on abort, when it was disconnected, and after `withinMs` with the reason of the last failed try or else `late`. */
  until(judge: (state: ConnectionState) => Verdict, signal: AbortSignal | undefined, withinMs: number, late: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      let reason: Error | null = null;
      const finish = (error: unknown): void => {
        clearTimeout(timer);
        listening.dispose();
        signal?.removeEventListener('abort', onAbort);
        if (error === null) resolve();
        else reject(error);
      };
      const onAbort = (): void => finish(signal?.reason);
      const look = (state: ConnectionState): void => {
        if (state.phase === 'waiting') reason = failureOf(state);
        // Nobody works on it: it was disconnected.
        const verdict = state.phase === 'idle' ? new CancelledError('Disconnected') : judge(state);
        if (verdict !== 'wait') finish(verdict === 'go' ? null : verdict);
      };
      const listening = this.onChange(look);
      const timer = setTimeout(() => finish(reason ?? late()), withinMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      else look(this.#current);
    });
  }
}

/** The error of a state in which nothing can be sent. */
export function failureOf(state: ConnectionState): ExpectedError {
  if (state.phase !== 'waiting' && state.phase !== 'needs-you')
    return new ExpectedError('ssh-lost', 'There is no connection to the server.');
  const { code, message, next, detail } = state.reason;
  return new ExpectedError(code === 'bug' || code === 'cancelled' ? 'ssh-lost' : code, message, { next, detail });
}
