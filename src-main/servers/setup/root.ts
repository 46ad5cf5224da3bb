import { ExpectedError } from '../../contract/index.ts';
import type { SshConnection } from '../../ssh/types.ts';
import { LineSplitter } from './line-splitter.ts';
import type { StageContext } from './types.ts';

export interface RootRun {
  readonly code: number;
  /** The last lines of both outputs, for explaining a failure. */
  readonly lastLines: string;
  readonly output: string;
}

const LAST_LINES = 25;

/**
 * Runs a fixed script as root, its output shown line by line in the stage's log. Whatever it prints is returned as well.
 * `timeoutMs` is for the whole of it; without `signal` it is not cut short by a cancel.
 */
export async function runAsRoot(
  connection: Pick<SshConnection, 'script'>,
  stage: Pick<StageContext, 'log'>,
  script: string,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<RootRun> {
  const lines: string[] = [];
  const line = (stream: 'stdout' | 'stderr') =>
    new LineSplitter((text) => {
      lines.push(text);
      stage.log(text, stream);
    });
  const [stdout, stderr] = [line('stdout'), line('stderr')];
  const result = await connection.script(script, args, {
    asRoot: true,
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    onStdout: stdout.take,
    onStderr: stderr.take,
  });
  stdout.end();
  stderr.end();
  return { code: result.code ?? -1, lastLines: lines.slice(-LAST_LINES).join('\n'), output: lines.join('\n') };
}

/** Whether an error says that Docker cannot be asked now: not installed, stopped, or not allowed. */
export function isDockerAbsent(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'docker-unavailable';
}
