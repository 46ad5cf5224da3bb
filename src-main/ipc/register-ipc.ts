/**
 * The boundary between the window and everything else. Knows the contract and nothing of what stands behind it: checks who
 * speaks, parses what was said, runs one handler, and carries values, errors, events and streams back.
 */
import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import type { Logger } from '../base/log.ts';
import { type ErrorShape, type EventName, eventNames, events } from '../contract/index.ts';
import { CallServer } from './call-server.ts';
import type { IpcPort } from './port.ts';
import { StreamServer } from './stream-server.ts';
import type { EventSources, Handlers, StreamOpeners } from './types.ts';
import { channels } from './wire.ts';

export interface IpcOptions<C> {
  readonly port: IpcPort<C>;
  readonly handlers: Handlers;
  readonly streams: StreamOpeners;
  readonly events: EventSources;
  /** True for the main frame of our own window showing our own page; nobody else is answered. */
  readonly isTrusted: (caller: C) => boolean;
  readonly logger: Logger;
  /** Parses results, chunks and events as well, to find our own mistakes in development and tests. */
  readonly checkResults: boolean;
}

const refusal: ErrorShape = { code: 'invalid-input', message: 'Only the window of Longshore may ask this' };

/** Connects the port to the handlers; disposing ends every call and stream. */
export function registerIpc<C>(options: IpcOptions<C>): Disposable {
  const { port, isTrusted, logger, checkResults } = options;
  const disposables = new DisposableStore();
  const calls = new CallServer({ handlers: options.handlers, logger, checkResults });
  const streams = new StreamServer({
    openers: options.streams,
    send: (message) => port.send(channels.stream, message),
    logger,
    checkResults,
  });

  const trusted = (caller: C, channel: string): boolean => {
    const is = isTrusted(caller);
    if (!is) logger.warn('A message from outside the window was refused', { channel });
    return is;
  };
  const endAll = (): void => {
    calls.cancelAll();
    streams.closeAll();
  };

  disposables.add(toDisposable(endAll));
  disposables.add(
    port.handle(channels.call, async (caller, name, args, id) =>
      trusted(caller, channels.call) ? calls.answer(name, args, id) : { ok: false, error: refusal },
    ),
  );
  disposables.add(port.on(channels.cancel, (caller, id) => trusted(caller, channels.cancel) && calls.cancel(id)));
  disposables.add(port.on(channels.stream, (caller, message) => trusted(caller, channels.stream) && streams.receive(message)));
  disposables.add(port.onReset(endAll));
  for (const name of eventNames) disposables.add(forward(name, options));
  return disposables;
}

function forward<C, N extends EventName>(name: N, { port, events: sources, checkResults }: IpcOptions<C>): Disposable {
  return sources[name]((payload) => port.send(channels.event, name, checkResults ? events[name].parse(payload) : payload));
}
