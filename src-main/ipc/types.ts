import type { z } from 'zod';
import type { Event } from '../base/emitter.ts';
import type {
  CallName,
  CallResult,
  EventName,
  EventPayload,
  ParsedArgs,
  StreamChunk,
  StreamInput,
  StreamName,
  Streams,
} from '../contract/index.ts';

/** One function per call. What it throws crosses as an ErrorShape; `signal` is aborted when the window cancels, reloads or closes. */
export type Handlers = { readonly [N in CallName]: (args: ParsedArgs<N>, signal: AbortSignal) => Promise<CallResult<N>> };

export type ParsedStreamArgs<N extends StreamName> = z.output<Streams[N]['args']>;

export interface OpenedStream<N extends StreamName> {
  /** Pulled only while the window keeps up. An error that it throws ends the stream and is shown; `return()` is called when the window closes it. */
  readonly chunks: AsyncIterable<StreamChunk<N>>;
  send?(input: StreamInput<N>): void;
}

/** One function per stream. `signal` is aborted when the window closes the stream, reloads or goes away. */
export type StreamOpeners = { readonly [N in StreamName]: (args: ParsedStreamArgs<N>, signal: AbortSignal) => OpenedStream<N> };

/** Where each event comes from. */
export type EventSources = { readonly [N in EventName]: Event<EventPayload<N>> };
