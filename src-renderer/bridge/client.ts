import {
  type Bridge,
  type CallArgs,
  type CallName,
  type CallResult,
  CancelledError,
  type ErrorShape,
  type EventName,
  type EventPayload,
  fromErrorShape,
  type StreamArgs,
  type StreamChunk,
  type StreamHandle,
  type StreamName,
  toErrorShape,
} from '../../src-main/contract/index.ts';

export interface CallOptions {
  /** Aborting it cancels the call in the main process; the promise then rejects with a CancelledError. */
  readonly signal?: AbortSignal | undefined;
}

export interface StreamConsumer<N extends StreamName> {
  /** Called in order. The chunk is acknowledged when this returns, or when the promise it returns resolves. */
  readonly onChunk: (chunk: StreamChunk<N>) => void | Promise<void>;
  /** Called once; without an error when the flow ended by itself. */
  readonly onEnd?: (error: ErrorShape | null) => void;
}

/** The contract as the renderer uses it: values or thrown errors, signals instead of ids. */
export interface Client {
  /** Resolves with the value; throws an ExpectedError, a CancelledError, or an Error for a bug. */
  readonly call: <N extends CallName>(name: N, args: CallArgs<N>, options?: CallOptions) => Promise<CallResult<N>>;
  /** Returns the function that ends the subscription. */
  readonly subscribe: <N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void) => () => void;
  readonly openStream: <N extends StreamName>(name: N, args: StreamArgs<N>, consumer: StreamConsumer<N>) => StreamHandle<N>;
  /** Paths on disk of what was dropped, in order; what has no path (text, a picture from a page) is left out. */
  readonly pathsOfDrop: (data: Pick<DataTransfer, 'files'>) => readonly string[];
}

/** Makes a client of the bridge that `bridge()` gives when it is first needed. */
export function createClient(bridge: () => Bridge): Client {
  return {
    call: async (name, args, options) => {
      const signal = options?.signal;
      if (signal?.aborted) throw new CancelledError();
      const id = crypto.randomUUID();
      const cancel = (): void => bridge().cancel(id);
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const outcome = await bridge().call(name, args, id);
        if (!outcome.ok) throw fromErrorShape(outcome.error);
        return outcome.value;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    subscribe: (name, listener) => bridge().on(name, listener),
    openStream: (name, args, consumer) => {
      let ended = false;
      const end = (error: ErrorShape | null): void => {
        if (ended) return;
        ended = true;
        consumer.onEnd?.(error);
      };
      const handle = bridge().open(name, args, {
        onChunk: (chunk, acknowledge) => {
          if (ended) return;
          // A consumer that fails would otherwise leave the flow waiting for ever.
          const fail = (error: unknown): void => {
            handle.close();
            end(toErrorShape(error));
          };
          try {
            const shown = consumer.onChunk(chunk);
            if (shown instanceof Promise) shown.then(acknowledge, fail);
            else acknowledge();
          } catch (error) {
            fail(error);
          }
        },
        onEnd: end,
      });
      return {
        send: handle.send,
        close: () => {
          ended = true;
          handle.close();
        },
      };
    },
    pathsOfDrop: (data) => [...data.files].map((file) => bridge().pathForFile(file)).filter((path) => path !== ''),
  };
}
