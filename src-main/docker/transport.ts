import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import Dockerode from 'dockerode';
import type { z } from 'zod';
import { withDeadline } from '../base/wait.ts';
import { CancelledError, ExpectedError } from '../contract/index.ts';
import { DockerAnswer, type Failures, isBroken } from './errors.ts';
import { SocketAgent } from './socket-agent.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Built by {@link path}: nothing of a user's reaches it unescaped. */
  readonly path: string;
  /** Completes "Docker on NAME could not …". */
  readonly doing: string;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly tar?: Readable | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For the whole call; 30,000 when not given. */
  readonly timeoutMs?: number | undefined;
}

const OK = { 200: true, 201: true, 202: true, 204: true, 304: true };
const CALL_TIMEOUT_MS = 30_000;
/** More than any answer that is not a stream: a list of a thousand services is a few megabytes. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

/** Docker's HTTP API over channels to its socket. Knows how to ask and how to fail, not what is asked. */
export class Transport {
  readonly #modem: Dockerode['modem'];

  /** With `body` the other end of the channel adds that many bytes as the body of the one request that goes through it. */
  constructor(
    open: () => Promise<Duplex>,
    /** How a failure of this Docker is explained. */
    readonly failures: Failures,
    body?: { readonly bytes: number; readonly type: string },
  ) {
    // No version in the path: each daemon speaks its own, and newer ones refuse 1.41.
    // `agent` is known to the modem and not to its types.
    const options = {
      protocol: 'http' as const,
      host: 'docker',
      port: 80,
      agent: new SocketAgent(open, body === undefined),
      ...(body ? { headers: { 'Content-Type': body.type, 'Content-Length': String(body.bytes) } } : {}),
    };
    this.#modem = new Dockerode(options).modem;
  }

  /** The parsed answer of one call. A read whose kept channel turned out to be dead is asked once more. */
  async json<T extends z.ZodType>(call: Call, schema: T): Promise<z.output<T>> {
    const body = await this.text(call);
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch (cause) {
      throw new ExpectedError(
        'docker-failed',
        `The answer of Docker on ${this.failures.server} could not be read when it was asked to ${call.doing}`,
        {
          detail: body.slice(0, 500),
          cause,
        },
      );
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new ExpectedError(
      'docker-failed',
      `The answer of Docker on ${this.failures.server} was not understood when it was asked to ${call.doing}`,
      {
        detail: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
        next: `Please report this with the version of Docker on ${this.failures.server}.`,
      },
    );
  }

  async text(call: Call): Promise<string> {
    return (await this.#whole(call)).body;
  }

  async headers(call: Call): Promise<IncomingMessage['headers']> {
    return (await this.#whole(call)).headers;
  }

  /** Null where Docker answers 404. */
  async jsonOrNull<T extends z.ZodType>(call: Call, schema: T): Promise<z.output<T> | null> {
    try {
      return await this.json(call, schema);
    } catch (error) {
      if (error instanceof ExpectedError && error.code === 'not-found') return null;
      throw error;
    }
  }

  /** An answer that goes on: the signal is the only deadline; aborting it breaks the connection, which is how Docker learns of it. */
  async stream(call: Call): Promise<IncomingMessage> {
    try {
      return await this.#dial<IncomingMessage>(call, call.signal, { isStream: true });
    } catch (error) {
      throw this.failures.fromTransport(error, call.doing);
    }
  }

  /** A connection that is no longer HTTP after the answer: standard input and output of an exec. */
  async hijack(call: Call): Promise<Duplex> {
    const signal = withDeadline(call.timeoutMs ?? CALL_TIMEOUT_MS, call.signal);
    // The deadline is for the start alone: a signal given to node:http goes on to destroy the connection after the upgrade.
    const opening = new AbortController();
    const onAbort = (): void => opening.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.#dial<Duplex>(call, opening.signal, { isStream: true, hijack: true, openStdin: true });
    } catch (error) {
      throw this.failures.fromTransport(reasonOf(error, signal, call.signal), call.doing);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #whole(call: Call): Promise<{ readonly body: string; readonly headers: IncomingMessage['headers'] }> {
    const signal = withDeadline(call.timeoutMs ?? CALL_TIMEOUT_MS, call.signal);
    const once = async (): Promise<{ body: string; headers: IncomingMessage['headers'] }> => {
      const response = await this.#dial<IncomingMessage>(call, signal, { isStream: true });
      return { body: await readAll(response, signal), headers: response.headers };
    };
    try {
      try {
        return await once();
      } catch (error) {
        const again =
          call.method === 'GET' && !signal.aborted && error instanceof Error && !(error instanceof ExpectedError) && isBroken(error);
        if (!again) throw error;
        return await once();
      }
    } catch (error) {
      throw this.failures.fromTransport(reasonOf(error, signal, call.signal), call.doing);
    }
  }

  /**
   * docker-modem's own reading of answers never settles when the connection breaks in the middle of a body, so that every
   * call is made as a stream and read here.
   */
  #dial<T>(
    call: Call,
    signal: AbortSignal | undefined,
    mode: { readonly isStream: true; readonly hijack?: boolean; readonly openStdin?: boolean },
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      // The modem tells nobody when it is aborted between the channel's opening and the request.
      const onAbort = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#modem.dial(
        {
          path: `${call.path}?`,
          method: call.method,
          // Without a body of its own the modem would send the query as one; an empty object is sent as nothing.
          options: { _query: withoutUndefined(call.query), _body: call.body ?? {} },
          ...(call.tar ? { file: call.tar } : {}),
          ...(signal ? { abortSignal: signal } : {}),
          allowEmpty: call.body !== undefined,
          statusCodes: OK,
          ...mode,
        },
        (error, result) => {
          signal?.removeEventListener('abort', onAbort);
          if (error) reject(asAnswer(error));
          else resolve(result as T);
        },
      );
    });
  }
}

/** Joins the parts of a path, each checked and escaped. Docker's own names and ids have no other characters. */
export function path(strings: TemplateStringsArray, ...parts: readonly string[]): string {
  return strings.reduce((whole, fixed, index) => whole + fixed + (index < parts.length ? segment(parts[index] ?? '') : ''), '');
}

/** Image references have slashes; the rest is as strict. The grammar is docker/distribution's, less strictly told. */
const IMAGE = /^[a-zA-Z0-9][a-zA-Z0-9._:@-]*(\/[a-zA-Z0-9][a-zA-Z0-9._:@-]*)*$/;

export function imagePath(reference: string): string {
  return checkedReference(reference).split('/').map(encodeURIComponent).join('/');
}

export function checkedReference(reference: string): string {
  if (reference.length <= 512 && IMAGE.test(reference)) return reference;
  throw new ExpectedError('invalid-input', `"${reference.slice(0, 80)}" is not a name of an image`);
}

function segment(part: string): string {
  if (part.length <= 256 && /^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/.test(part)) return encodeURIComponent(part);
  throw new ExpectedError('invalid-input', `"${part.slice(0, 80)}" is not a name that Docker knows`);
}

function withoutUndefined(query: Query = {}): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** The modem's error for a status that is not a success carries the status; anything else is an error of the way. */
function asAnswer(error: Error): Error {
  if (!('statusCode' in error) || typeof error.statusCode !== 'number') return error;
  const words = /^\(HTTP code \d+\) \S+(?: \S+)*? - ([\s\S]*)$/.exec(error.message)?.[1] ?? error.message;
  return new DockerAnswer(error.statusCode, words.trim());
}

/** An aborted request fails in many ways; what counts is who aborted it. */
function reasonOf(error: unknown, signal: AbortSignal, caller: AbortSignal | undefined): unknown {
  if (caller?.aborted) return caller.reason instanceof Error ? caller.reason : new CancelledError();
  return signal.aborted ? signal.reason : error;
}

async function readAll(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const onAbort = (): void => {
    response.destroy(signal.reason instanceof Error ? signal.reason : new CancelledError());
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LONGEST_ANSWER) throw new ExpectedError('docker-failed', "Docker's answer is too long to be right");
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
