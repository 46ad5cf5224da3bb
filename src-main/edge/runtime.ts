import type { Duplex } from 'node:stream';
import { poll, withDeadline } from '../base/wait.ts';
import { ExpectedError, isCancellation } from '../contract/index.ts';
import type { SshConnection } from '../ssh/types.ts';

/** Where the sockets lie on the server: the folder that the edge's container has as /run/edge. */
export const HOST_FOLDER = '/var/lib/longshore/edge';
/** The folder of the sockets of the edge, and of the second edge that stands in for it while it is renewed. */
export type SocketFolder = 'run' | 'run-second';

/** HAProxy's master refuses connections while it starts itself anew for a reload; that took up to 11 s on a busy machine. */
const ANSWER_WITHIN_MS = 45_000;
const ONE_ANSWER_MS = 10_000;
const AGAIN_AFTER_MS = 200;

/**
 * HAProxy's two sockets. An empty or refused answer is never taken for "nothing": it is asked again until a deadline, since a reload
 * makes both sockets refuse for a while.
 */
export class Runtime {
  readonly #api: string;
  readonly #master: string;

  constructor(
    private readonly connection: Pick<SshConnection, 'name' | 'openSocket'>,
    folder: SocketFolder = 'run',
  ) {
    this.#api = `${HOST_FOLDER}/${folder}/api.sock`;
    this.#master = `${HOST_FOLDER}/${folder}/master.sock`;
  }

  /** Asks the worker that serves. `parse` gives undefined for an answer that says nothing. */
  api<T>(command: string, parse: (answer: string) => T | undefined, signal?: AbortSignal): Promise<T> {
    return this.#ask(this.#api, command, parse, signal, ANSWER_WITHIN_MS);
  }

  /** Asks the master, or with `@!PID ` in front a worker through it. */
  master<T>(command: string, parse: (answer: string) => T | undefined, signal?: AbortSignal): Promise<T> {
    return this.#ask(this.#master, command, parse, signal, ANSWER_WITHIN_MS);
  }

  /** One try: undefined when HAProxy does not answer now. The loss of the SSH connection is still an error. */
  tryApi<T>(command: string, parse: (answer: string) => T | undefined, signal?: AbortSignal): Promise<T | undefined> {
    return this.#try(this.#api, command, parse, signal);
  }

  tryMaster<T>(command: string, parse: (answer: string) => T | undefined, signal?: AbortSignal): Promise<T | undefined> {
    return this.#try(this.#master, command, parse, signal);
  }

  async #ask<T>(
    path: string,
    command: string,
    parse: (answer: string) => T | undefined,
    signal: AbortSignal | undefined,
    withinMs: number,
  ) {
    let last = '';
    const answer = await poll(
      () =>
        this.#try(
          path,
          command,
          (text) => {
            last = text;
            return parse(text);
          },
          signal,
        ),
      { everyMs: AGAIN_AFTER_MS, withinMs, signal },
    );
    if (answer !== undefined) return answer;
    throw new ExpectedError('edge-unavailable', `HAProxy at the edge of ${this.connection.name} does not answer`, {
      detail: `${command}: ${last.trim().slice(0, 500) || 'no answer'}`,
      next: `Run the set-up of ${this.connection.name} again; if that does not help, look at \`docker service ps longshore-edge\` there.`,
    });
  }

  async #try<T>(
    path: string,
    command: string,
    parse: (answer: string) => T | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    const answer = await askSocket(this.connection, path, command, ONE_ANSWER_MS, signal);
    return answer === undefined ? undefined : parse(answer);
  }
}

/**
 * One command to a socket of a HAProxy. Undefined when it does not answer now, as while it starts; that is unknown, never nothing. The
 * loss of the SSH connection is still an error.
 */
export async function askSocket(
  connection: Pick<SshConnection, 'openSocket'>,
  path: string,
  command: string,
  withinMs: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const deadline = withDeadline(withinMs, signal);
  try {
    return await talk(connection, path, command, deadline);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (isPassing(error) || deadline.aborted) return undefined;
    throw error;
  }
}

async function talk(connection: Pick<SshConnection, 'openSocket'>, path: string, command: string, signal: AbortSignal): Promise<string> {
  const channel = await connection.openSocket(path, signal);
  const onAbort = (): void => {
    channel.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    // Closing this half is what makes the master close the other one; without it, it waits for the next command for ever.
    channel.end(`${command}\n`);
    return await readToEnd(channel);
  } finally {
    signal.removeEventListener('abort', onAbort);
    channel.destroy();
  }
}

async function readToEnd(channel: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of channel as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A socket that refuses or breaks off is a HAProxy that is starting; the rest (a lost connection, a bug) is not for asking again. */
function isPassing(error: unknown): boolean {
  if (isCancellation(error)) return false;
  if (error instanceof ExpectedError) return error.code === 'channel-refused';
  return (
    error instanceof Error && /premature close|ECONNRESET|EPIPE|hang up/i.test(`${error.message} ${'code' in error ? error.code : ''}`)
  );
}
