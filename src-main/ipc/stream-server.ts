import { z } from 'zod';
import type { Logger } from '../base/log.ts';
import { ExpectedError, type StreamName, streams, toErrorShape } from '../contract/index.ts';
import { parseInput } from './parse.ts';
import { StreamSession, type StreamSource } from './stream-session.ts';
import type { StreamOpeners } from './types.ts';
import type { StreamMessage } from './wire.ts';

export interface StreamServerOptions {
  readonly openers: StreamOpeners;
  readonly send: (message: StreamMessage) => void;
  readonly logger: Logger;
  readonly checkResults: boolean;
}

const id = z.string().min(1).max(64);
const request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), id, name: z.string(), args: z.unknown() }),
  z.object({ kind: z.literal('input'), id, input: z.unknown() }),
  z.object({ kind: z.literal('acknowledge'), id, number: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('close'), id }),
]);

/** The streams of one window, by the id that it gave them. */
export class StreamServer {
  readonly #sessions = new Map<string, { readonly name: StreamName; readonly session: StreamSession }>();

  constructor(private readonly options: StreamServerOptions) {}

  receive(message: unknown): void {
    const parsed = request.safeParse(message);
    if (!parsed.success) {
      this.options.logger.warn('A stream message that makes no sense was dropped', { error: parsed.error.message });
      return;
    }
    const { data } = parsed;
    if (data.kind === 'open') {
      this.#open(data.id, data.name, data.args);
      return;
    }
    // Input and acknowledgements may cross with the end of their stream; that is no fault.
    const open = this.#sessions.get(data.id);
    if (!open) return;
    if (data.kind === 'acknowledge') open.session.acknowledge(data.number);
    else if (data.kind === 'input') this.#input(open.name, open.session, data.input);
    else this.#close(data.id, open.session);
  }

  #open(streamId: string, name: string, args: unknown): void {
    if (this.#sessions.has(streamId)) {
      this.options.logger.warn('A stream was opened twice under one id', { name });
      return;
    }
    if (!isStreamName(name)) {
      const error = new ExpectedError('invalid-input', `There is no stream named ${JSON.stringify(name)}`);
      this.options.send({ kind: 'end', id: streamId, error: toErrorShape(error) });
      return;
    }
    const session = new StreamSession({
      onChunk: (number, chunk) => this.options.send({ kind: 'chunk', id: streamId, number, chunk }),
      onEnd: (error) => {
        this.#sessions.delete(streamId);
        if (error?.code === 'bug') this.options.logger.error(`Stream ${name} failed by a bug`, { error: error.detail ?? error.message });
        this.options.send({ kind: 'end', id: streamId, error });
      },
    });
    this.#sessions.set(streamId, { name, session });
    void session.run((signal) => this.#source(name, args, signal));
  }

  #source<N extends StreamName>(name: N, args: unknown, signal: AbortSignal): StreamSource {
    const parsed = parseInput(streams[name].args, args, name);
    // The map ties arguments, chunks and input together by name, which TypeScript cannot follow through a generic index.
    const open = this.options.openers[name] as (
      args: unknown,
      signal: AbortSignal,
    ) => { chunks: AsyncIterable<unknown>; send?(input: unknown): void };
    const opened = open(parsed, signal);
    return {
      chunks: this.options.checkResults ? parsedChunks(streams[name].chunk, opened.chunks) : opened.chunks,
      send: opened.send ? (input) => opened.send?.(input) : null,
    };
  }

  #input(name: StreamName, session: StreamSession, input: unknown): void {
    try {
      session.send(parseInput(streams[name].input, input, name));
    } catch (error) {
      this.options.logger.warn(`Input of stream ${name} was dropped`, { error: toErrorShape(error).message });
    }
  }

  #close(streamId: string, session: StreamSession): void {
    this.#sessions.delete(streamId);
    session.close();
  }

  closeAll(): void {
    for (const [streamId, { session }] of this.#sessions) this.#close(streamId, session);
  }

  get open(): number {
    return this.#sessions.size;
  }
}

async function* parsedChunks(schema: z.ZodType, chunks: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const chunk of chunks) yield schema.parse(chunk);
}

function isStreamName(name: string): name is StreamName {
  return Object.hasOwn(streams, name);
}
