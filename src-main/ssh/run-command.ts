import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { withDeadline } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Link } from './link.ts';
import { commandLine } from './quote.ts';
import type { ConnectionTarget } from './target.ts';
import type { ExecOptions, ExecResult } from './types.ts';

const defaultTimeoutMs = 60_000;
const keptBytes = 16 * 1024 * 1024;

/** Runs a program on the link. Rejects with `ssh-lost`, `ssh-timeout`, `channel-refused`, or the signal's reason; the program is then told to end. */
export async function runCommand(
  link: Link,
  target: ConnectionTarget,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const tag = newTag();
  const command = tagged(argv, tag);
  const { signal, timeoutMs = defaultTimeoutMs } = options;
  // A signal of its own, to tell the end of the time from every other end.
  const deadline = timeoutMs > 0 ? withDeadline(timeoutMs) : undefined;
  const input = options.input instanceof Readable ? options.input : null;
  // Listened to from the start: a source may break while the channel is still on its way.
  const broken = new AbortController();
  const onError = (error: Error): void => broken.abort(error);
  const onClose = (): void => {
    if (!input?.readableEnded) broken.abort(input?.errored ?? new Error('The input of a command was closed before its end'));
  };
  input?.on('error', onError).on('close', onClose);
  if (input?.destroyed) onClose();
  const stop = AbortSignal.any([broken.signal, deadline, signal].filter((each) => each !== undefined));
  try {
    const channel = await link.exec(command, stop);
    return await finish(link, channel, options, stop);
  } catch (error) {
    if (stop.aborted) void endTagged(link, tag);
    if (deadline?.aborted && !signal?.aborted && error === deadline.reason) {
      throw new ExpectedError('ssh-timeout', `A command on “${target.name}” did not end within ${timeoutMs / 1000} seconds.`, {
        next: 'The server may be overloaded. Try again.',
        cause: error,
      });
    }
    throw error;
  } finally {
    // A source that nobody reads any more would stay open.
    input?.off('close', onClose).destroy();
  }
}

/**
 * A program whose channel is closed goes on until it next reads or writes. SSH's signal request is no way to end it: ssh2 does not send
 * one once the input has ended, and OpenSSH does not deliver it in sessions of root. So programs carry a mark in their environment,
 * which their children inherit, and are ended by it. (What sudo started lost it, and is root's: a script as root by sudo goes on.)
 */
const tagVariable = 'LONGSHORE_CALL';
const endByTag = `for file in $(grep -las "${tagVariable}=$1" /proc/[0-9]*/environ); do pid=\${file#/proc/}; kill -TERM "\${pid%/environ}"; done`;

export function newTag(): string {
  return randomBytes(12).toString('hex');
}

/** The command line of `argv` with the mark `tag`. */
export function tagged(argv: readonly string[], tag: string): string {
  // Judges the program's name, which would otherwise hide behind env.
  commandLine(argv);
  return commandLine(['env', `${tagVariable}=${tag}`, ...argv]);
}

/** Tells all programs with the mark to end. Never throws. */
export async function endTagged(link: Link, tag: string): Promise<void> {
  try {
    const stop = withDeadline(10_000);
    const channel = await link.exec(commandLine(['/bin/sh', '-c', endByTag, 'sh', tag]), stop);
    await finish(link, channel, {}, stop);
  } catch {
    // The link is gone too; what is left ends when it next reads or writes.
  }
}

function finish(link: Link, channel: ClientChannel, options: ExecOptions, stop: AbortSignal): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const stdout = new Kept(options.onStdout);
    const stderr = new Kept(options.onStderr);
    let settled = false;

    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      atLoss.dispose();
      stop.removeEventListener('abort', onAbort);
      if (options.input instanceof Readable) options.input.unpipe(channel);
      act();
    };
    const fail = (error: unknown): void => {
      settle(() => {
        channel.removeAllListeners('data').resume();
        channel.stderr.removeAllListeners('data').resume();
        channel.close();
        reject(error);
      });
    };
    const onAbort = (): void => fail(stop.reason);

    channel.on('data', stdout.take);
    channel.stderr.on('data', stderr.take);
    // A command that ends before it read all of its input is no failure.
    channel.on('error', () => undefined);
    // Not 'exit': a short command's exit status comes in one packet with the channel, before anybody could listen. 'close' repeats it, after all output.
    channel.on('close', (code?: number | null, endedBy?: string) =>
      settle(() => {
        if (link.failure) reject(link.failure);
        else resolve({ code: code ?? null, signal: endedBy ?? null, stdout: stdout.text(), stderr: stderr.text() });
      }),
    );
    const atLoss = link.onLost((error) => fail(error));
    stop.addEventListener('abort', onAbort, { once: true });
    if (stop.aborted) onAbort();
    else if (options.input instanceof Readable) options.input.pipe(channel);
    else if (options.input !== undefined) channel.end(options.input);
    else channel.end();
  });
}

/** Collects output up to a limit, or hands it on. */
export class Kept {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(private readonly listener: ((chunk: Buffer) => void) | undefined) {}

  readonly take = (chunk: Buffer): void => {
    if (this.listener) {
      this.listener(chunk);
      return;
    }
    const room = keptBytes - this.#bytes;
    if (room <= 0) return;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#bytes += Math.min(chunk.length, room);
  };

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
