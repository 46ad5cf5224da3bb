import { type Duplex, Readable } from 'node:stream';
import { poll, withDeadline } from '../base/wait.ts';
import { CancelledError, ExpectedError } from '../contract/index.ts';
import { collectFrames, passFrames } from './frames.ts';
import { createdAnswer, execAnswer } from './schemas.ts';
import { path, type Transport } from './transport.ts';
import type { Docker } from './types.ts';

const EXEC_TIMEOUT_MS = 60_000;

/** Programs in running containers. */
export function execApi(transport: Transport): Pick<Docker, 'exec' | 'execTerminal'> {
  const create = async (container: string, options: object, signal?: AbortSignal): Promise<string> => {
    const answer = await transport.json(
      { method: 'POST', path: path`/containers/${container}/exec`, doing: 'run a program in the container', body: options, signal },
      createdAnswer,
    );
    return 'Id' in answer ? answer.Id : answer.ID;
  };
  const start = (id: string, tty: boolean, signal?: AbortSignal): Promise<Duplex> =>
    transport.hijack({
      method: 'POST',
      path: path`/exec/${id}/start`,
      doing: 'run a program in the container',
      body: { Detach: false, Tty: tty },
      signal,
    });
  /** Undefined while it runs. */
  const codeOf = async (id: string, signal?: AbortSignal): Promise<number | undefined> => {
    const answer = await transport.json(
      { method: 'GET', path: path`/exec/${id}/json`, doing: 'read the exit code of a program in the container', signal },
      execAnswer,
    );
    return answer.Running ? undefined : (answer.ExitCode ?? undefined);
  };

  return {
    async exec(container, argv, options = {}) {
      const { timeoutMs = EXEC_TIMEOUT_MS, onOutput } = options;
      const signal = timeoutMs > 0 ? withDeadline(timeoutMs, options.signal) : (options.signal ?? new AbortController().signal);
      const withInput = options.input !== undefined;
      const id = await create(container, { Cmd: argv, AttachStdin: withInput, AttachStdout: true, AttachStderr: true }, signal);
      const stream = await start(id, false, signal);
      const onAbort = (): void => {
        stream.destroy(signal.reason instanceof Error ? signal.reason : new CancelledError());
      };
      signal.addEventListener('abort', onAbort, { once: true });
      // The program may end without reading its input; its exit code says what that means.
      stream.on('error', () => undefined);
      try {
        if (options.input instanceof Readable) options.input.pipe(stream);
        else if (withInput) stream.end(options.input);
        const output = await (onOutput ? passFrames(stream, onOutput) : collectFrames(stream));
        const code = await poll(() => codeOf(id, signal), { everyMs: 50, withinMs: 5_000, signal });
        if (code === undefined) {
          throw new ExpectedError(
            'docker-unavailable',
            `The connection to a program in a container on ${transport.failures.server} broke off`,
            {
              next: 'Try again: the connection comes back by itself.',
            },
          );
        }
        return { code, ...output };
      } catch (error) {
        throw transport.failures.fromTransport(options.signal?.aborted ? options.signal.reason : error, 'run a program in the container');
      } finally {
        signal.removeEventListener('abort', onAbort);
        if (options.input instanceof Readable) options.input.unpipe(stream);
        stream.destroy();
      }
    },

    async execTerminal(container, argv, size) {
      const id = await create(container, {
        Cmd: argv,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: true,
        Env: ['TERM=xterm-256color'],
      });
      const stream = await start(id, true);
      // Nobody else listens until it is handed over: a connection that is lost before is told below.
      stream.on('error', () => undefined);
      const resize = async (cols: number, rows: number): Promise<void> => {
        await transport.text({
          method: 'POST',
          path: path`/exec/${id}/resize`,
          doing: 'resize the terminal',
          query: { w: cols, h: rows },
        });
      };
      // API 1.41 takes no size at the start, and a resize is refused until the program has begun.
      try {
        const sized = await poll(
          () =>
            resize(size.cols, size.rows).then(
              () => true,
              (error: unknown) => (stream.destroyed || stream.readableEnded ? false : retryResize(error)),
            ),
          { everyMs: 50, withinMs: 3_000 },
        );
        if (stream.errored) throw transport.failures.fromTransport(stream.errored, 'open a terminal in the container');
        if (sized === undefined) throw notBegun(transport.failures.server);
      } catch (error) {
        stream.destroy();
        throw error;
      }
      return {
        stream,
        resize,
        exitCode: async () => (await poll(() => codeOf(id), { everyMs: 100, withinMs: 2_000 })) ?? null,
      };
    },
  };
}

function notBegun(server: string): ExpectedError {
  return new ExpectedError('docker-unavailable', `Docker on ${server} did not begin the program in the container in time`, {
    next: `${server} may be busy: look at its load, and try again.`,
  });
}

/** Undefined (ask again) for a program that has not begun; one that has ended needs no size. */
function retryResize(error: unknown): undefined | false {
  if (!(error instanceof ExpectedError)) throw error;
  if (error.code === 'not-found') return false;
  if (error.code === 'docker-failed' || error.code === 'name-taken') return undefined;
  throw error;
}
