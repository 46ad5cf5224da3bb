import type { CallArgs, CallName, CallResult } from './calls.ts';
import type { ErrorShape } from './errors.ts';
import type { EventName, EventPayload } from './events.ts';
import type { StreamArgs, StreamChunk, StreamInput, StreamName } from './streams.ts';

/** A call's answer as it crosses the context bridge, which would strip a thrown error of its code. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorShape };

export interface StreamHandlers<N extends StreamName> {
  /** Called in order. `acknowledge` must be called once the chunk is shown. */
  readonly onChunk: (chunk: StreamChunk<N>, acknowledge: () => void) => void;
  /** Called once; without an error when the flow ended by itself. Nothing comes after it. */
  readonly onEnd: (error: ErrorShape | null) => void;
}

export interface StreamHandle<N extends StreamName> {
  readonly send: (input: StreamInput<N>) => void;
  readonly close: () => void;
}

/** What the preload puts on `window.longshore`, frozen: all that the window can reach outside itself. */
export interface Bridge {
  /** `id` names the call so that {@link Bridge.cancel} can stop it. */
  readonly call: <N extends CallName>(name: N, args: CallArgs<N>, id: string) => Promise<Outcome<CallResult<N>>>;
  readonly cancel: (id: string) => void;
  /** Returns the function that ends the subscription. */
  readonly on: <N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void) => () => void;
  readonly open: <N extends StreamName>(name: N, args: StreamArgs<N>, handlers: StreamHandlers<N>) => StreamHandle<N>;
  /** The path on disk of a file or folder that was dropped on the window; empty when it has none. */
  readonly pathForFile: (file: File) => string;
}
